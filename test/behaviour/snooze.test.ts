import { describe, expect, it } from 'vitest';
import { World } from '../world.ts';

const ana = { targets: ['user:ana'], repeat: { count: 1, every: '2m' } };
const ben = { delay: '10m', targets: ['user:ben'] };

async function snoozed(rest: object = {}): Promise<{ readonly world: World; readonly id: string | null }> {
  const world = await World.withPolicy({ levels: [ana, ben], ...rest });
  const { incidentId: id } = await world.alarm();
  await world.pass('1m');
  expect(await world.act(id, 'snooze', { by: 'user:ana', for: '1h' })).toMatchObject({
    http: 200,
    snoozedUntil: '2026-03-02T03:01:00.000Z',
  });
  return { world, id };
}

describe('a snoozed incident', () => {
  it('tells nobody until the snooze ends; then the current level fires again and the chain goes on', async () => {
    const { world, id } = await snoozed();
    await world.pass('59m59s');
    expect(world.paged()).toEqual(['0 ana']);
    await world.pass('1s');
    expect(world.paged().slice(1)).toEqual(['61 ana']);
    expect(await world.show(id)).toMatchObject({ state: 'active', snoozedUntil: null, level: 1, escalationCount: 0 });
    await world.pass('10m');
    expect(world.paged().slice(2)).toEqual(['63 ana', '71 ben']);
  });

  it('may have been acknowledged before: when the snooze ends it is active again', async () => {
    const world = await World.withPolicy({ levels: [ana, ben] });
    const { incidentId: id } = await world.alarm();
    await world.act(id, 'acknowledge', { by: 'user:ana' });
    await world.act(id, 'snooze', { by: 'user:ana', for: '3h' });
    await world.pass('179m');
    expect(world.paged()).toEqual(['0 ana']);
    await world.pass('1m');
    expect(world.paged()).toEqual(['0 ana', '180 ana']);
    expect(await world.show(id)).toMatchObject({ state: 'active', acknowledgedBy: null });
  });

  it('can be acknowledged: that ends the snooze, and only the acknowledgement timeout is left', async () => {
    const { world, id } = await snoozed();
    expect(await world.act(id, 'acknowledge', { by: 'user:ana' })).toMatchObject({ http: 200, state: 'acknowledged', snoozedUntil: null });
    await world.pass('59m59s');
    expect(world.paged()).toEqual(['0 ana']);
    await world.pass('1s');
    expect(world.paged()).toEqual(['0 ana', '61 ana']);
  });

  it('wakes at once when the same problem comes back more severe', async () => {
    const world = await World.withPolicy({ levels: [ana, ben] });
    const { incidentId: id } = await world.alarm({ severity: 'medium' });
    await world.act(id, 'snooze', { by: 'user:ana', for: '1h' });
    await world.pass('30m');
    await world.alarm({ severity: 'medium' });
    expect(world.paged()).toEqual(['0 ana']);
    await world.alarm({ severity: 'critical' });
    expect(world.paged()).toEqual(['0 ana', '30 ana']);
    expect(await world.show(id)).toMatchObject({ state: 'active', snoozedUntil: null, severity: 'critical' });
  });

  it('is still resolved by a level that resolves by itself', async () => {
    const { world, id } = await snoozed({ levels: [{ ...ana, autoResolve: '20m' }] });
    await world.pass('19m');
    expect(await world.show(id)).toMatchObject({ state: 'resolved', resolvedBy: 'system', snoozedUntil: null });
    await world.pass('5h');
    expect(world.paged()).toEqual(['0 ana']);
  });

  it('can be snoozed anew: the last one counts', async () => {
    const { world, id } = await snoozed();
    await world.act(id, 'snooze', { by: 'user:ana', for: '2h' });
    await world.pass('119m');
    expect(world.paged()).toEqual(['0 ana']);
    await world.pass('1m');
    expect(world.paged()).toEqual(['0 ana', '121 ana']);
  });

  it('can be resolved, and nothing wakes any more', async () => {
    const { world, id } = await snoozed();
    expect(await world.act(id, 'resolve', { by: 'user:ana' })).toMatchObject({ state: 'resolved', snoozedUntil: null });
    await world.pass('5h');
    expect(world.paged()).toEqual(['0 ana']);
  });

  it('goes on at once when a person asks for the next level', async () => {
    const { world, id } = await snoozed();
    await world.act(id, 'escalate', { by: 'user:ana' });
    expect(world.paged()).toEqual(['0 ana', '1 ben']);
    expect((await world.show(id))['snoozedUntil']).toBeNull();
  });
});
