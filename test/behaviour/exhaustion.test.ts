import { describe, expect, it } from 'vitest';
import { World } from '../world.ts';

const ana = { targets: ['user:ana'] };
const ben = { delay: '5m', targets: ['user:ben'] };

describe('when nobody answers at all [T-025] [T-133] [H-040]', () => {
  it('an incident times out 15 minutes after the last level, and the catch-all is told, again every half hour until somebody acknowledges', async () => {
    const world = await World.withPolicy({ levels: [ana, ben] });
    const { incidentId } = await world.alarm();
    await world.pass('19m59s');
    expect(world.paged()).toEqual(['0 ana', '5 ben']);
    await world.pass('1s');
    expect(world.paged()).toEqual(['0 ana', '5 ben', '20 lead']);
    expect(await world.show(incidentId)).toMatchObject({
      state: 'timed_out',
      endReason: 'exhausted',
      isActive: false,
      nextEscalationAt: null,
    });
    await world.pass('70m');
    expect(world.paged()).toEqual(['0 ana', '5 ben', '20 lead', '50 lead', '80 lead']);
    await world.act(incidentId, 'acknowledge', { by: 'user:lead' });
    await world.pass('10h');
    expect(world.paged()).toHaveLength(5);
  });

  it('says in the message that all levels have passed', async () => {
    const world = await World.withPolicy({ levels: [ana] });
    await world.alarm();
    await world.pass('15m');
    const [first] = world.received('+15555550102');
    expect(first).not.toContain('(L1)');
    expect(first).toContain('error rate 12%');
  });

  it('the policy says how long to wait, how often to remind and whom to tell', async () => {
    const world = await World.withPolicy({ levels: [ana], exhaustedAfter: '1h', reminder: '10m', catchAll: ['user:cara', 'user:ben'] });
    await world.alarm();
    await world.pass('81m');
    expect(world.paged()).toEqual(['0 ana', '60 cara', '60 ben', '70 cara', '70 ben', '80 cara', '80 ben']);
  });

  it('a policy that repeats its chain times out its own interval after the last firing, whatever exhaustedAfter says', async () => {
    const world = await World.withPolicy({ levels: [ana], repeat: { times: 1, every: '40m' }, exhaustedAfter: '1m' });
    await world.alarm();
    await world.pass('80m');
    expect(world.paged()).toEqual(['0 ana', '40 ana', '80 lead']);
  });

  it('the interval counts from the start of the last round when its anchor says so', async () => {
    const world = await World.withPolicy({ levels: [ana, ben], repeat: { times: 1, every: '40m', anchor: 'cycleStart' } });
    await world.alarm();
    await world.pass('80m');
    expect(world.paged()).toEqual(['0 ana', '5 ben', '40 ana', '45 ben', '80 lead']);
  });

  it('never before the repeats of the last level are over', async () => {
    const world = await World.withPolicy({ levels: [{ ...ana, repeat: { count: 4, every: '10m' } }], exhaustedAfter: '1s' });
    await world.alarm();
    await world.pass('41m');
    expect(world.paged().slice(0, 5)).toEqual(['0 ana', '10 ana', '20 ana', '30 ana', '40 ana']);
    expect(world.paged()[5]).toMatch(/^40\.01\d* lead$/);
  });

  it('never before the own time of the last level is over', async () => {
    const world = await World.withPolicy({ levels: [{ ...ana, minWait: '45m' }] });
    await world.alarm();
    await world.pass('44m59s');
    expect(world.paged()).toEqual(['0 ana']);
    await world.pass('1s');
    expect(world.paged()).toEqual(['0 ana', '45 lead']);
  });

  it('with rounds from the start of the round, the repeats of the last level still come first', async () => {
    const world = await World.withPolicy({
      levels: [{ ...ana, minWait: '50m' }],
      repeat: { times: 1, every: '20m', anchor: 'cycleStart' },
    });
    await world.alarm();
    await world.pass('2h');
    expect(world.paged()).toEqual(['0 ana', '50 ana', '100 lead']);
  });
});

describe('a cap on escalations [T-049]', () => {
  it('ends the incident when the next level would go beyond it, and tells the catch-all until somebody answers', async () => {
    const world = await World.withPolicy({ levels: [ana, ben, { delay: '5m', targets: ['user:cara'] }], maxEscalations: 1 });
    const { incidentId } = await world.alarm();
    await world.pass('10m');
    expect(world.paged()).toEqual(['0 ana', '5 ben', '10 lead']);
    expect(await world.show(incidentId)).toMatchObject({ state: 'timed_out', endReason: 'limit', escalationCount: 1, level: 2 });
    await world.pass('30m');
    expect(world.paged().at(-1)).toBe('40 lead');
    await world.act(incidentId, 'resolve', { by: 'user:lead' });
    await world.pass('10h');
    expect(world.paged().at(-1)).toBe('40 lead');
  });

  it('counts the firings of further rounds, and not the repeats of a level', async () => {
    const world = await World.withPolicy({
      levels: [{ ...ana, repeat: { count: 2, every: '5m' } }],
      repeat: { times: 9, every: '20m' },
      maxEscalations: 2,
    });
    await world.alarm();
    await world.pass('91m');
    const paged = ['0 ana', '5 ana', '10 ana', '30 ana', '35 ana', '40 ana', '60 ana', '65 ana', '70 ana', '90 lead'];
    expect(world.paged()).toEqual(paged);
  });

  it('does not end an incident whose chain ends first', async () => {
    const world = await World.withPolicy({ levels: [ana, ben], maxEscalations: 1 });
    const { incidentId } = await world.alarm();
    await world.pass('20m');
    expect(await world.show(incidentId)).toMatchObject({ state: 'timed_out', endReason: 'exhausted' });
  });
});
