import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { Account } from './account.ts';
import { BusReader } from './bus-reader.ts';
import { Deployment } from './deployment.ts';
import { startEmulator, type Emulator } from './emulator.ts';

const bus = 'tocsin-e2e';
const config = {
  settings: { catchAll: ['custom:siren'] },
  services: [{ id: 'checkout', policy: 'default' }],
  policies: [{ id: 'default', levels: [{ targets: ['custom:siren'] }] }],
};
// The patterns of docs/aws.md.
const sirenPattern = { source: ['tocsin'], 'detail-type': ['notification'], detail: { data: { kind: ['page'], target: ['siren'] } } };
const incidentsPattern = { source: ['tocsin'], 'detail-type': ['incident.triggered', 'incident.resolved', 'incident.cancelled'] };
const waitMs = 60_000;

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

describe('deployed to an account whose programs read events', () => {
  let emulator: Emulator;
  let deployment: Deployment;
  let base: string;
  let admin: string;
  let key: string;

  async function call(method: string, path: string, body: object | null, token: string | null): Promise<unknown> {
    const answer = await fetch(`${base}${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === null ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === null ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${text}`);
    return text.startsWith('{') ? JSON.parse(text) : text;
  }

  beforeAll(async () => {
    vi.stubEnv('PUBLISH_EVENTS', 'true');
    emulator = await startEmulator();
    deployment = new Deployment(emulator);
    await deployment.bootstrap();
    const stack = await deployment.deploy();
    base = `${emulator.endpoint}/_aws/execute-api/${new URL(stack.Address).hostname.split('.')[0] ?? ''}/$default`;
    admin = await new Account(emulator).secret(stack.AdminTokenSecret);
    await call('PUT', '/v1/config', config, admin);
    key = z.object({ key: z.string() }).parse(await call('POST', '/v1/services/checkout/keys', {}, admin)).key;
  });

  afterAll(async () => {
    await deployment.destroy();
    await emulator.stop();
    vi.unstubAllEnvs();
  });

  test('a level with a custom target reaches whoever has a rule for its name, such as a service that runs playbooks, and the link in the event answers; what happens to the incident reaches those who follow it [T-010] [R-072]', async () => {
    const siren = await BusReader.open(emulator, bus, 'siren', sirenPattern);
    const followed = await BusReader.open(emulator, bus, 'incidents', incidentsPattern);
    const all = await BusReader.open(emulator, bus, 'all', { source: ['tocsin'] });

    const alarm = { title: 'error rate 12%', severity: 'critical', dedupKey: 'rings' };
    const { incidentId } = z.object({ incidentId: z.string() }).parse(await call('POST', '/v1/events', alarm, key));
    const page = await until('the siren', async () => (await siren.events())[0]);
    expect(page.detail).toMatchObject({
      type: 'notification',
      data: { target: 'siren', level: 1, incident: { id: incidentId, title: 'error rate 12%', state: 'active' } },
    });
    const path = /\/a\/[\w-]{63}$/.exec(String(page.detail.data['ackUrl']))?.[0] ?? 'no link';
    await call('POST', path, null, null);
    await call('POST', `/v1/incidents/${incidentId}/resolve`, { by: 'operator' }, admin);

    const ended = await until('the end', async () => (await followed.events()).find(({ detail }) => detail.type === 'incident.resolved'));
    expect(ended.detail.data).toMatchObject({
      by: 'operator',
      incident: { id: incidentId, state: 'resolved', acknowledgedBy: 'custom:siren' },
    });
    expect((await followed.events()).map((one) => one['detail-type'])).toEqual(['incident.triggered', 'incident.resolved']);
    const told = await until('all of it', async () => {
      const outgoing = (await all.events()).filter((one) => one['detail-type'] !== 'notification');
      return outgoing.length >= 4 ? outgoing : undefined;
    });
    expect(new Set(told.map(({ detail }) => `${detail.type} ${String(detail.data['eventId'])}`))).toEqual(
      new Set([
        `incident.triggered ${incidentId}-event-1`,
        `incident.levelFired ${incidentId}-event-2`,
        `incident.acknowledged ${incidentId}-event-4`,
        expect.stringMatching(`^incident.resolved ${incidentId}-event-[56]$`),
      ]),
    );
    expect((await siren.events()).length).toBe(1);
  });
});
