import { PublishCommand } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import { night } from '../fixtures.ts';
import { World } from '../world.ts';
import { AwsWorld, fields } from './aws-world.ts';

const hundreds = 500;
const each = <T>(make: (n: number) => T): readonly T[] => Array.from({ length: hundreds }, (_, n) => make(n));

/** Service n under policy n, which pages person n. */
const config = JSON.stringify({
  settings: { catchAll: ['user:person-0'] },
  services: each((n) => ({ id: `service-${String(n)}`, policy: `policy-${String(n)}` })),
  policies: each((n) => ({
    id: `policy-${String(n)}`,
    levels: [{ targets: [`user:person-${String(n)}`] }, { delay: '5m', targets: [`user:person-${String((n + 1) % hundreds)}`] }],
  })),
  people: each((n) => ({
    id: `person-${String(n)}`,
    name: `Person ${String(n)}`,
    contacts: [{ id: 'phone', channel: 'sms', address: `+1555${String(5_550_000 + n)}` }],
  })),
});

describe('hundreds of policies, and an incident under each of them at once', () => {
  it('are applied, and each alarm goes by its own [R-093]', async () => {
    const world = await World.withConfig(config);
    for (const n of [0, 1, 250, hundreds - 1]) await world.alarm({ service: `service-${String(n)}` });
    expect(world.paged()).toEqual(['0 person-0', '0 person-1', '0 person-250', `0 person-${String(hundreds - 1)}`]);
    const { policies } = await world.request('GET', '/v1/policies');
    expect(policies).toHaveLength(hundreds);
  });

  it('are applied in an AWS account too, where a row of the table may not be larger than 400 KB [R-093]', async () => {
    const world = await AwsWorld.open();
    try {
      world.sns.on(PublishCommand).resolves({ MessageId: 'sms-1' });
      expect(await world.admin('api', 'PUT', '/v1/config', config)).toMatchObject({ statusCode: 200 });
      const { key } = fields.parse(JSON.parse((await world.admin('api', 'POST', '/v1/services/service-7/keys')).body));
      const headers = { authorization: `Bearer ${String(key)}`, 'content-type': 'application/json' };
      await world.http('trigger', 'POST', '/v1/events', '{"title":"error rate 12%"}', headers);
      await world.work();
      expect(world.texts('+15555550007')).toHaveLength(1);
    } finally {
      world.close();
    }
  });

  it('are all changed at once in an AWS account in the time that a function has: the table is asked no more of them than to keep the new ones [R-093]', async () => {
    const world = await AwsWorld.open();
    try {
      await world.admin('api', 'PUT', '/v1/config', config);
      const asked = async (): Promise<Readonly<Record<string, number>>> => {
        const calls = (await world.table.asked()).toSorted();
        return Object.fromEntries(calls.map((call) => [call, calls.lastIndexOf(call) - calls.indexOf(call) + 1]));
      };
      await asked();
      expect(await world.admin('api', 'PUT', '/v1/config', config.replaceAll('5m', '6m'))).toMatchObject({ statusCode: 200 });
      const { GetItem = 0, PutItem, ...others } = await asked();
      // The document, and the version that it is of, are a row each; so is the mark that handoffs are to be looked at.
      expect(PutItem).toBeLessThanOrEqual(hundreds + 3);
      expect(GetItem).toBeLessThan(10);
      expect(others['Query'] ?? 0).toBeLessThan(10);
      expect(others['PutItem refused'] ?? 0).toBe(0);
      expect(await world.admin('api', 'GET', '/v1/policies/policy-7')).toMatchObject({
        statusCode: 200,
        body: expect.stringContaining('"version":2') as string,
      });
    } finally {
      world.close();
    }
  });

  it('climb side by side, none later for the others [R-094]', async () => {
    const world = await World.withConfig(config);
    for (const { service } of each((n) => ({ service: `service-${String(n)}` }))) await world.alarm({ service });
    await world.pass('5m');
    const second = world.messages.filter(({ kind, at }) => kind === 'page' && at > night);
    expect(second).toHaveLength(hundreds);
    expect(new Set(second.map(({ at }) => at - night))).toEqual(new Set([5 * 60_000]));
    expect(new Set(second.map(({ to }) => to)).size).toBe(hundreds);
  });
});
