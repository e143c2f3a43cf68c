import { describe, expect, it } from 'vitest';
import { permanent, transient, withPolicy, World } from '../world.ts';

const url = 'https://hooks.example.com/token-of-theirs';
const channels = [
  { id: '#ops', channel: 'slack', address: 'secret:OPS' },
  { id: 'siren', channel: 'webhook', address: 'secret:SIREN' },
];
const levels = (...targets: unknown[]) => ({ levels: [{ targets }, { delay: '15m', targets: ['user:ben'] }] });
const worldWith = (policy: object, rest: object = {}): Promise<World> => World.withConfig(withPolicy(policy, { channels, ...rest }));

const told = async (...targets: unknown[]): Promise<readonly string[]> => {
  const world = await worldWith(levels(...targets));
  await world.alarm();
  return world.messages.map(({ channel, person, to }) => `${channel} ${person} ${to}`);
};

describe('a target that is no person', () => {
  it('is a channel: its room is told, with its sign or without [T-005] [T-030]', async () => {
    const expected = ['slack channel:#ops secret:OPS'];
    expect(await told('channel:#ops')).toEqual(expected);
    expect(await told('channel:ops')).toEqual(expected);
    expect(await told({ type: 'channel', id: 'ops', name: 'Operations' })).toEqual(expected);
    expect(await told('channel:#siren')).toEqual(['webhook channel:#siren secret:SIREN']);
  });

  it('is a webhook: its URL is told, whether or not it has a name [T-007] [T-032] [R-027]', async () => {
    const expected = [`webhook webhook:${url} ${url}`];
    expect(await told(`webhook:${url}`)).toEqual(expected);
    expect(await told({ type: 'webhook', id: url, name: 'The siren' })).toEqual(expected);
    expect(await told('webhook:secret:SIREN')).toEqual(['webhook webhook:secret:SIREN secret:SIREN']);
  });

  it('is told once, however often it is named', async () => {
    expect(await told('channel:#ops', 'channel:ops', `webhook:${url}`, `webhook:${url}`)).toHaveLength(2);
  });

  it('goes through the filter of channels like everybody', async () => {
    const world = await worldWith({ levels: [{ channels: ['slack'], targets: ['channel:#ops', 'channel:#siren', 'user:ana'] }] });
    await world.alarm();
    expect(world.messages.map(({ person }) => person)).toEqual(['channel:#ops']);
  });

  it('answers by the link in its message, and is recorded as itself', async () => {
    const world = await worldWith(levels('channel:#ops', 'user:ana'));
    const { incidentId } = await world.alarm();
    const link = world.messages.find(({ person }) => person === 'channel:#ops')?.ackUrl ?? '';
    expect((await world.app.fetch(new Request(link, { method: 'POST' }))).status).toBe(200);
    expect(await world.show(incidentId)).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'channel:#ops' });
    await world.settled();
    expect(world.messages.filter(({ kind, person }) => kind === 'outcome' && person === 'channel:#ops')).toEqual([]);
  });

  it('hears what somebody else did', async () => {
    const world = await worldWith(levels('channel:#ops', `webhook:${url}`));
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'resolve', { by: 'user:ben' });
    const outcomes = world.messages.filter(({ kind }) => kind === 'outcome');
    expect(outcomes.map(({ channel, ackUrl }) => [channel, ackUrl])).toEqual([
      ['slack', null],
      ['webhook', null],
    ]);
    expect(outcomes[0]?.text).toContain('Resolved by Ben.');
    expect(JSON.parse(outcomes[1]?.text ?? '')).toMatchObject({
      type: 'incident.resolved',
      data: { kind: 'outcome', by: 'Ben', ackUrl: null, incident: { id: incidentId, state: 'resolved', resolvedBy: 'user:ben' } },
    });
  });

  it('hears why an incident was cancelled', async () => {
    const world = await worldWith(levels('channel:#ops'));
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'cancel', { by: 'user:ben', reason: 'a drill: *no* fire' });
    const outcome = world.messages.find(({ kind }) => kind === 'outcome');
    expect(outcome?.text).toContain('Cancelled by Ben.');
    expect(outcome?.text).toMatch(/Reason.*a drill: .*no.* fire/);
  });

  it('that cannot be told for good is as good as empty: the next level is told at once', async () => {
    const world = await worldWith(levels('channel:#ops'));
    world.provider = ({ channel }) => (channel === 'slack' ? permanent : null);
    await world.alarm();
    expect(world.paged()).toEqual(['0 ben']);
  });

  it('that cannot be told now is tried again', async () => {
    const world = await worldWith(levels('channel:#ops'));
    let failures = 1;
    world.provider = () => (failures-- > 0 ? transient : null);
    await world.alarm();
    await world.pass('1m');
    expect(world.messages.map(({ person }) => person)).toEqual(['channel:#ops']);
  });

  it('that was taken out of the document is reported, and the next level is told', async () => {
    const world = await worldWith(levels('channel:#ops'));
    await world.alarm({ dedupKey: 'first' });
    await world.configure(withPolicy({ levels: [{ targets: ['user:ben'] }] }));
    await world.pass('15m');
    expect(world.paged()).toEqual(['0 channel:#ops', '15 ben']);
  });

  it('can be handed an incident, if it exists and leads outside', async () => {
    const world = await worldWith(levels('user:ana'));
    const { incidentId } = await world.alarm();
    for (const to of ['channel:#gone', 'webhook:https://127.0.0.1/', 'webhook:http://hooks.example.com/']) {
      expect(await world.act(incidentId, 'reassign', { to: [to] }), to).toMatchObject({ http: 422 });
    }
    expect(await world.act(incidentId, 'reassign', { to: ['channel:ops', `webhook:${url}`] })).toMatchObject({ http: 200 });
    expect(world.messages.slice(1).map(({ person }) => person)).toEqual(['channel:#ops', `webhook:${url}`]);
  });

  it('can be the catch-all', async () => {
    const world = await worldWith({ levels: [{ targets: ['user:ana'] }] }, { settings: { catchAll: ['channel:#ops'] } });
    await world.alarm();
    await world.pass('15m');
    expect(world.paged()).toEqual(['0 ana', '15 channel:#ops']);
  });

  it('may be a contact of a person, between the others', async () => {
    const contacts = [
      { id: 'hook', channel: 'webhook', address: url },
      { id: 'phone', channel: 'sms', address: '+15555550100' },
    ];
    const people = [{ id: 'ana', name: 'Ana', contacts, rules: [{ notify: ['hook'] }] }];
    const world = await World.withConfig(
      withPolicy({ levels: [{ targets: ['user:ana'] }], catchAll: ['user:ana'] }, { people, teams: [], settings: {} }),
    );
    world.provider = ({ channel }) => (channel === 'webhook' ? permanent : null);
    await world.alarm();
    expect(world.messages.map(({ channel, person }) => `${channel} ${person}`)).toEqual(['sms ana']);
  });
});

describe('the document', () => {
  const save = (world: World, policy: object, rest: object = {}) =>
    world.request('PUT', '/v1/config', JSON.parse(withPolicy(policy, rest)) as object);
  const warned = (answer: Readonly<Record<string, unknown>>): readonly string[] =>
    (answer['warnings'] as { code: string; pointer: string }[])
      .filter(({ code }) => code.includes('secret'))
      .map(({ code, pointer }) => `${code} ${pointer}`);

  it('tells of channels that were created, changed and deleted', async () => {
    const world = new World();
    const changes = async (rest: object): Promise<unknown> =>
      ((await save(world, levels('user:ana'), rest))['changes'] as { kind: string }[]).filter(({ kind }) => kind === 'channel');
    expect(await changes({ channels: [channels[0]] })).toEqual([{ kind: 'channel', id: '#ops', change: 'created' }]);
    expect(await changes({ channels: [{ ...channels[0], address: 'secret:OTHER' }] })).toEqual([
      { kind: 'channel', id: '#ops', change: 'updated' },
    ]);
    expect(await changes({})).toEqual([{ kind: 'channel', id: '#ops', change: 'deleted' }]);
  });

  it('warns of secrets that are not there, wherever they are named, and saves all the same', async () => {
    const world = new World();
    world.secrets.set('OPS', url);
    const people = [{ id: 'ana', name: 'Ana', contacts: [{ id: 'hook', channel: 'webhook', address: 'secret:MINE' }] }];
    const rest = { channels, people, teams: [], settings: { catchAll: ['user:ana', 'webhook:secret:ALL'] } };
    const answer = await save(world, { levels: [{ targets: ['user:ana', 'webhook:secret:HOOK', 'channel:#ops'] }] }, rest);
    expect(answer).toMatchObject({ http: 200, version: 1 });
    expect(warned(answer)).toEqual([
      'unknown-secret /settings/catchAll/1',
      'unknown-secret /policies/0/levels/0/targets/1',
      'unknown-secret /people/0/contacts/0/address',
      'unknown-secret /channels/1/address',
    ]);
    expect(JSON.stringify(answer)).not.toContain(url);
  });

  it('warns of an address of Slack in the clear: it is as good as a password', async () => {
    const slack = { channels: [{ id: '#ops', channel: 'slack', address: 'https://hooks.slack.com/services/T0/B0/x' }] };
    expect(warned(await save(new World(), levels('channel:#ops'), slack))).toEqual(['secret-in-document /channels/0/address']);
  });

  it('warns of a channel to which the last message could not be delivered', async () => {
    const world = await worldWith(levels('channel:#ops', 'channel:#siren'));
    world.provider = ({ channel }) => (channel === 'webhook' ? permanent : null);
    await world.alarm();
    const { warnings } = await save(world, levels('channel:#ops', 'channel:#siren'), { channels });
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'contact-unhealthy', pointer: '/channels/1' }));
    expect(warnings).not.toContainEqual(expect.objectContaining({ pointer: '/channels/0', code: 'contact-unhealthy' }));
  });
});

describe('what leaves for a room or a webhook [R-100]', () => {
  it('holds nobody’s number, mail address, zone or other contacts, whoever was told and whoever acts', async () => {
    const people = [
      {
        id: 'ana',
        name: 'Ana Surname',
        zone: 'Pacific/Auckland',
        contacts: [
          { id: 'phone', channel: 'sms', address: '+15555550100' },
          { id: 'mail', channel: 'email', address: 'ana@private.example.com' },
        ],
      },
    ];
    const targets = [
      'channel:#ops',
      'channel:#siren',
      `webhook:${url}`,
      'user:ana',
      'phone:+15555550177',
      'email:boss@private.example.com',
    ];
    const world = await World.withConfig(
      withPolicy({ levels: [{ targets }] }, { people, teams: [], channels, settings: { catchAll: ['user:ana'] } }),
    );
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'reassign', { to: targets });
    await world.sms('+15555550177', world.code('+15555550177'));
    await world.act(incidentId, 'resolve', { by: 'email:boss@private.example.com' });
    const left = world.messages.filter(({ channel }) => channel === 'slack' || channel === 'webhook');
    expect(new Set(left.map(({ kind }) => kind))).toEqual(new Set(['page', 'outcome']));
    for (const { text } of left) expect(text).not.toMatch(/\+1555|@private|Surname|Auckland|token-of-theirs/);
    expect(left.findLast(({ channel }) => channel === 'slack')?.text).toContain('Resolved by email.');
  });
});
