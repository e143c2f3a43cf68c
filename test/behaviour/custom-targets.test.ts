import { describe, expect, it } from 'vitest';
import { permanent, transient, withPolicy, World } from '../world.ts';

const levels = (...targets: unknown[]) => ({ levels: [{ targets }, { delay: '15m', targets: ['user:ben'] }] });

const told = async (...targets: unknown[]): Promise<readonly string[]> => {
  const world = await World.withPolicy(levels(...targets));
  await world.alarm();
  return world.messages.map(({ channel, person, to }) => `${channel} ${person} ${to}`);
};

describe('a custom target', () => {
  it('is an event with its name, when its level fires [T-010]', async () => {
    expect(await told('custom:siren')).toEqual(['custom custom:siren siren']);
    expect(await told({ type: 'custom', id: 'siren', name: 'The siren' })).toEqual(['custom custom:siren siren']);
    expect(await told('custom:siren', 'custom:siren', 'custom:wall-board')).toHaveLength(2);
  });

  it('says what a webhook says', async () => {
    const world = await World.withPolicy(levels('custom:siren', 'webhook:https://hooks.example.com/a'));
    const { incidentId } = await world.alarm({ title: 'error rate 12%' });
    const [event, hook] = world.messages.map(({ text, ackUrl }) => ({ said: JSON.parse(text) as { data: object }, ackUrl }));
    expect(event?.said).toMatchObject({
      type: 'notification',
      timestamp: '2026-03-02T02:00:00.000Z',
      data: {
        ...{ notificationId: `${String(incidentId)}-1`, kind: 'page', level: 1, cycle: 0, ackUrl: event?.ackUrl },
        incident: { id: incidentId, service: 'checkout', title: 'error rate 12%', state: 'active' },
      },
    });
    expect(Object.keys(event?.said.data ?? {})).toEqual(Object.keys(hook?.said.data ?? {}));
  });

  it('goes through the filter of channels, and waits for the delays of no rule', async () => {
    const world = await World.withPolicy({ levels: [{ channels: ['custom'], targets: ['custom:siren', 'user:ana'] }] });
    await world.alarm();
    expect(world.messages.map(({ person }) => person)).toEqual(['custom:siren']);
  });

  it('gets every page by itself, however many there are: a program reads them', async () => {
    const world = await World.withPolicy({ levels: [{ targets: ['custom:siren'] }] });
    for (let number = 0; number < 12; number += 1) await world.alarm({ dedupKey: `key-${String(number)}` });
    expect(world.messages).toHaveLength(12);
  });

  it('answers by the link in its event, and is recorded as itself', async () => {
    const world = await World.withPolicy(levels('custom:siren', 'webhook:https://hooks.example.com/a'));
    const { incidentId } = await world.alarm();
    const link = world.messages.find(({ person }) => person === 'custom:siren')?.ackUrl ?? '';
    expect((await world.app.fetch(new Request(link, { method: 'POST' }))).status).toBe(200);
    expect(await world.show(incidentId)).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'custom:siren' });
    await world.settled();
    const outcomes = world.messages.filter(({ kind }) => kind === 'outcome');
    expect(outcomes.map(({ channel }) => channel)).toEqual(['webhook']);
    expect(JSON.parse(outcomes[0]?.text ?? '')).toMatchObject({
      data: { by: 'custom:siren', incident: { acknowledgedBy: 'custom:siren' } },
    });
  });

  it('hears what somebody else did, with the name of who it was and no address', async () => {
    const world = await World.withPolicy(levels('custom:siren', 'phone:+15555550177'));
    const { incidentId } = await world.alarm();
    await world.sms('+15555550177', world.code('+15555550177'));
    const [outcome] = world.messages.filter(({ kind }) => kind === 'outcome');
    expect(outcome).toMatchObject({ channel: 'custom', to: 'siren', ackUrl: null });
    expect(JSON.parse(outcome?.text ?? '')).toMatchObject({
      type: 'incident.acknowledged',
      data: { kind: 'outcome', by: 'phone', incident: { id: incidentId, acknowledgedBy: 'phone' } },
    });
  });

  it('that cannot be told for good is as good as empty: the next level is told at once', async () => {
    const world = await World.withPolicy(levels('custom:siren'));
    world.provider = ({ channel }) => (channel === 'custom' ? permanent : null);
    await world.alarm();
    expect(world.paged()).toEqual(['0 ben']);
  });

  it('that cannot be told now is tried again', async () => {
    const world = await World.withPolicy(levels('custom:siren'));
    let failures = 1;
    world.provider = () => (failures-- > 0 ? transient : null);
    await world.alarm();
    await world.pass('1m');
    expect(world.messages.map(({ person }) => person)).toEqual(['custom:siren']);
  });

  it('can be handed an incident, by a name that is one', async () => {
    const world = await World.withPolicy(levels('user:ana'));
    const { incidentId } = await world.alarm();
    expect(await world.act(incidentId, 'reassign', { to: ['custom:two words'] })).toMatchObject({ http: 422 });
    expect(await world.act(incidentId, 'reassign', { to: ['custom:siren'] })).toMatchObject({ http: 200, assignees: ['custom:siren'] });
    expect(world.messages.at(-1)).toMatchObject({ person: 'custom:siren', kind: 'page' });
  });

  it('can be the catch-all, a room, and a contact of a person', async () => {
    const world = await World.withConfig(
      withPolicy(
        { levels: [{ targets: ['channel:#ops', 'user:ana'] }] },
        {
          settings: { catchAll: ['custom:siren'] },
          channels: [{ id: '#ops', channel: 'custom', address: 'wall-board' }],
          people: [{ id: 'ana', name: 'Ana', contacts: [{ id: 'desk', channel: 'custom', address: 'desk-lamp' }] }],
          teams: [],
        },
      ),
    );
    await world.alarm();
    await world.pass('15m');
    expect(world.messages.map(({ person, to }) => `${person} ${to}`)).toEqual([
      'channel:#ops wall-board',
      'ana desk-lamp',
      'custom:siren siren',
    ]);
  });

  it('is foretold like every other', async () => {
    const world = await World.withPolicy(levels('custom:siren'));
    const explained = await world.request('POST', '/v1/explain', { service: 'checkout', title: 'error rate 12%' });
    expect(explained['steps']).toMatchObject([
      { type: 'levelFired', notifications: [{ person: 'custom:siren', channel: 'custom' }] },
      { type: 'levelFired', level: 2 },
      { type: 'exhausted' },
      { type: 'catchAllTold' },
    ]);
  });

  it('alone at every level is one receiver: a warning says so, as of a webhook', async () => {
    const warned = async (target: string): Promise<unknown> => {
      const document = withPolicy({ levels: [{ targets: [target] }] }, { settings: { catchAll: [target] } });
      const { warnings } = await new World().request('PUT', '/v1/config', JSON.parse(document) as object);
      return (warnings as { code: string }[]).filter(({ code }) => code === 'single-person' || code === 'resolves-to-nobody');
    };
    const expected = [expect.objectContaining({ code: 'single-person', pointer: '/policies/0' })];
    expect(await warned('custom:siren')).toEqual(expected);
    expect(await warned('webhook:https://hooks.example.com/a')).toEqual(expected);
  });
});
