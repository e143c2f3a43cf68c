import { describe, expect, it } from 'vitest';
import { levelAt, maxLevel, nextLevel } from '../../shared/domain/policy.ts';
import { level, policy } from '../fixtures.ts';
import { World } from '../world.ts';

describe('the levels of a policy, one after the other [T-034] [T-045] [R-002] [R-003] [R-004] [R-012] [R-019] [H-037] [H-038]', () => {
  it('tells level 1 at once and each further level its delay after the one before: 5 and then 10 minutes make 15 [T-035] [R-020]', async () => {
    const world = await World.withPolicy({
      levels: [{ targets: ['user:ana'] }, { delay: '5m', targets: ['user:ben'] }, { delay: '10m', targets: ['user:cara'] }],
    });
    await world.alarm();
    await world.pass('4m59s');
    expect(world.paged()).toEqual(['0 ana']);
    await world.pass('1s');
    expect(world.paged()).toEqual(['0 ana', '5 ben']);
    await world.pass('9m59s');
    expect(world.paged()).toEqual(['0 ana', '5 ben']);
    await world.pass('1s');
    expect(world.paged()).toEqual(['0 ana', '5 ben', '15 cara']);
  });

  it('tells nobody before the delay of the first level is over, and shows the incident as pending until then [T-019] [T-131] [T-076] [T-077]', async () => {
    const world = await World.withPolicy({
      levels: [
        { delay: '3m', targets: ['user:ana'] },
        { delay: '5m', targets: ['user:ben'] },
      ],
    });
    const { incidentId } = await world.alarm();
    expect(await world.show(incidentId)).toMatchObject({ state: 'pending', level: 0, nextEscalationAt: '2026-03-02T02:03:00.000Z' });
    await world.pass('2m59s');
    expect(world.paged()).toEqual([]);
    await world.pass('1s');
    expect(world.paged()).toEqual(['3 ana']);
    expect(await world.show(incidentId)).toMatchObject({ state: 'active', level: 1 });
    await world.pass('5m');
    expect(world.paged()).toEqual(['3 ana', '8 ben']);
  });

  it('counts a delay from the start of the round when its anchor says so', async () => {
    const world = await World.withPolicy({
      levels: [
        { delay: '2m', targets: ['user:ana'] },
        { delay: '10m', anchor: 'cycleStart', targets: ['user:ben'] },
        { delay: '30m', anchor: 'cycleStart', targets: ['user:cara'] },
      ],
    });
    await world.alarm();
    await world.pass('30m');
    expect(world.paged()).toEqual(['2 ana', '10 ben', '30 cara']);
  });

  it('waits for the later of the delay and the own time of the level before', async () => {
    const levels = (minWait: string, anchor: string) => [
      { targets: ['user:ana'], minWait },
      { delay: '10m', anchor, targets: ['user:ben'] },
    ];
    for (const anchor of ['previous', 'cycleStart']) {
      const longer = await World.withPolicy({ levels: levels('15m', anchor) });
      await longer.alarm();
      await longer.pass('15m');
      expect(longer.paged()).toEqual(['0 ana', '15 ben']);
      const shorter = await World.withPolicy({ levels: levels('5m', anchor) });
      await shorter.alarm();
      await shorter.pass('15m');
      expect(shorter.paged()).toEqual(['0 ana', '10 ben']);
    }
  });

  it('tells every target of a level at the same moment, of whatever kind they are [T-036] [R-005] [R-021]', async () => {
    const layer = { id: 'week', people: ['lead'], rotation: { weekly: { days: ['monday'], at: '09:00' } }, start: '2026-02-23' };
    const schedules = [{ id: 'primary', zone: 'UTC', layers: [layer] }];
    const addresses = ['email:ops@example.com', 'phone:+15555550190', 'webhook:https://hooks.example.com/ops'];
    const world = await World.withPolicy(
      { levels: [{ targets: ['user:cara', 'team:platform', 'schedule:primary', ...addresses] }] },
      { schedules },
    );
    await world.alarm();
    expect([...world.paged()].sort()).toEqual(['ana', 'ben', 'cara', ...addresses, 'lead'].sort().map((person) => `0 ${person}`));
  });

  it('shows when the next level comes, and that none comes any more once somebody has it [T-084]', async () => {
    const world = await World.withPolicy({ levels: [{ targets: ['user:ana'] }, { delay: '15m', targets: ['user:ben'] }] });
    const { incidentId } = await world.alarm();
    expect((await world.show(incidentId))['nextEscalationAt']).toBe('2026-03-02T02:15:00.000Z');
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    expect((await world.show(incidentId))['nextEscalationAt']).toBeNull();
  });
});

describe('what a policy can be asked', () => {
  const three = policy([level(['user:ana'], { label: 'primary' }), level(['user:ben']), level(['user:cara'], { label: 'manager' })]);

  it('knows its highest level [T-056]', () => {
    expect(maxLevel(three)).toBe(3);
  });

  it('gives a level by its number, and nothing for a number it does not have [T-057]', () => {
    expect([levelAt(three, 1)?.label, levelAt(three, 3)?.label]).toEqual(['primary', 'manager']);
    expect([levelAt(three, 0), levelAt(three, 4)]).toEqual([null, null]);
  });

  it('gives the number that follows, and nothing after the last [T-058]', () => {
    expect([nextLevel(three, 1), nextLevel(three, 2), nextLevel(three, 3)]).toEqual([2, 3, null]);
  });
});
