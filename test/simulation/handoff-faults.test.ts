import { expect, it } from 'vitest';
import { makeApplication } from '../../shared/app/application.ts';
import type { Ports } from '../../shared/ports.ts';
import { night } from '../fixtures.ts';
import { withPolicy, World } from '../world.ts';
import { Faults, faults, type Fault } from './faults.ts';

const hour = 3_600_000;
const minute = 60_000;
const handoff = night + 7 * hour;

const week = { id: 'week', people: ['ana', 'ben'], rotation: { weekly: { days: ['monday'], at: '09:00' } }, start: '2026-02-23' };
const person = (id: string) => ({
  ...{ id, name: id, contacts: [{ id: 'mail', channel: 'email', address: `${id}@example.com` }], handoffNotices: ['mail'] },
});
const document = withPolicy(
  { levels: [{ targets: ['schedule:primary'] }] },
  { people: [person('ana'), person('ben'), person('lead')], schedules: [{ id: 'primary', zone: 'UTC', layers: [week] }] },
);

interface Run {
  readonly calls: readonly string[];
  /** Minutes after the handoff at which each notice arrived. */
  readonly arrived: Readonly<Record<string, readonly number[]>>;
  readonly world: World;
}

/** Ten minutes around the handoff: the sweeper runs every minute, and a worker comes when it is asked to. */
async function run(planned: Faults['planned'], change: (ports: Ports) => Ports = (ports) => ports): Promise<Run> {
  const injected = new Faults(planned);
  let asked = 0;
  const world = new World((ports) =>
    injected.wrap(
      change({
        ...ports,
        queue: {
          ...ports.queue,
          handoffs: () => {
            asked += 1;
            return Promise.resolve();
          },
        },
      }),
    ),
  );
  await world.configure(document);
  await world.app.handoffs();
  for (world.now = handoff - 2 * minute; world.now < handoff + 8 * minute; world.now += minute) {
    await injected.run(() => world.app.sweep());
    for (; asked > 0; asked = 0) await injected.run(() => world.app.handoffs());
  }
  const arrived: Record<string, readonly number[]> = {};
  for (const { person: to, at } of world.messages) arrived[to] = [...(arrived[to] ?? []), (at - handoff) / minute];
  return { calls: injected.calls, arrived, world };
}

it('tells both of them once when nothing goes wrong, in two writes', async () => {
  const { calls, arrived } = await run(null);
  expect(arrived).toEqual({ ben: [0], ana: [0] });
  expect(calls.filter((call) => call === 'handoffs.save')).toHaveLength(2);
});

it('tells both of them whatever single call goes wrong, and twice only after an unclear answer or a death', async () => {
  const { calls } = await run(null);
  const firstSend = calls.indexOf('transports.email');
  for (const [call, name] of calls.entries()) {
    for (const fault of faults) {
      const { arrived, world } = await run({ call, fault });
      const what = `${fault}: ${String(call)} ${name}`;
      expect(Object.keys(arrived).sort(), what).toEqual(['ana', 'ben']);
      const [first, again] = [Object.values(arrived).map(([one]) => one ?? 99), Object.values(arrived).map(({ length }) => length)];
      expect(Math.max(...first), what).toBeLessThanOrEqual(2);
      expect(Math.max(...again), what).toBeLessThanOrEqual(call >= firstSend && mayRepeat(fault, name) ? 2 : 1);
      expect(await world.stores.handoffs.current(), what).toMatchObject({ notices: [], lease: null, lookAt: handoff + 7 * 24 * hour });
    }
  }
});

/** A send whose answer was lost may have been one, and the dead settle nothing. */
const mayRepeat = (fault: Fault, name: string): boolean =>
  fault.startsWith('dies') || ((fault === 'answer lost' || fault === 'repeated') && name === 'transports.email');

/** Another worker over the same ports looks just before the first one does this. */
const lookingBefore =
  (what: 'send' | 'save') =>
  (ports: Ports): Ports => {
    const other = makeApplication(ports, { baseUrl: () => 'http://tocsin.test', configurationMaxAgeMs: 0, accessLog: false });
    const { handoffs, transports } = ports;
    const before =
      <Message, Result>(call: (message: Message) => Promise<Result>) =>
      async (message: Message): Promise<Result> => {
        await other.handoffs();
        return call(message);
      };
    return what === 'send'
      ? { ...ports, transports: { ...transports, email: before(transports.email) } }
      : { ...ports, handoffs: { ...handoffs, save: before(handoffs.save) } };
  };

it.each(['send', 'save'] as const)(
  'has one worker send where two look at once, the second just before the first would %s',
  async (what) => {
    expect((await run(null, lookingBefore(what))).arrived).toEqual({ ben: [0], ana: [0] });
  },
);

it('takes up at once what the process before left on this machine', async () => {
  const dead = new World((ports) => ({ ...ports, transports: { ...ports.transports, email: () => new Promise(() => undefined) } }));
  await dead.configure(document);
  await dead.app.handoffs();
  dead.now = handoff;
  void dead.app.handoffs();
  await new Promise((resolve) => setImmediate(resolve));
  const after = new World((ports) => ({ ...ports, leasesVoidBefore: handoff + 1000 }), dead.stores);
  after.now = handoff + 1000;
  await after.app.handoffs();
  expect(after.messages.map(({ person: to }) => to)).toEqual(['ben', 'ana']);
});

it('knows of a swap made elsewhere a moment ago, however long it keeps a configuration', async () => {
  const world = new World();
  await world.configure(document);
  const options = { baseUrl: () => 'http://tocsin.test', configurationMaxAgeMs: 3_600_000, accessLog: false };
  const elsewhere = makeApplication(world.ports, options);
  await elsewhere.handoffs();
  const [from, until] = [night, night + hour];
  await world.stores.state.putOverride({
    ...{ schedule: 'primary', id: 'o1', from, until, change: 'replace', person: 'ben', instead: null, by: 'api', madeAt: night },
  });
  await elsewhere.handoffs();
  expect(world.messages.map(({ person: to }) => to)).toEqual(['ben', 'ana']);
});
