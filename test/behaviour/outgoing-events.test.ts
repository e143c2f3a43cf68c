import { describe, expect, it } from 'vitest';
import type { Ports } from '../../shared/ports.ts';
import { RecordedBus } from '../recorded-bus.ts';
import { phone, transient, withPolicy, World } from '../world.ts';

const levels = [{ targets: ['user:ana'] }, { delay: '5m', targets: ['user:ben'] }];

/** A world whose incidents are told of on a bus. */
async function told(policy: object = { levels }, rest: object = {}, change = (ports: Ports): Ports => ports) {
  const bus = new RecordedBus();
  const world = await World.withConfig(withPolicy(policy, rest), (ports) => change(bus.withBus(ports)));
  return { world, bus };
}

const types = (bus: RecordedBus): readonly string[] => bus.details().map(({ type }) => type.replace(/^incident\./, ''));

describe('what happens to an incident', () => {
  it('is put on the bus, in order, each time under its own id', async () => {
    const { world, bus } = await told();
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    await world.pass('1m');
    await world.act(incidentId, 'resolve', { by: 'user:ben' });
    expect(bus.details().map(({ type, timestamp, data }) => [type, timestamp.slice(14, 19), data.eventId])).toEqual([
      ['incident.triggered', '00:00', `${String(incidentId)}-event-1`],
      ['incident.levelFired', '00:00', `${String(incidentId)}-event-2`],
      ['incident.acknowledged', '00:00', `${String(incidentId)}-event-4`],
      ['incident.resolved', '01:00', `${String(incidentId)}-event-5`],
    ]);
    expect(bus.events.map(({ type }) => type)).toEqual(bus.details().map(({ type }) => type));
  });

  it('says what a webhook says of the incident, and what is particular to the event', async () => {
    const { world, bus } = await told();
    const { incidentId } = await world.alarm({ title: 'error rate 12%', labels: { stage: 'live' } });
    await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:ana', note: 'on it' });
    expect(bus.details().at(-1)).toEqual({
      type: 'incident.acknowledged',
      timestamp: '2026-03-02T02:00:00.000Z',
      data: {
        ...{ eventId: `${String(incidentId)}-event-4`, seq: 4, by: 'user:ana' },
        incident: expect.objectContaining({
          ...{ id: incidentId, service: 'checkout', title: 'error rate 12%', state: 'acknowledged', level: 1, occurrences: 2 },
          ...{ acknowledgedBy: 'user:ana', labels: { stage: 'live' } },
        }) as object,
      },
    });
  });

  it('is told of whatever way it goes', async () => {
    const { world, bus } = await told({ levels, exhaustedAfter: '5m', acknowledgementTimeout: '10m' });
    const { incidentId } = await world.alarm({ severity: 'medium' });
    await world.alarm({ severity: 'critical' });
    await world.act(incidentId, 'snooze', { by: 'user:ana', for: '1m' });
    await world.pass('1m');
    await world.act(incidentId, 'reassign', { by: 'user:ana', to: ['user:cara'] });
    await world.act(incidentId, 'escalate', { by: 'user:cara' });
    await world.act(incidentId, 'acknowledge', { by: 'user:ben' });
    await world.pass('30m');
    expect(types(bus)).toEqual([
      ...['triggered', 'levelFired', 'severityRaised', 'snoozed', 'snoozeEnded', 'levelFired', 'reassigned', 'levelFired'],
      ...['escalationRequested', 'levelFired', 'acknowledged', 'acknowledgementTimedOut', 'levelFired', 'exhausted'],
    ]);
    const { incidentId: cancelled } = await world.alarm({ dedupKey: 'cancelled' });
    await world.act(cancelled, 'cancel', { by: 'user:ana', reason: 'a test' });
    expect(bus.details().at(-1)).toMatchObject({
      type: 'incident.cancelled',
      data: { by: 'user:ana', incident: { endReason: 'cancelled' } },
    });
  });

  it('is told of an empty level, and of the limit', async () => {
    const empty = await told(
      { levels: [{ targets: ['team:nobody'] }, ...levels], maxEscalations: 1 },
      { teams: [{ id: 'nobody', members: [] }] },
    );
    await empty.world.alarm();
    await empty.world.pass('1h');
    expect(types(empty.bus)).toEqual(['triggered', 'levelEmpty', 'levelFired', 'limitReached']);
  });

  it('is not what Tocsin does about it: messages, notes and repeats are in the timeline alone', async () => {
    const { world, bus } = await told({ levels: [{ targets: ['user:ana'], repeat: { count: 2, every: '1m' } }] });
    world.provider = ({ to }) => (to === phone.ana && world.messages.length === 1 ? transient : null);
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'notes', { by: 'user:ana', note: 'looking' });
    await world.pass('5m');
    expect(types(bus)).toEqual(['triggered', 'levelFired']);
    expect(await world.timeline(incidentId)).toEqual(
      expect.arrayContaining(['levelRepeated', 'notificationSent', 'notificationFailed', 'noteAdded']),
    );
  });

  it('sets nobody to work for what is not told', async () => {
    const { world, bus } = await told();
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'resolve', { by: 'user:ana' });
    const [{ version }, calls] = [await world.incident(incidentId), bus.calls];
    await world.act(incidentId, 'notes', { by: 'user:ana', note: 'it was the cable' });
    expect(await world.incident(incidentId)).toMatchObject({ version: version + 1, lookAt: null });
    expect(bus.calls).toBe(calls);
  });

  it('holds nobody’s number, mail address, zone or other contacts [R-100]', async () => {
    const people = [
      {
        id: 'ana',
        name: 'Ana Surname',
        zone: 'Pacific/Auckland',
        contacts: [{ id: 'mail', channel: 'email', address: 'ana@private.example.com' }],
      },
    ];
    const policy = { levels: [{ targets: ['phone:+15555550177', 'user:ana'] }] };
    const { world, bus } = await told(policy, { people, teams: [], settings: { catchAll: ['user:ana'] } });
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'reassign', {
      by: 'phone:+15555550177',
      to: ['email:boss@private.example.com', 'webhook:https://hooks.example.com/secret'],
    });
    await world.act(incidentId, 'acknowledge', { by: 'email:boss@private.example.com' });
    await world.act(incidentId, 'resolve', { by: 'phone:+15555550177' });
    expect(types(bus)).toEqual(['triggered', 'levelFired', 'reassigned', 'levelFired', 'acknowledged', 'resolved']);
    expect(bus.details()[2]?.data).toMatchObject({ by: 'phone', to: ['email', 'webhook'] });
    for (const { detail } of bus.events) expect(detail).not.toMatch(/\+1555|@private|Surname|Auckland|hooks\.example/);
  });

  it('is told of each of the incidents under a key, the ended one first', async () => {
    const { world, bus } = await told();
    const { incidentId: first } = await world.alarm();
    bus.answer = () => transient;
    await world.act(first, 'resolve', { by: 'user:ana' });
    const { incidentId: second } = await world.alarm();
    bus.answer = () => ({ ok: true, providerId: null });
    await world.pass('2m');
    const heard = bus.details().map(({ type, data }) => `${data.incident.id} ${type}`);
    expect(heard.filter((one) => one.startsWith(String(first)))).toEqual([
      `${String(first)} incident.triggered`,
      `${String(first)} incident.levelFired`,
      `${String(first)} incident.resolved`,
    ]);
    expect(heard.filter((one) => one.startsWith(String(second)))).toEqual([
      `${String(second)} incident.triggered`,
      `${String(second)} incident.levelFired`,
    ]);
    expect(await world.incident(second)).toMatchObject({ finish: [] });
  });

  it('is told of also when every nudge was lost and it ended before anybody looked', async () => {
    const { world, bus } = await told({ levels: [{ targets: ['user:ana'], delay: '5m' }] }, {}, (ports) => ({
      ...ports,
      queue: {
        ...ports.queue,
        nudge: (id) => (bus.calls > 0 || world.now > start ? ports.queue.nudge(id) : Promise.reject(new Error('lost'))),
      },
    }));
    const start = world.now;
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'resolve');
    expect(types(bus)).toEqual([]);
    await world.pass('1m');
    expect(types(bus)).toEqual(['triggered', 'resolved']);
  });
});

describe('an incident of which the bus has everything', () => {
  it('is looked at no more for its sake, also when its events have been filed away', async () => {
    const { world, bus } = await told();
    const { incidentId } = await world.alarm();
    for (let note = 0; note < 21; note += 1) await world.act(incidentId, 'notes', { by: 'user:ana', note: `try ${String(note)}` });
    const { unfiled, lookAt } = await world.incident(incidentId);
    expect([unfiled, lookAt]).toEqual([[], world.now + 300_000]);
    expect(types(bus)).toEqual(['triggered', 'levelFired']);
  });
});

describe('where it is not asked for', () => {
  it('nothing is remembered of it, and nobody looks for its sake', async () => {
    const world = await World.withPolicy({ levels: [{ targets: ['user:ana'], delay: '5m' }] });
    const { incidentId } = await world.alarm();
    expect(await world.incident(incidentId)).toMatchObject({ publishing: null, version: 1, lookAt: world.now + 300_000 });
    await world.act(incidentId, 'resolve');
    expect(await world.incident(incidentId)).toMatchObject({ publishing: null, version: 2, lookAt: null });
  });

  it('any more, what was still to be told is forgotten at the next look', async () => {
    const { world, bus } = await told();
    bus.answer = () => transient;
    const { incidentId } = await world.alarm();
    const without = new World((ports) => ports, world.stores);
    without.now = world.now;
    await without.pass('1m');
    expect(await without.incident(incidentId)).toMatchObject({ publishing: null, lookAt: world.now + 300_000 });
    expect(bus.events).toEqual([]);
  });

  it('before, an incident under way is told of from its next step on', async () => {
    const without = await World.withPolicy({ levels });
    const { incidentId } = await without.alarm();
    const bus = new RecordedBus();
    const world = new World(bus.withBus, without.stores);
    await world.pass('5m');
    await world.act(incidentId, 'resolve');
    expect(types(bus)).toEqual(['levelFired', 'resolved']);
  });
});

describe('asked what an alarm would do', () => {
  it('nothing is put on the bus, also of an incident of which something is still to be told', async () => {
    const { world, bus } = await told();
    bus.answer = () => transient;
    await world.alarm();
    const calls = bus.calls;
    const { steps } = await world.request('POST', '/v1/explain', { service: 'checkout', dedupKey: 'error-rate', title: 'error rate 12%' });
    expect(steps).toMatchObject([{ type: 'levelFired', level: 2 }, { type: 'exhausted' }, { type: 'catchAllTold' }]);
    expect(bus.calls).toBe(calls);
  });
});
