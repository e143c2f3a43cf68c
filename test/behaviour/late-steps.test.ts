import { describe, expect, it } from 'vitest';
import { World } from '../world.ts';

describe('after an outage, what is late is taken up', () => {
  it('one step at a time, in order: the lateness shifts the rest', async () => {
    const world = await World.withPolicy({
      levels: [{ targets: ['user:ana'] }, { delay: '10m', targets: ['user:ben'] }, { delay: '10m', targets: ['user:cara'] }],
    });
    await world.alarm();
    await world.outage('45m');
    expect(world.paged()).toEqual(['0 ana', '45 ben']);
    await world.pass('9m59s');
    expect(world.paged()).toHaveLength(2);
    await world.pass('1s');
    expect(world.paged()).toEqual(['0 ana', '45 ben', '55 cara']);
  });

  it('levels counted from the start of the round are shifted by the same time', async () => {
    const world = await World.withPolicy({
      levels: [
        { targets: ['user:ana'] },
        { delay: '10m', anchor: 'cycleStart', targets: ['user:ben'] },
        { delay: '15m', anchor: 'cycleStart', targets: ['user:cara'] },
      ],
      repeat: { times: 1, every: '30m', anchor: 'cycleStart' },
    });
    await world.alarm();
    await world.outage('1h');
    expect(world.paged()).toEqual(['0 ana', '60 ben']);
    await world.pass('30m');
    expect(world.paged()).toEqual(['0 ana', '60 ben', '65 cara', '80 ana', '90 ben']);
  });

  it('missed repeats collapse into one, and those still to come keep their time', async () => {
    const world = await World.withPolicy({ levels: [{ targets: ['user:ana'], repeat: { count: 6, every: '5m' } }], exhaustedAfter: '10h' });
    const { incidentId } = await world.alarm();
    await world.outage('17m');
    expect(world.paged()).toEqual(['0 ana', '17 ana']);
    expect((await world.incident(incidentId)).position.repeat).toBe(3);
    await world.pass('1h');
    expect(world.paged()).toEqual(['0 ana', '17 ana', '20 ana', '25 ana', '30 ana']);
  });

  it('repeats of a level whose successor is due as well are not made up for', async () => {
    const world = await World.withPolicy({
      levels: [
        { targets: ['user:ana'], repeat: { count: 2, every: '5m' } },
        { delay: '15m', targets: ['user:ben'] },
      ],
    });
    await world.alarm();
    await world.outage('20m');
    expect(world.paged()).toEqual(['0 ana', '20 ben']);
  });

  it('a first level that is late is the start of a round that is as late', async () => {
    const world = await World.withPolicy({
      levels: [
        { delay: '5m', targets: ['user:ana'] },
        { delay: '15m', anchor: 'cycleStart', targets: ['user:ben'] },
      ],
    });
    await world.alarm();
    await world.outage('30m');
    await world.pass('10m');
    expect(world.paged()).toEqual(['30 ana', '40 ben']);
  });

  it('a chain that would have ended meanwhile is not skipped', async () => {
    const world = await World.withPolicy({ levels: [{ targets: ['user:ana'] }, { delay: '5m', targets: ['user:ben'] }] });
    const { incidentId } = await world.alarm();
    await world.outage('10h');
    expect(world.paged()).toEqual(['0 ana', '600 ben']);
    await world.pass('15m');
    expect(world.paged().at(-1)).toBe('615 lead');
    expect(await world.show(incidentId)).toMatchObject({ state: 'timed_out' });
  });

  it('an acknowledgement that ran out meanwhile first asks Ana alone', async () => {
    const world = await World.withPolicy({ levels: [{ targets: ['user:ana', 'user:ben'] }] });
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    await world.outage('5h');
    expect(world.paged().slice(2)).toEqual(['300 ana']);
    await world.pass('5m');
    expect(world.paged().slice(3)).toEqual(['305 ana', '305 ben']);
  });

  it('an incident that should have resolved itself meanwhile does, and tells nobody', async () => {
    const world = await World.withPolicy({
      levels: [
        { targets: ['user:ana'], autoResolve: '10m' },
        { delay: '5m', targets: ['user:ben'] },
      ],
    });
    const { incidentId } = await world.alarm();
    await world.outage('1h');
    expect(await world.show(incidentId)).toMatchObject({ state: 'resolved', resolvedBy: 'system' });
    expect(world.paged()).toEqual(['0 ana']);
  });
});
