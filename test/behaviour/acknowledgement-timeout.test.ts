import { describe, expect, it } from 'vitest';
import { withPolicy, World } from '../world.ts';

const ana = { targets: ['user:ana', 'user:cara'] };
const lead = { id: 'lead', name: 'Lee', contacts: [{ id: 'phone', channel: 'sms', address: '+15555550102' }] };
const ben = { delay: '10m', targets: ['user:ben'] };

describe('an incident acknowledged and then left alone', () => {
  it('is active again after an hour: Ana alone is asked, 5 minutes later the level fires whole, and the chain goes on', async () => {
    const world = await World.withPolicy({ levels: [ana, ben] });
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    await world.pass('59m59s');
    expect(world.paged()).toEqual(['0 ana', '0 cara']);
    await world.pass('1s');
    expect(world.paged().slice(2)).toEqual(['60 ana']);
    expect(await world.show(incidentId)).toMatchObject({ state: 'active', acknowledgedBy: null, acknowledgedAt: null });
    await world.pass('5m');
    expect(world.paged().slice(3)).toEqual(['65 ana', '65 cara']);
    await world.pass('10m');
    expect(world.paged().slice(5)).toEqual(['75 ben']);
    await world.pass('15m');
    expect(world.paged().slice(6)).toEqual(['90 lead']);
  });

  it('counts nothing as an escalation that only tells the same level again', async () => {
    const world = await World.withPolicy({ levels: [ana, ben] });
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    await world.pass('66m');
    expect(await world.show(incidentId)).toMatchObject({ level: 1, escalationCount: 0 });
  });

  it('stays quiet when Ana acknowledges again within the 5 minutes', async () => {
    const world = await World.withPolicy({ levels: [ana, ben] });
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    await world.pass('62m');
    await world.sms('+15555550100', world.code('+15555550100'));
    expect(await world.show(incidentId)).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'user:ana' });
    await world.pass('59m');
    expect(world.paged()).toEqual(['0 ana', '0 cara', '60 ana']);
    await world.pass('1m');
    expect(world.paged().at(-1)).toBe('122 ana');
  });

  it('the settings say another time for all policies, and a policy its own', async () => {
    const settings = { catchAll: ['user:lead'], acknowledgementTimeout: '20m' };
    const levels = [{ targets: ['user:ana'] }];
    for (const [policy, at] of [
      [{ levels }, 20],
      [{ levels, acknowledgementTimeout: '90m' }, 90],
    ] as const) {
      // prettier-ignore
      const world = await World.withConfig(withPolicy(policy, { settings }));
      const { incidentId } = await world.alarm();
      await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
      await world.pass('91m');
      expect(world.paged()[1]).toBe(`${String(at)} ana`);
    }
  });

  it('fires the level at once when nobody knows who acknowledged', async () => {
    const world = await World.withPolicy({ levels: [ana, ben] });
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'the night shift' });
    await world.pass('60m');
    expect(world.paged().slice(2)).toEqual(['60 ana', '60 cara']);
    await world.pass('10m');
    expect(world.paged().slice(4)).toEqual(['70 ben']);
  });

  it('fires the level at once when the acknowledger has left since', async () => {
    const world = await World.withPolicy({ levels: [{ targets: ['user:ben'] }] });
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:cara' });
    const contacts = (id: string, number: number) => ({
      id,
      name: id,
      contacts: [{ id: 'phone', channel: 'sms', address: `+1555555010${String(number)}` }],
    });
    await world.configure(
      withPolicy({ levels: [{ targets: ['user:ben'] }] }, { people: [contacts('ben', 1), contacts('lead', 2)], teams: [] }),
    );
    await world.pass('60m');
    expect(world.paged()).toEqual(['0 ben', '60 ben']);
  });

  it('asks the address that acknowledged, when it belongs to nobody in the directory', async () => {
    const world = await World.withPolicy({ levels: [{ targets: ['phone:+15555550190', 'user:ana'] }] });
    await world.alarm();
    await world.sms('+15555550190', world.code('+15555550190'));
    await world.pass('60m');
    expect(world.paged().slice(2)).toEqual(['60 phone:+15555550190']);
    await world.pass('5m');
    expect([...world.paged().slice(3)].sort()).toEqual(['65 ana', '65 phone:+15555550190']);
  });

  it('begins at the level where it stood', async () => {
    const world = await World.withPolicy({ levels: [ana, ben, { delay: '10m', targets: ['user:cara'] }] });
    const { incidentId } = await world.alarm();
    await world.pass('10m');
    await world.act(incidentId, 'acknowledge', { by: 'user:ben' });
    await world.pass('85m');
    expect(world.paged().slice(3)).toEqual(['70 ben', '75 ben', '85 cara']);
    expect(await world.show(incidentId)).toMatchObject({ level: 3, escalationCount: 2 });
  });

  it('fires the first level when it was acknowledged before that one came', async () => {
    const world = await World.withPolicy({ levels: [{ ...ana, delay: '5m' }, ben] });
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:ben' });
    await world.pass('75m');
    expect(world.paged()).toEqual(['60 ben', '65 ana', '65 cara', '75 ben']);
  });

  it('runs no timeout once it is resolved', async () => {
    const world = await World.withPolicy({ levels: [ana, ben] });
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    await world.act(incidentId, 'resolve', { by: 'user:ana' });
    await world.pass('5h');
    expect(world.paged()).toEqual(['0 ana', '0 cara']);
  });

  it('tells the catch-all at once when the level then reaches nobody any more', async () => {
    const one = { levels: [{ targets: ['user:ana'] }] };
    const world = await World.withPolicy(one);
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    await world.configure(
      withPolicy({ levels: [{ targets: ['team:platform'] }] }, { people: [lead], teams: [{ id: 'platform', members: [] }] }),
    );
    await world.pass('60m');
    expect(world.paged()).toEqual(['0 ana', '60 lead']);
  });
});
