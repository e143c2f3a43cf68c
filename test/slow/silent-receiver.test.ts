import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { liveTransports } from '../../local/live.ts';
import { inbox, post, start, temporaryFolder } from '../behaviour/one-machine-world.ts';
import { about } from '../unit/channels-content.ts';

/** A receiver that takes connections and never says a word. */
async function silentReceiver(): Promise<string> {
  const server = createServer((socket) => socket.on('error', () => undefined).resume());
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
}

const person = (id: string, address: string): object => ({ id, name: id, contacts: [{ id: 'phone', channel: 'sms', address }] });

test('a mail server that says nothing is waited for by what was under way, and not by what comes after', async () => {
  const smtp = (await silentReceiver()).replace(/^http:/, 'smtp:');
  const environment = { TOCSIN_SMTP_URL: smtp, TOCSIN_SMTP_FROM: 'tocsin@example.com' };
  const world = { secrets: { named: () => Promise.resolve(null) }, clock: { real: () => performance.now() }, random: { id: () => 'id' } };
  const { email } = liveTransports({ live: ['smtp'], allowLoopback: false, environment }, world);
  const mail = async (): Promise<unknown> => {
    const since = performance.now();
    const result = await email?.({ to: 'ana@example.com', subject: 's', text: 't', html: 'h', about });
    return [result, performance.now() - since < 1000];
  };
  const failed = (code: string) => ({ ok: false, permanent: false, code, retryAfter: null });
  expect(await mail()).toEqual([failed('timeout'), false]);
  expect(await mail()).toEqual([failed('spared'), true]);
});

test('a webhook whose receiver says nothing, in a storm of 1,000 incidents, holds up no page of another service', async () => {
  const url = await silentReceiver();
  const document = {
    settings: { catchAll: ['user:lead'] },
    services: [
      { id: 'stormy', policy: 'hook' },
      { id: 'quiet', policy: 'phone' },
    ],
    policies: [
      { id: 'hook', levels: [{ targets: [`webhook:${url}`] }] },
      { id: 'phone', levels: [{ targets: ['user:ben'] }] },
    ],
    people: [person('ben', '+15555550101'), person('lead', '+15555550102')],
  };
  const config = join(temporaryFolder(), 'config.json');
  writeFileSync(config, JSON.stringify(document));
  const machine = await start({ config, live: ['webhook'], allowLoopback: true });
  const keyOf = async (service: string): Promise<string> =>
    ((await post(machine, `/v1/services/${service}/keys`, {}, machine.adminToken)) as { key: string }).key;
  const [stormy, quiet] = [await keyOf('stormy'), await keyOf('quiet')];
  const alerts = Array.from({ length: 1000 }, (_, n) => ({ status: 'firing', labels: { alertname: `storm-${String(n)}` } }));
  await post(machine, '/v1/ingest/alertmanager', { version: '4', alerts }, stormy);
  const since = performance.now();
  await post(machine, '/v1/events', { title: 'something else', dedupKey: 'else', severity: 'critical' }, quiet);
  while (!(await inbox(machine)).some(({ person }) => person === 'ben')) {
    if (performance.now() - since > 60_000) throw new Error('no page within a minute');
    await pause(100);
  }
  // Those that were under way as the receiver fell silent may take their five seconds.
  expect(performance.now() - since).toBeLessThan(10_000);
});
