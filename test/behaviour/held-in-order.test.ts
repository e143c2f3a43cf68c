import { describe, expect, it } from 'vitest';
import { night } from '../fixtures.ts';
import { withPolicy, World } from '../world.ts';

const minute = 60_000;
const policy = { levels: [{ targets: ['user:ana'] }] };
const ago = (minutes: number): number => night - minutes * minute;

const mute = (world: World, duration: string): Promise<unknown> =>
  world.request('POST', '/v1/services/checkout/mute', { for: duration, reason: 'deploy' });

describe('triggers that wait, and arrive in another order than they happened', () => {
  it('the newest speaks when the quiet time ends, with the worst severity of them all', async () => {
    const world = await World.withPolicy(policy);
    await mute(world, '20m');
    await world.alarm({ title: 'disk 99%', severity: 'critical', occurredAt: ago(2) });
    await world.alarm({ title: 'disk 90%', severity: 'low', occurredAt: ago(10) });
    await world.pass('20m');
    expect((await world.open()).length).toBe(1);
    expect(world.received('+15555550100')[0]).toMatch(/^\[CRIT\] checkout: disk 99%/);
  });

  it('a resolve older than the newest of them takes nothing back', async () => {
    const world = await World.withPolicy(policy);
    await world.alarm({ occurredAt: ago(30) });
    await world.resolvedBySource({ occurredAt: ago(25) });
    await mute(world, '20m');
    await world.alarm({ occurredAt: ago(2) });
    await world.alarm({ occurredAt: ago(10) });
    expect(await world.resolvedBySource({ occurredAt: ago(5) })).toMatchObject({ outcome: 'ignored', reason: 'stale' });
    await world.pass('20m');
    expect(world.paged()).toEqual(['0 ana', '20 ana']);
  });

  it('so does one older than an instant that a later one of them did not tell', async () => {
    const world = await World.withPolicy(policy);
    await world.alarm({ occurredAt: ago(30) });
    await world.resolvedBySource({ occurredAt: ago(25) });
    await mute(world, '20m');
    await world.alarm({ occurredAt: ago(2) });
    await world.alarm({ title: 'disk 99%' });
    expect(await world.resolvedBySource({ occurredAt: ago(5) })).toMatchObject({ outcome: 'ignored', reason: 'stale' });
    await world.pass('20m');
    expect(world.paged()).toEqual(['0 ana', '20 ana']);
  });

  it('a repeat that says nothing new writes nothing', async () => {
    const world = await World.withPolicy(policy);
    await mute(world, '20m');
    await world.alarm();
    const { write } = world.stores.incidents;
    let writes = 0;
    Object.assign(world.stores.incidents, {
      write: (...given: Parameters<typeof write>) => {
        writes += 1;
        return write(...given);
      },
    });
    expect(await world.alarm()).toMatchObject({ outcome: 'held', reason: 'muted' });
    expect(writes).toBe(0);
    expect(await world.declined()).toEqual(['held muted', 'held muted']);
  });

  it('a trigger that is given up while somebody else writes under its key has one fate: it is not listed as dropped and then started', async () => {
    const world = await World.withPolicy(policy);
    await mute(world, '20m');
    await world.alarm();
    await world.configure(withPolicy({ ...policy, enabled: false }));
    const { write } = world.stores.incidents;
    let lost = 0;
    Object.assign(world.stores.incidents, {
      write: async (...[item, expected]: Parameters<typeof write>) => {
        if (lost > 0 || item.held !== null) return write(item, expected);
        lost += 1;
        return { ok: false, current: await world.stores.incidents.head(item.key) };
      },
    });
    await world.outage('20m');
    expect(lost).toBe(1);
    await world.configure(withPolicy(policy));
    await world.pass('2m');
    expect(world.paged()).toEqual(['20 ana']);
    expect(await world.declined()).toEqual(['held muted']);
  });

  it('a mute that is shortened lets go at its new end', async () => {
    const world = await World.withPolicy(policy);
    await mute(world, '30m');
    await world.alarm();
    await mute(world, '1m');
    await world.pass('2m');
    expect(world.paged()).toEqual(['1 ana']);
  });
});

describe('a sender whose clock is years ahead', () => {
  it('does not make every later alarm look overtaken', async () => {
    const world = await World.withPolicy(policy);
    await world.alarm({ occurredAt: ago(5) });
    await world.resolvedBySource({ occurredAt: Date.UTC(2099, 0, 1) });
    await world.pass('30s');
    expect(await world.alarm({ occurredAt: world.now })).toMatchObject({ outcome: 'created' });
  });

  it('does not make every later resolve look older than its alarm', async () => {
    const world = await World.withPolicy(policy);
    const { incidentId } = await world.alarm({ occurredAt: Date.UTC(2099, 0, 1) });
    await world.pass('30s');
    await world.resolvedBySource({ occurredAt: world.now });
    expect(await world.show(incidentId)).toMatchObject({ state: 'resolved' });
  });
});
