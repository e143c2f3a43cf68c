import { describe, expect, it } from 'vitest';
import { withPolicy, World } from '../world.ts';

const before = { levels: [{ targets: ['user:ana'] }, { delay: '10m', targets: ['user:ben'] }], description: 'checkout, day and night' };
const after = { levels: [{ targets: ['user:cara'] }, { delay: '1m', targets: ['user:cara'] }] };

describe('changing a policy [R-008] [R-009] [T-043] [T-044]', () => {
  it('makes its next version; an incident that runs keeps the one it began with', async () => {
    const world = await World.withPolicy(before);
    const { incidentId: running } = await world.alarm();
    await world.configure(withPolicy(after));
    const { incidentId: later } = await world.alarm({ dedupKey: 'latency' });
    expect(await world.show(running)).toMatchObject({ policy: 'default', policyVersion: 1 });
    expect(await world.show(later)).toMatchObject({ policy: 'default', policyVersion: 2 });
    await world.pass('10m');
    expect(world.paged()).toEqual(['0 ana', '0 cara', '1 cara', '10 ben']);
  });

  it('a running incident goes on by a policy that has been deleted', async () => {
    const world = await World.withPolicy(before);
    const { incidentId } = await world.alarm();
    const document = withPolicy(after).replaceAll('"default"', '"other"');
    await world.configure(document);
    await world.pass('25m');
    expect(world.paged()).toEqual(['0 ana', '10 ben', '25 lead']);
    expect(await world.show(incidentId)).toMatchObject({ policy: 'default', policyVersion: 1 });
  });

  it('the version stays when something else in the document changes', async () => {
    const world = await World.withPolicy(before);
    await world.configure(withPolicy(before, { teams: [{ id: 'platform', members: ['cara'] }] }));
    const { incidentId } = await world.alarm();
    expect(await world.show(incidentId)).toMatchObject({ policyVersion: 1 });
  });

  it('gives back name and description as they were written', async () => {
    const world = await World.withPolicy(before);
    expect(await world.request('GET', '/v1/policies/default')).toMatchObject({
      http: 200,
      id: 'default',
      description: 'checkout, day and night',
    });
  });

  it('people are looked up when a level fires: who joined the team meanwhile is told, at the number that holds now', async () => {
    const levels = [{ targets: ['user:lead'] }, { delay: '10m', targets: ['team:platform'] }];
    const world = await World.withPolicy({ levels });
    await world.alarm();
    const phone = (id: string, address: string) => ({ id, name: id, contacts: [{ id: 'phone', channel: 'sms', address }] });
    const people = [phone('lead', '+15555550102'), phone('dora', '+15555550104'), phone('ben', '+15555550199')];
    await world.configure(withPolicy({ levels }, { people, teams: [{ id: 'platform', members: ['ben', 'dora'] }] }));
    await world.pass('10m');
    expect(world.pages().slice(1)).toEqual(['10 +15555550199', '10 +15555550104']);
  });
});

describe('a policy says since when it stands and when it last changed [R-011]', () => {
  const timesOf = async (world: World) => {
    const [{ createdAt, updatedAt }, { policies }] = await Promise.all([
      world.request('GET', '/v1/policies/default'),
      world.request('GET', '/v1/policies'),
    ]);
    expect(policies).toMatchObject([{ id: 'default', createdAt, updatedAt }]);
    return [createdAt, updatedAt];
  };

  it('and a change of something else leaves that as it is', async () => {
    const world = await World.withPolicy(before);
    expect(await timesOf(world)).toEqual(['2026-03-02T02:00:00.000Z', '2026-03-02T02:00:00.000Z']);
    await world.pass('1h');
    await world.configure(withPolicy(before, { teams: [{ id: 'platform', members: ['cara'] }] }));
    expect(await timesOf(world)).toEqual(['2026-03-02T02:00:00.000Z', '2026-03-02T02:00:00.000Z']);
    await world.configure(withPolicy(after));
    expect(await timesOf(world)).toEqual(['2026-03-02T02:00:00.000Z', '2026-03-02T03:00:00.000Z']);
  });

  it('and one that was deleted and comes again is new', async () => {
    const world = await World.withPolicy(before);
    await world.configure(withPolicy(before).replaceAll('"default"', '"other"'));
    await world.pass('1h');
    await world.configure(withPolicy(before));
    expect(await timesOf(world)).toEqual(['2026-03-02T03:00:00.000Z', '2026-03-02T03:00:00.000Z']);
  });
});

describe('registering a policy [R-017]', () => {
  it('takes one that holds, and it is followed from then on', async () => {
    const world = await World.withPolicy(before);
    expect(await world.request('PUT', '/v1/policies/default', after)).toMatchObject({ http: 200 });
    await world.alarm();
    expect(world.paged()).toEqual(['0 cara']);
  });

  it('refuses one whose people or teams are not known, and keeps the former [R-025]', async () => {
    const world = await World.withPolicy(before);
    for (const target of ['user:zoe', 'team:night']) {
      expect(await world.request('PUT', '/v1/policies/default', { levels: [{ targets: [target] }] })).toMatchObject({ http: 422 });
    }
    await world.alarm();
    expect(world.paged()).toEqual(['0 ana']);
  });
});
