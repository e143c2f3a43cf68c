import { describe, expect, it } from 'vitest';
import { isPublished } from '../../shared/domain/publishing.ts';
import type { Ports, SendResult } from '../../shared/ports.ts';
import { night } from '../fixtures.ts';
import { RecordedBus } from '../recorded-bus.ts';
import { transient, withPolicy, World } from '../world.ts';

const levels = [{ targets: ['user:ana'] }, { delay: '5m', targets: ['user:ben'] }];
const taken = (): SendResult => ({ ok: true, providerId: null });

async function told(policy: object = { levels }, change = (ports: Ports): Ports => ports) {
  const bus = new RecordedBus();
  const world = await World.withConfig(withPolicy(policy), (ports) => change(bus.withBus(ports)));
  return { world, bus };
}

const seqs = (bus: RecordedBus): readonly number[] => bus.details().map(({ data }) => data.seq);

describe.each([
  ['refuses', (): SendResult => transient],
  ['throws', () => 'throw' as const],
])('a bus that %s', (_, answer) => {
  it('keeps no page waiting, fails nothing, and hears of everything when it is back', async () => {
    const { world, bus } = await told();
    bus.answer = answer;
    const { incidentId } = await world.alarm();
    await world.pass('7m');
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    await world.pass('40m');
    expect(world.paged()).toEqual(['0 ana', '5 ben']);
    expect(await world.show(incidentId)).toMatchObject({ state: 'acknowledged' });
    expect(bus.events).toEqual([]);
    bus.answer = taken;
    await world.pass('10m');
    expect(bus.details().map(({ type }) => type)).toEqual([
      'incident.triggered',
      'incident.levelFired',
      'incident.levelFired',
      'incident.acknowledged',
    ]);
  });

  it('is asked again after 10, 20, 40 … seconds and at last every ten minutes, and somebody is told from the third time on', async () => {
    const { world, bus } = await told({ levels: [{ targets: ['user:ana'] }], exhaustedAfter: '10h' });
    const asked: number[] = [];
    bus.answer = () => {
      asked.push((world.now - night) / 1000);
      return answer();
    };
    await world.alarm();
    await world.pass('29s');
    expect(world.alarms).toEqual([]);
    await world.pass('1s');
    expect(world.alarms).toEqual(['events-not-published']);
    const [id = null] = (await world.open()).map(String);
    await world.pass('15s');
    await world.act(id, 'notes', { by: 'user:ana', note: 'looking' });
    await world.act(id, 'reassign', { by: 'user:ana', to: ['user:ben'] });
    await world.pass('59m45s');
    expect([...new Set(asked)]).toEqual([0, 10, 30, 70, 150, 310, 630, 1230, 1830, 2430, 3030, 3630]);
  });
});

describe('a bus that hangs', () => {
  it('is asked after the page has left, and then not again for a while whatever else comes', async () => {
    const pagedBefore: number[] = [];
    const { world, bus } = await told({ levels }, (ports) => ({
      ...ports,
      timers: {
        ...ports.timers,
        within: (limit, work) => {
          const before = bus.calls;
          const result = work();
          if (bus.calls === before) return ports.timers.within(limit, () => result);
          pagedBefore.push(world.messages.length);
          return Promise.resolve('timeout');
        },
      },
    }));
    for (const name of ['a', 'b', 'c']) await world.alarm({ dedupKey: name });
    expect(pagedBefore).toEqual([1]);
    expect(world.paged()).toEqual(['0 ana', '0 ana', '0 ana']);
  });
});

describe('a bus that takes a part', () => {
  it('is given the rest again, and not what it has', async () => {
    const { world, bus } = await told();
    bus.answer = ({ type }) => (type === 'incident.levelFired' ? transient : taken());
    const { incidentId } = await world.alarm();
    expect(seqs(bus)).toEqual([1]);
    bus.answer = taken;
    await world.pass('1m');
    await world.act(incidentId, 'resolve');
    expect(seqs(bus)).toEqual([1, 2, 4]);
  });

  it('is not asked for ever to take what it never will: the others come, and somebody is told', async () => {
    const { world, bus } = await told();
    const malformed: SendResult = { ok: false, permanent: true, code: 'malformed-event', retryAfter: null };
    bus.answer = ({ type }) => (type === 'incident.triggered' ? malformed : taken());
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'resolve');
    await world.pass('1h');
    expect(seqs(bus)).toEqual([2, 4]);
    expect(world.alarms).toEqual(['event-refused']);
  });

  it('hears the rest in further calls, where not all go into one', async () => {
    const bus = new RecordedBus();
    const change = (ports: Ports): Ports => ({ ...ports, publishes: true, bus: { publish: (events) => bus.publish(events.slice(0, 1)) } });
    const world = await World.withConfig(withPolicy({ levels }), change);
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'resolve');
    expect(seqs(bus)).toEqual([1, 2, 4]);
    expect(world.alarms).toEqual([]);
  });
});

describe('an incident to which much happens while the bus is away', () => {
  it('grows no larger for that, and all of it is told in the end, in order', async () => {
    const { world, bus } = await told({ levels, acknowledgementTimeout: '24h' });
    bus.answer = () => transient;
    const { incidentId } = await world.alarm();
    for (let time = 0; time < 60; time += 1) {
      await world.act(incidentId, 'snooze', { by: 'user:ana', for: '1m' });
      await world.pass('1m');
      expect((await world.incident(incidentId)).unfiled.length).toBeLessThanOrEqual(50);
    }
    bus.answer = taken;
    await world.pass('11m');
    const item = await world.incident(incidentId);
    const filed = await world.stores.incidents.filedEvents(item, 0, 10_000);
    const events = [...new Map([...filed, ...item.unfiled].map((event) => [event.seq, event])).values()];
    expect(seqs(bus)).toEqual(events.filter(isPublished).map(({ seq }) => seq));
    expect(seqs(bus).length).toBeGreaterThan(180);
    expect(filed.length).toBeGreaterThan(200);
  });
});
