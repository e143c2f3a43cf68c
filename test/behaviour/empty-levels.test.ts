import { describe, expect, it } from 'vitest';
import { permanent, transient, withPolicy, World } from '../world.ts';

const nobody = { targets: [] };
const ana = { targets: ['user:ana'] };
const ben = { delay: '10m', targets: ['user:ben'] };
const cara = { delay: '10m', targets: ['user:cara'] };

describe('a level that reaches nobody', () => {
  it('is skipped at once, says so, and the next does not wait for its delay', async () => {
    const world = await World.withPolicy({ levels: [{ ...nobody, minWait: '1h' }, ben, cara] });
    const { incidentId } = await world.alarm();
    expect(world.paged()).toEqual(['0 ben']);
    expect(await world.timeline(incidentId)).toEqual(['triggered', 'levelEmpty', 'levelFired', 'notificationSent']);
    await world.pass('10m');
    expect(world.paged()).toEqual(['0 ben', '10 cara']);
    expect(await world.show(incidentId)).toMatchObject({ state: 'active', level: 3 });
  });

  it('a later level counted from the start of the round keeps its time', async () => {
    const world = await World.withPolicy({ levels: [nobody, ben, { delay: '30m', anchor: 'cycleStart', targets: ['user:cara'] }] });
    await world.alarm();
    await world.pass('30m');
    expect(world.paged()).toEqual(['0 ben', '30 cara']);
  });

  it('skips several of them at once', async () => {
    const world = await World.withPolicy({ levels: [nobody, nobody, nobody, ben] });
    await world.alarm();
    expect(world.paged()).toEqual(['0 ben']);
  });

  it('is also one whose only person has no contact on the channels asked for', async () => {
    const world = await World.withPolicy({ levels: [{ ...ana, channels: ['email'] }, ben] });
    await world.alarm();
    expect(world.paged()).toEqual(['0 ben']);
  });

  it('is also one whose person has been deleted since; the timeline names the person', async () => {
    const world = await World.withPolicy({ levels: [ana, ben, cara] });
    const { incidentId } = await world.alarm();
    const people = [1, 2, 3].map((number) => ({
      id: ['', 'ana', 'lead', 'cara'][number],
      name: 'someone',
      contacts: [{ id: 'phone', channel: 'sms', address: `+1555555010${String(number)}` }],
    }));
    await world.configure(withPolicy({ levels: [ana, cara] }, { people, teams: [] }));
    await world.pass('10m');
    expect(world.paged()).toEqual(['0 ana', '10 cara']);
    const { events } = await world.request('GET', `/v1/incidents/${String(incidentId)}/timeline`);
    expect(events).toContainEqual(expect.objectContaining({ type: 'levelEmpty', level: 2, reason: 'nobody', unknown: ['user:ben'] }));
  });

  it('is also one none of whose messages could be handed over', async () => {
    const world = await World.withPolicy({ levels: [ana, ben, cara] });
    world.provider = ({ to }) => (to === '+15555550101' ? null : permanent);
    const { incidentId } = await world.alarm();
    expect(world.paged()).toEqual(['0 ben']);
    const { events } = await world.request('GET', `/v1/incidents/${String(incidentId)}/timeline`);
    expect(events).toContainEqual(expect.objectContaining({ type: 'levelEmpty', level: 1, reason: 'undeliverable' }));
  });

  it('does not count as an escalation', async () => {
    const world = await World.withPolicy({ levels: [ana, { delay: '5m', targets: [] }, cara], maxEscalations: 1 });
    const { incidentId } = await world.alarm();
    await world.pass('5m');
    expect(world.paged()).toEqual(['0 ana', '5 cara']);
    expect(await world.show(incidentId)).toMatchObject({ escalationCount: 1, state: 'active' });
  });
});

describe('when every level of a round reaches nobody', () => {
  it('the catch-all is told at once, once a round, and again every half hour', async () => {
    const world = await World.withPolicy({ levels: [nobody, { delay: '5m', targets: [] }], repeat: { times: 1, every: '40m' } });
    const { incidentId } = await world.alarm();
    expect(world.paged()).toEqual(['0 lead']);
    expect((await world.show(incidentId))['state']).toBe('active');
    await world.pass('39m');
    expect(world.paged()).toEqual(['0 lead', '30 lead']);
    await world.pass('1m');
    expect(world.paged()).toEqual(['0 lead', '30 lead', '40 lead']);
    await world.pass('39m');
    expect(world.paged()).toEqual(['0 lead', '30 lead', '40 lead', '70 lead']);
    await world.pass('1m');
    expect(world.paged().slice(4)).toEqual(['80 lead']);
    expect(await world.show(incidentId)).toMatchObject({ state: 'timed_out', endReason: 'exhausted' });
  });

  it('the catch-all of the policy comes before that of the settings', async () => {
    const world = await World.withPolicy({ levels: [nobody], catchAll: ['user:cara'] });
    await world.alarm();
    expect(world.paged()).toEqual(['0 cara']);
  });

  it('an acknowledgement ends the reminders', async () => {
    const world = await World.withPolicy({ levels: [nobody], exhaustedAfter: '10h', acknowledgementTimeout: '20h' });
    await world.alarm();
    await world.sms('+15555550102', world.code('+15555550102'));
    await world.pass('15h');
    expect(world.paged()).toEqual(['0 lead']);
  });

  it('also when every message of every level was refused for good', async () => {
    const world = await World.withPolicy({ levels: [ana, ben], catchAll: ['user:cara'] });
    world.provider = ({ to }) => (to === '+15555550103' ? null : permanent);
    await world.alarm();
    expect(world.paged()).toEqual(['0 cara']);
  });

  it('also when the last messages of an earlier level fail only after the last level was found empty', async () => {
    const world = await World.withPolicy({ levels: [ana, { delay: '1m', targets: [] }] });
    world.provider = ({ to }) => (to === '+15555550100' ? transient : null);
    await world.alarm();
    await world.pass('10s');
    await world.outage('2m');
    expect(world.messages.map(({ person }) => person)).toEqual(['lead']);
  });

  it('not while the rules of a person of an earlier level still hold a message back', async () => {
    const contacts = [{ id: 'phone', channel: 'sms', address: '+15555550100' }];
    const lead = { id: 'lead', name: 'Lee', contacts: [{ id: 'phone', channel: 'sms', address: '+15555550102' }] };
    const people = [{ id: 'ana', name: 'Ana', contacts, rules: [{ notify: [{ contact: 'phone', after: '5m' }] }] }, lead];
    const world = await World.withPolicy({ levels: [ana, { delay: '1m', targets: [] }] }, { people, teams: [] });
    await world.alarm();
    await world.pass('15m');
    expect(world.paged()).toEqual(['5 ana']);
    await world.pass('1m');
    expect(world.paged()).toEqual(['5 ana', '16 lead']);
  });

  it('not when only the last level is empty: somebody has been told', async () => {
    const world = await World.withPolicy({ levels: [ana, { delay: '1m', targets: [] }] });
    await world.alarm();
    await world.pass('15m');
    expect(world.paged()).toEqual(['0 ana']);
    await world.pass('1m');
    expect(world.paged()).toEqual(['0 ana', '16 lead']);
  });

  it.each([
    ['an acknowledgement', 65, nobody],
    ['a snooze', 90, nobody],
    ['an acknowledgement', 65, ana],
    ['a snooze', 90, ana],
  ] as const)('the catch-all is told anew when %s came to nothing', async (what, at, level) => {
    const world = await World.withPolicy({ levels: [level], exhaustedAfter: '10h' });
    world.provider = ({ to }) => (to === '+15555550100' ? permanent : null);
    const { incidentId } = await world.alarm();
    if (what === 'a snooze') await world.act(incidentId, 'snooze', { by: 'user:lead', for: '90m' });
    else await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    await world.pass('124m');
    expect(world.paged().filter((page) => page.endsWith(' lead'))).toEqual(['0 lead', `${String(at)} lead`, `${String(at + 30)} lead`]);
  });

  it('and when the catch-all reaches nobody either, our own alarm is raised', async () => {
    const world = await World.withPolicy({ levels: [nobody], catchAll: ['team:platform'] }, { teams: [{ id: 'platform', members: [] }] });
    await world.alarm();
    expect(world.alarms).toContain('catch-all-reaches-nobody');
  });
});
