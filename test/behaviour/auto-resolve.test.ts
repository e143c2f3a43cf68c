import { describe, expect, it } from 'vitest';
import { World } from '../world.ts';

describe('a level that resolves by itself [T-040]', () => {
  const ana = { targets: ['user:ana'], autoResolve: '30m' };

  it('resolves the incident that long after it fired, as the system', async () => {
    const world = await World.withPolicy({ levels: [{ ...ana, delay: '5m' }], exhaustedAfter: '2h' });
    const { incidentId } = await world.alarm();
    await world.pass('34m59s');
    expect(await world.show(incidentId)).toMatchObject({ state: 'active' });
    await world.pass('1s');
    expect(await world.show(incidentId)).toMatchObject({ state: 'resolved', resolvedBy: 'system', resolvedAt: '2026-03-02T02:35:00.000Z' });
    await world.pass('5h');
    expect(world.paged()).toEqual(['5 ana']);
  });

  it('does so even after a further level fired, and while somebody has acknowledged', async () => {
    const world = await World.withPolicy({ levels: [ana, { delay: '5m', targets: ['user:ben'] }] });
    const { incidentId } = await world.alarm();
    await world.pass('6m');
    await world.act(incidentId, 'acknowledge', { by: 'user:ben' });
    await world.pass('24m');
    expect(await world.show(incidentId)).toMatchObject({ state: 'resolved', resolvedBy: 'system', acknowledgedBy: 'user:ben' });
  });

  it('does so even after nobody answered at all, which ends the reminders', async () => {
    const world = await World.withPolicy({ levels: [{ ...ana, autoResolve: '50m' }] });
    const { incidentId } = await world.alarm();
    await world.pass('49m');
    expect(world.paged()).toEqual(['0 ana', '15 lead', '45 lead']);
    await world.pass('1m');
    expect(await world.show(incidentId)).toMatchObject({
      state: 'timed_out',
      resolvedBy: 'system',
      resolvedAt: '2026-03-02T02:50:00.000Z',
    });
    expect(await world.open()).toEqual([]);
    await world.pass('5h');
    expect(world.paged()).toHaveLength(3);
  });

  it('the earliest of several levels counts', async () => {
    const world = await World.withPolicy({ levels: [ana, { delay: '5m', targets: ['user:ben'], autoResolve: '10m' }] });
    const { incidentId } = await world.alarm();
    await world.pass('15m');
    expect(await world.show(incidentId)).toMatchObject({ state: 'resolved', resolvedAt: '2026-03-02T02:15:00.000Z' });

    const other = await World.withPolicy({
      levels: [
        { ...ana, autoResolve: '10m' },
        { delay: '5m', targets: ['user:ben'], autoResolve: '30m' },
      ],
    });
    const { incidentId: id } = await other.alarm();
    await other.pass('10m');
    expect(await other.show(id)).toMatchObject({ state: 'resolved', resolvedAt: '2026-03-02T02:10:00.000Z' });
  });

  it('never happens without the setting', async () => {
    const world = await World.withPolicy({ levels: [{ targets: ['user:ana'] }] });
    const { incidentId } = await world.alarm();
    await world.pass('90h');
    expect(await world.show(incidentId)).toMatchObject({ resolvedAt: null, resolvedBy: null });
  });
});
