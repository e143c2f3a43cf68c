import { describe, expect, it } from 'vitest';
import { withPolicy, World } from '../world.ts';

const repeated = { targets: ['user:ana'], repeat: { count: 2, every: '5m' } };

describe('a level that repeats [T-037] [T-038]', () => {
  it('tells its people again as often and as far apart as it says, and then no more', async () => {
    const world = await World.withPolicy({ levels: [repeated], exhaustedAfter: '2h' });
    const { incidentId } = await world.alarm();
    await world.pass('2h');
    expect(world.paged()).toEqual(['0 ana', '5 ana', '10 ana']);
    expect(await world.show(incidentId)).toMatchObject({ level: 1, escalationCount: 0, notificationCount: 3 });
  });

  it('tells them once when the count is 0 or there is none', async () => {
    const world = await World.withPolicy({ levels: [{ targets: ['user:ana'], repeat: { count: 0, every: '5m' } }], exhaustedAfter: '2h' });
    await world.alarm();
    await world.pass('1h59m');
    expect(world.paged()).toEqual(['0 ana']);
  });

  it('stops repeating as soon as another level fires', async () => {
    const world = await World.withPolicy({
      levels: [
        { targets: ['user:ana'], repeat: { count: 9, every: '5m' } },
        { delay: '12m', targets: ['user:ben'] },
      ],
      exhaustedAfter: '2h',
    });
    await world.alarm();
    await world.pass('1h');
    expect(world.paged()).toEqual(['0 ana', '5 ana', '10 ana', '12 ben']);
  });

  it('gives way to a level that is due at the same moment', async () => {
    const world = await World.withPolicy({
      levels: [
        { targets: ['user:ana'], repeat: { count: 9, every: '5m' } },
        { delay: '10m', targets: ['user:ben'] },
      ],
    });
    await world.alarm();
    await world.pass('10m');
    expect(world.paged()).toEqual(['0 ana', '5 ana', '10 ben']);
  });

  it('does not put off the next level: its delay counts from the first firing', async () => {
    const world = await World.withPolicy({ levels: [repeated, { delay: '15m', targets: ['user:ben'] }] });
    await world.alarm();
    await world.pass('15m');
    expect(world.paged()).toEqual(['0 ana', '5 ana', '10 ana', '15 ben']);
  });

  it('stops when somebody acknowledges or resolves', async () => {
    for (const act of ['acknowledge', 'resolve'] as const) {
      const world = await World.withPolicy({ levels: [repeated] });
      const { incidentId } = await world.alarm();
      await world.pass('6m');
      await world.act(incidentId, act, { by: 'user:ana' });
      await world.pass('50m');
      expect(world.paged()).toEqual(['0 ana', '5 ana']);
    }
  });

  it('runs the personal rules anew, and what was still to come of the former run is replaced', async () => {
    const ana = {
      id: 'ana',
      name: 'Ana',
      contacts: [
        { id: 'phone', channel: 'sms', address: '+15555550100' },
        { id: 'mail', channel: 'email', address: 'ana@example.com' },
      ],
      rules: [{ notify: ['phone', { contact: 'mail', after: '8m' }] }],
    };
    const lead = { id: 'lead', name: 'Lee', contacts: [{ id: 'phone', channel: 'sms', address: '+15555550102' }] };
    const world = await World.withConfig(withPolicy({ levels: [repeated], exhaustedAfter: '2h' }, { people: [ana, lead], teams: [] }));
    await world.alarm();
    await world.pass('1h');
    expect(world.pages()).toEqual(['0 +15555550100', '5 +15555550100', '10 +15555550100', '18 ana@example.com']);
  });
});
