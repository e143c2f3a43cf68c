import { beforeEach, describe, expect, it } from 'vitest';
import { night } from '../fixtures.ts';
import { World } from '../world.ts';

const second = (count: number): number => night - 600_000 + count * 1000;
const policy = { levels: [{ targets: ['user:ana'] }] };

describe('signals that arrive in another order than they happened', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.withPolicy(policy);
  });

  it('a resolve older than the last trigger resolves nothing: it is ignored as stale, and listed', async () => {
    const { incidentId } = await world.alarm({ occurredAt: second(10) });
    expect(await world.resolvedBySource({ occurredAt: second(9) })).toMatchObject({ outcome: 'ignored', reason: 'stale', incidentId });
    expect(await world.show(incidentId)).toMatchObject({ state: 'active' });
    expect(await world.declined()).toEqual(['ignored stale']);
    expect(await world.resolvedBySource({ occurredAt: second(11) })).toMatchObject({ outcome: 'merged', incidentId });
    expect(await world.show(incidentId)).toMatchObject({ state: 'resolved', resolvedBy: 'monitor' });
  });

  it('nor does one that is older than a repeat of the trigger', async () => {
    const { incidentId } = await world.alarm({ occurredAt: second(10) });
    await world.alarm({ occurredAt: second(20) });
    expect(await world.resolvedBySource({ occurredAt: second(15) })).toMatchObject({ outcome: 'ignored', reason: 'stale' });
    expect(await world.show(incidentId)).toMatchObject({ state: 'active' });
    expect(await world.resolvedBySource({ occurredAt: second(20) })).toMatchObject({ outcome: 'merged' });
  });

  it('a trigger that is not newer than the last resolve of the monitor opens nothing', async () => {
    await world.alarm({ occurredAt: second(10) });
    await world.resolvedBySource({ occurredAt: second(20) });
    for (const late of [second(15), second(20)]) {
      expect(await world.alarm({ occurredAt: late })).toEqual({
        outcome: 'ignored',
        reason: 'stale',
        dedupKey: 'error-rate',
        incidentId: null,
      });
    }
    expect(await world.open()).toEqual([]);
    expect(await world.declined()).toEqual(['ignored stale', 'ignored stale']);
    expect(await world.alarm({ occurredAt: second(21) })).toMatchObject({ outcome: 'created' });
  });

  it('nor does it however much later it comes: what a queue delivers again the next day pages nobody', async () => {
    await world.alarm({ occurredAt: second(10) });
    await world.resolvedBySource({ occurredAt: second(20) });
    await world.pass('1d');
    expect(await world.alarm({ occurredAt: second(10) })).toMatchObject({ outcome: 'ignored', reason: 'stale' });
    expect(world.paged()).toEqual(['0 ana']);
  });

  it('nor does one that comes after two incidents later', async () => {
    await world.alarm({ occurredAt: second(10) });
    await world.resolvedBySource({ occurredAt: second(20) });
    const { incidentId } = await world.alarm({ occurredAt: second(30) });
    await world.act(incidentId, 'resolve', { by: 'user:ana' });
    expect(await world.alarm({ occurredAt: second(15) })).toMatchObject({ outcome: 'ignored', reason: 'stale' });
  });

  it('a resolve of the monitor after a person resolved is remembered against late triggers', async () => {
    const { incidentId } = await world.alarm({ occurredAt: second(10) });
    await world.act(incidentId, 'resolve', { by: 'user:ana' });
    await world.resolvedBySource({ occurredAt: second(20) });
    expect(await world.alarm({ occurredAt: second(15) })).toMatchObject({ outcome: 'ignored', reason: 'stale' });
  });

  it('a trigger repeated after a person resolved opens the next incident: the problem is still there', async () => {
    const { incidentId } = await world.alarm({ occurredAt: second(10) });
    await world.act(incidentId, 'resolve', { by: 'user:ana' });
    const again = await world.alarm({ occurredAt: second(10) });
    expect(again).toMatchObject({ outcome: 'created' });
    expect(again.incidentId).not.toBe(incidentId);
    expect(world.paged()).toEqual(['0 ana', '0 ana']);
  });

  it('a resolve from a clock that is minutes ahead keeps no alarm of the right time out', async () => {
    const ahead = (duration: number): number => world.now + 240_000 + duration;
    await world.alarm({ occurredAt: ahead(0) });
    await world.pass('10s');
    expect(await world.resolvedBySource({ occurredAt: ahead(0) })).toMatchObject({ outcome: 'merged' });
    await world.pass('1s');
    expect(await world.alarm({ occurredAt: world.now })).toMatchObject({ outcome: 'created' });
  });

  it('nor does one that comes after the incident was resolved', async () => {
    const { incidentId } = await world.alarm({ occurredAt: world.now });
    await world.act(incidentId, 'resolve', { by: 'user:ana' });
    await world.resolvedBySource({ occurredAt: world.now + 240_000 });
    await world.pass('1s');
    expect(await world.alarm({ occurredAt: world.now })).toMatchObject({ outcome: 'created' });
  });

  it('a monitor whose clock is minutes ahead is put in order by its own instants', async () => {
    const at = world.now + 240_000;
    const { incidentId } = await world.alarm({ occurredAt: at + 2000 });
    expect(await world.resolvedBySource({ occurredAt: at + 1000 })).toMatchObject({ outcome: 'ignored', reason: 'stale' });
    expect(await world.resolvedBySource({ occurredAt: at + 3000 })).toMatchObject({ outcome: 'merged', incidentId });
    expect(await world.alarm({ occurredAt: at + 4000 })).toMatchObject({ outcome: 'created' });
  });

  it('without instants the order of arrival counts', async () => {
    await world.alarm();
    expect(await world.resolvedBySource()).toMatchObject({ outcome: 'merged' });
    expect(await world.alarm()).toMatchObject({ outcome: 'created' });
    expect(await world.resolvedBySource({ occurredAt: second(1) })).toMatchObject({ outcome: 'merged' });
  });

  it('a late resolve does not take back a trigger that waits and is newer', async () => {
    await world.request('POST', '/v1/services/checkout/mute', { for: '1h' });
    await world.alarm({ occurredAt: second(10) });
    expect(await world.resolvedBySource({ occurredAt: second(5) })).toMatchObject({ outcome: 'ignored', reason: 'stale' });
    await world.pass('1h');
    expect(world.paged()).toEqual(['60 ana']);
  });

  it('nor one that waits under an incident that is over', async () => {
    const quiet = await World.withPolicy({ ...policy, cooldown: '1h' });
    const { incidentId } = await quiet.alarm({ occurredAt: second(10) });
    await quiet.act(incidentId, 'resolve', { by: 'user:ana' });
    expect(await quiet.alarm({ occurredAt: second(20) })).toMatchObject({ outcome: 'held' });
    expect(await quiet.resolvedBySource({ occurredAt: second(15) })).toMatchObject({ outcome: 'ignored', reason: 'stale' });
    await quiet.pass('1h');
    expect(quiet.paged()).toEqual(['0 ana', '60 ana']);
  });

  it('a monitor that acknowledges or resolves what never was changes nothing, and that is listed', async () => {
    expect(await world.resolvedBySource()).toMatchObject({ outcome: 'ignored', reason: 'no-such-incident', incidentId: null });
    expect(await world.declined()).toEqual(['ignored no-such-incident']);
    expect(await world.open()).toEqual([]);
  });
});
