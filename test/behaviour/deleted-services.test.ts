import { describe, expect, it } from 'vitest';
import { withPolicy, World } from '../world.ts';

const policy = { levels: [{ targets: ['user:ana'] }, { delay: '15m', targets: ['user:ben'] }] };
const other = { services: [{ id: 'other', policy: 'default' }] };
const both = { services: [{ id: 'checkout', policy: 'default' }, ...other.services] };

const inUse = ({ warnings }: Readonly<Record<string, unknown>>): readonly unknown[] =>
  Array.isArray(warnings) ? warnings.filter(({ code }: { code: string }) => code === 'service-in-use') : [];
const without = (world: World, dryRun: boolean) =>
  world.request('PUT', `/v1/config?dryRun=${String(dryRun)}`, JSON.parse(withPolicy(policy, other)) as object);

const warning = {
  code: 'service-in-use',
  pointer: '/services',
  detail:
    'Service checkout is deleted. It has 1 open incident; what is open goes on paging until somebody answers. ' +
    'It has 1 ingest key: alarms sent with one are declined as no-such-service, and nobody is paged.',
};

describe('a service that is deleted while it is in use', () => {
  it('is warned of, with its open incidents and its keys, before and after', async () => {
    const world = await World.withPolicy(policy, both);
    await world.alarm();
    await world.request('POST', '/v1/services/checkout/keys', {});
    expect(inUse(await without(world, true))).toEqual([warning]);
    expect(inUse(await without(world, false))).toEqual([warning]);
    expect(inUse(await without(world, false))).toEqual([]);
  });

  it('is warned of when it alone is deleted, and what the warning says happens', async () => {
    const world = await World.withPolicy(policy, both);
    await world.alarm();
    await world.request('POST', '/v1/services/checkout/keys', {});
    expect(inUse(await world.request('DELETE', '/v1/services/checkout'))).toEqual([warning]);
    await world.pass('15m');
    expect(world.paged()).toEqual(['0 ana', '15 ben']);
    expect(await world.alarm({ dedupKey: 'another' })).toMatchObject({ outcome: 'declined', reason: 'no-such-service' });
  });

  it('and has neither: no word', async () => {
    const world = await World.withPolicy(policy, both);
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'resolve');
    expect(inUse(await without(world, true))).toEqual([]);
  });

  it('is deleted all the same when its incidents cannot be read', async () => {
    const world = await World.withConfig(withPolicy(policy, both), (ports) => ({
      ...ports,
      incidents: { ...ports.incidents, list: () => Promise.reject(new Error('the table does not answer')) },
    }));
    expect(await without(world, false)).toMatchObject({ http: 200, version: 2 });
  });
});
