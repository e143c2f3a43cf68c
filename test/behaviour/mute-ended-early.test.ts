import { describe, expect, it } from 'vitest';
import type { Mute } from '../../shared/domain/mute.ts';
import { World } from '../world.ts';

const levels = [{ targets: ['user:ana'] }];
const muted = '/v1/services/checkout/mute';

async function mutedWorld(duration = '2h', held = 1): Promise<World> {
  const world = await World.withPolicy({ levels });
  await world.request('POST', muted, { for: duration });
  for (let number = 1; number <= held; number += 1) await world.alarm({ dedupKey: `alarm-${String(number)}` });
  return world;
}

/** Whatever asks the worker to look meanwhile is lost, as when the process dies. */
async function withoutNudges(world: World, what: () => Promise<unknown>): Promise<void> {
  const { nudge } = world.ports.queue;
  Object.assign(world.ports.queue, { nudge: () => Promise.reject(new Error('the queue is down')) });
  await what();
  Object.assign(world.ports.queue, { nudge });
}

/** The minute of the sweeper. */
async function sweep(world: World): Promise<void> {
  await world.app.sweep();
  await world.settled();
}

describe('a mute that is ended before its time', () => {
  it('lets go of everything that it held, however much that is', async () => {
    const world = await mutedWorld('2h', 1100);
    await world.request('DELETE', muted);
    expect(await world.stores.incidents.countUnfinished()).toBe(1100);
  });

  it('lets go with the next run of the sweeper where every nudge was lost, as when the process died right after its answer', async () => {
    const world = await mutedWorld('2h', 2);
    await withoutNudges(world, () => world.request('DELETE', muted));
    expect(world.paged()).toEqual([]);
    await world.outage('1m');
    expect(world.paged()).toEqual(['1 ana', '1 ana']);
  });

  it('lets go of an alarm that came a moment later, to a machine that had not heard of it', async () => {
    const world = await mutedWorld('2h', 0);
    const { mute } = world.ports.state;
    const before: Mute | null = await mute('checkout');
    await world.request('DELETE', muted);
    await sweep(world);
    Object.assign(world.ports.state, { mute: () => Promise.resolve(before) });
    expect(await world.alarm()).toMatchObject({ outcome: 'held', reason: 'muted' });
    Object.assign(world.ports.state, { mute });
    await world.outage('1m');
    expect(world.paged()).toEqual(['1 ana']);
  });

  it('lets go at once though the worker had read it just before', async () => {
    const world = await mutedWorld();
    const before = await world.ports.state.mute('checkout');
    Object.assign(world.ports.state, { mute: () => Promise.resolve(before) });
    await world.request('DELETE', muted);
    expect(world.paged()).toEqual(['0 ana']);
  });

  it('lets go at its new end where it was shortened, though no nudge came through', async () => {
    const world = await mutedWorld();
    await withoutNudges(world, () => world.request('POST', muted, { for: '10m' }));
    await world.outage('9m');
    expect(world.paged()).toEqual([]);
    await world.outage('1m');
    expect(world.paged()).toEqual(['10 ana']);
  });

  it('lets go of nothing where the service was muted again meanwhile', async () => {
    const world = await mutedWorld();
    await withoutNudges(world, () => world.request('DELETE', muted));
    await world.request('POST', muted, { for: '30m' });
    await world.outage('29m');
    expect(world.paged()).toEqual([]);
    await world.outage('1m');
    expect(world.paged()).toEqual(['30 ana']);
  });

  it('can be ended once, and not after its time', async () => {
    const world = await mutedWorld('10m');
    expect(await world.request('DELETE', muted)).toMatchObject({ http: 204 });
    expect(await world.request('DELETE', muted)).toMatchObject({ http: 404 });
    await world.request('POST', muted, { for: '10m' });
    await world.pass('10m');
    expect(await world.request('DELETE', muted)).toMatchObject({ http: 404 });
  });
});
