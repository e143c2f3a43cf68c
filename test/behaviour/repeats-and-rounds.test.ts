import { describe, expect, it } from 'vitest';
import { World } from '../world.ts';

const ana = { targets: ['user:ana'], repeat: { count: 2, every: '5m' } };

describe('repeats of a level in rounds that are counted from their start', () => {
  const rounds = (every: string): object => ({ levels: [ana], repeat: { times: 1, every, anchor: 'cycleStart' } });

  it('a repeat that was missed gives way to the next round, which is due too', async () => {
    const world = await World.withPolicy(rounds('11m'));
    await world.alarm();
    await world.pass('6m');
    await world.outage('6m');
    expect(world.paged()).toEqual(['0 ana', '5 ana', '12 ana']);
  });

  it('while a missed repeat of the last round still comes, since nothing else tells its people', async () => {
    const world = await World.withPolicy(rounds('11m'));
    await world.alarm();
    await world.pass('17m');
    await world.outage('6m');
    expect(world.paged().slice(-2)).toEqual(['23 ana', '23 lead']);
  });

  it('the end waits for repeats that a level, fired again after a snooze, has beyond the end of its round', async () => {
    const world = await World.withPolicy(rounds('20m'));
    const { incidentId } = await world.alarm();
    await world.pass('21m');
    await world.act(incidentId, 'snooze', { for: '12m' });
    await world.pass('21m');
    expect(world.paged()).toEqual(['0 ana', '5 ana', '10 ana', '20 ana', '33 ana', '38 ana']);
    expect(await world.show(incidentId)).toMatchObject({ state: 'active', nextEscalationAt: '2026-03-02T02:43:00.000Z' });
    await world.pass('1m');
    expect(world.paged()).toContain('43 lead');
    expect(await world.show(incidentId)).toMatchObject({ state: 'timed_out', endReason: 'exhausted' });
  });

  it('the last repeat of the last round still comes when the end falls on the same instant', async () => {
    const world = await World.withPolicy(rounds('10m'));
    await world.alarm();
    await world.pass('21m');
    expect(world.paged()).toEqual(['0 ana', '5 ana', '10 ana', '15 ana', '20 ana', '20 lead']);
  });
});
