import { isDeepStrictEqual } from 'node:util';
import { evolve } from '../../shared/domain/evolve.ts';
import { start } from '../../shared/domain/evolve-start.ts';
import type { IncidentEvent } from '../../shared/domain/events.ts';
import { formatIncidentId, type IncidentId } from '../../shared/domain/incident-id.ts';
import type { Incident, IncidentRecord } from '../../shared/domain/incident.ts';
import type { NewNotification } from '../../shared/domain/notification.ts';
import { isBehind, isPublished } from '../../shared/domain/publishing.ts';
import { needsSomebody } from '../../shared/domain/shown-state.ts';
import { isUnfinished } from '../../shared/domain/states.ts';
import { night } from '../fixtures.ts';
import type { SignalAnswer } from '../../shared/app/use-cases.ts';
import type { RecordedBus } from '../recorded-bus.ts';
import type { Message, World } from '../world.ts';
import type { Faults } from './faults.ts';

/*
 * What every run is held to; the numbers are those in the titles and messages of the tests:
 *  I1  no signal that was accepted is lost: it belongs to an incident, or is listed with its fate
 *  I2  at most one unfinished incident under a key
 *  I3  every message of the run without a fault comes with one too, a page at most 120 s later, news at most 600 s,
 *      and both at most 5 s where a call was only repeated; nobody else is told
 *  I4  once somebody has acknowledged, no page is claimed and no level fires, until it is written that somebody is needed again
 *  I5  the same once it is resolved or cancelled
 *  I6  the version of a record grows by one with every write
 *  I7  the timeline tells each step once, without a gap, and folds to the record
 *  I8  a message leaves twice only where the process died or the answer of a provider was lost, and never a third time
 *  I14 whatever still needs somebody has an instant at which it is looked at
 *  I15 one broken record holds no other up (test/behaviour/poisoned-record.test.ts)
 *  I16 at the end the states are those of the run without a fault, nothing is overdue, and another sweep changes nothing
 *  I17 an old nudge or an old reply that comes again changes nothing
 *  I22 every message received stands in a timeline, and duplicates are counted as without a fault
 *  I27 where there is a bus, it is told of all that happens to an incident and of nothing else: in order, each under its id, at most twice
 */

/**
 * With one fault a page may be so much later than without, in seconds; news of what somebody did may wait longer for a provider. Where a call was only
 * repeated nobody has to find anything, but for the sweeper where it alone looks.
 */
const lateness = { page: 120, outcome: 600, repeated: 5 } as const;

function latest({ faults, scenario }: Run, name: string): number {
  if (faults.planned?.fault === 'repeated' && scenario.timers !== false) return lateness.repeated;
  return isOutcome(name) ? lateness.outcome : lateness.page;
}

const isOutcome = (name: string): boolean => / (acknowledged|resolved|cancelled) /.test(name);

/** What the checks look at: a scenario as it runs, or as it ended. */
interface Run {
  readonly world: World;
  readonly faults: Faults;
  readonly bus: RecordedBus;
  readonly scenario: { readonly timers?: boolean; readonly whileSending?: unknown; readonly flood?: true; readonly bus?: true };
  /** What senders were told. */
  readonly taken: readonly { readonly commandId: string; readonly answer: SignalAnswer }[];
  readonly nudged: ReadonlyMap<string, IncidentId>;
  readonly delivered: readonly { readonly from: string; readonly text: string; readonly messageId: string }[];
  incidents(): Promise<readonly Incident[]>;
  drain(): Promise<void>;
  sweep(): Promise<void>;
}

/** A promise that was broken; the message begins with its number in the fault model. */
class Broken extends Error {
  override readonly name = 'Broken';
}

function demand(holds: boolean, promise: string): void {
  if (!holds) throw new Broken(promise);
}

const answered = (item: Incident): boolean => item.snoozedUntil !== null || ['acknowledged', 'resolved', 'cancelled'].includes(item.state);
const claims = (item: Incident): ReadonlySet<string> =>
  new Set(item.outbox.flatMap((one) => (one.kind === 'page' && one.lease !== null ? [one.lease.claim] : [])));
const reopening: readonly IncidentEvent['type'][] = ['acknowledgementTimedOut', 'snoozeEnded', 'reassigned', 'escalationRequested'];

/** I4, I5: once somebody has answered, no page is claimed and no level fires until it is written that somebody is needed again. */
export function checkWrite(before: Incident | null, next: Incident): void {
  if (before === null) return;
  demand(next.version === before.version + 1, `I6 version ${String(before.version)} was followed by ${String(next.version)}`);
  const events = next.unfiled.filter((event) => event.seq > before.seq);
  if (!answered(before) || events.some((event) => reopening.includes(event.type))) return;
  const known = claims(before);
  demand(
    [...claims(next)].every((claim) => known.has(claim)),
    'I4 a page was claimed after somebody had answered',
  );
  demand(
    !events.some((event) => event.type === 'levelFired' || event.type === 'levelRepeated'),
    'I4 a level fired after somebody had answered',
  );
}

/** I2, I14: at most one unfinished incident under the key, and none that needs somebody is left without a look. */
export async function checkStep(simulation: Run): Promise<void> {
  const items = await simulation.incidents();
  for (const item of items) {
    const id = formatIncidentId(item);
    const head = items.findLast(({ key }) => key === item.key);
    if (item !== head) {
      demand(item.generation === 0 || !isUnfinished(item.state), `I2 ${id} is unfinished and has a successor`);
      const unsettled = item.outbox.length > 0 || item.outcomesToTell.length > 0 || isBehind(item);
      demand(!unsettled || head?.finish.some((one) => one.generation === item.generation) === true, `I14 nobody finishes ${id}`);
    } else {
      const waiting =
        (item.generation > 0 && needsSomebody(item)) ||
        item.held !== null ||
        item.outbox.length > 0 ||
        item.outcomesToTell.length > 0 ||
        isBehind(item);
      demand(!waiting || item.lookAt !== null, `I14 nobody will look at ${id}`);
      const first = item.finish.map((one) => one.at).toSorted((a, b) => a - b)[0];
      demand(
        first === undefined || (item.lookAt !== null && item.lookAt <= Math.max(first, simulation.world.now + 60_000)),
        `I14 nobody will finish what came before ${id}`,
      );
    }
  }
}

async function eventsOf(simulation: Run, item: Incident): Promise<readonly IncidentEvent[]> {
  const filed = await simulation.world.stores.incidents.filedEvents(item, 0, 10_000);
  for (const event of item.unfiled) {
    const row = filed.find((one) => one.seq === event.seq);
    demand(
      row === undefined || isDeepStrictEqual(row, event),
      `I7 event ${String(event.seq)} of ${formatIncidentId(item)} is told in two ways`,
    );
  }
  return [...new Map([...filed, ...item.unfiled].map((event) => [event.seq, event])).values()].toSorted((a, b) => a.seq - b.seq);
}

/** What a fold gives back and a person perceives. */
const told = ({
  state,
  endReason,
  position,
  acknowledged,
  resolved,
  cancelled,
  notificationsMade,
  severity,
  snoozedUntil,
}: IncidentRecord): unknown => ({
  ...{ state, endReason, position, acknowledged, resolved, cancelled },
  ...{ notificationsMade, severity, snoozedUntil },
});

/** I7: the timeline tells each step once, without a gap, and tells what the record says. */
async function checkTimeline(simulation: Run, item: Incident): Promise<readonly IncidentEvent[]> {
  const events = await eventsOf(simulation, item);
  const id = formatIncidentId(item);
  demand(
    events.every((event, index) => event.seq === index + 1) && events.length === item.seq,
    `I7 the timeline of ${id} has a gap: ${events.map((event) => event.seq).join(' ')} of ${String(item.seq)}`,
  );
  const [first, ...rest] = events;
  if (first === undefined) throw new Broken(`I7 ${id} has no timeline`);
  const folded = rest.reduce<IncidentRecord>((record, event) => evolve(record, event), start(first));
  demand(isDeepStrictEqual(told(folded), told(item)), `I7 the timeline of ${id} tells another story than its record`);
  return events;
}

/** A message by its meaning, whatever its number: `1 level ana/phone 0.1.0`. */
function meaning(generation: string, one: NewNotification, known: Map<string, number>): string {
  const name = `${generation} ${one.purpose} ${one.person}/${one.contact} ${String(one.cycle)}.${String(one.level)}.${String(one.repeat)}`;
  const count = (known.get(name) ?? 0) + 1;
  known.set(name, count);
  return `${name} #${String(count)}`;
}

/** What a run came to: which messages were received, when first (in seconds), and how it ended. */
export interface Outcome {
  readonly messages: ReadonlyMap<string, number>;
  readonly excess: number;
  readonly states: readonly string[];
  readonly duplicates: readonly number[];
}

/** For each notification that left in bundles the messages that it left in. */
async function bundled({ world }: Run): Promise<ReadonlyMap<string, readonly Message[]>> {
  const found = new Map<string, Message[]>();
  for (const message of world.messages) {
    if (message.notificationId?.startsWith('bundle-') !== true) continue;
    const members = await world.stores.bundles.members(message.notificationId.slice('bundle-'.length));
    demand(members.length > 1, 'I22 a bundle was received that nobody knows');
    for (const { incident, n } of members) {
      const name = `${formatIncidentId(incident)}-${String(n)}`;
      found.set(name, [...(found.get(name) ?? []), message]);
    }
  }
  return found;
}

/** Names an incident in words that are the same in each run. */
const named = (item: Incident): string => `${item.dedupKey === 'error-rate' ? '' : `${item.dedupKey} `}${String(item.generation)}`;

/** I27: the bus was told of each of these events, first of all in their order. */
function checkBus({ bus, scenario }: Run, id: string, events: readonly IncidentEvent[]): void {
  if (scenario.bus === undefined) return;
  const told = bus.details().flatMap(({ type, data }) => (data.incident.id === id ? [`${type} ${data.eventId}`] : []));
  const expected = events.filter(isPublished).map(({ type, seq }) => `incident.${type} ${id}-event-${String(seq)}`);
  demand(isDeepStrictEqual([...new Set(told)], expected), `I27 the bus was told ${told.join(', ')} and not ${expected.join(', ')}`);
  demand(
    expected.every((one) => told.filter((other) => other === one).length <= 2),
    `I27 the bus was told more than twice: ${told.join(', ')}`,
  );
}

/** Checks what must hold at the end of any run, and sums it up. */
export async function summary(simulation: Run): Promise<Outcome> {
  const { world, taken } = simulation;
  const messages = new Map<string, number>();
  const states: string[] = [];
  const duplicates: number[] = [];
  const inBundles = await bundled(simulation);
  const known = new Set<Message>();
  let received = 0;
  for (const item of await simulation.incidents()) {
    const events = await checkTimeline(simulation, item);
    checkBus(simulation, formatIncidentId(item), events);
    states.push(`${named(item)} ${item.state} ${String(item.acknowledged?.by)} ${String(item.resolved?.by)}`);
    duplicates.push((await world.stores.incidents.duplicates(item)).count);
    const names = new Map<string, number>();
    for (const one of events.flatMap((event) => ('notifications' in event ? event.notifications : [])).toSorted((a, b) => a.n - b.n)) {
      const name = meaning(named(item), one, names);
      const id = `${formatIncidentId(item)}-${String(one.n)}`;
      const alone = world.messages.filter((message) => message.notificationId === id);
      const sent = [...alone, ...(inBundles.get(id) ?? [])].toSorted((a, b) => a.at - b.at);
      for (const message of sent) known.add(message);
      demand(sent.length <= 2, `I8 ${name} was sent ${String(sent.length)} times`);
      received += sent.length;
      if (sent[0] !== undefined) messages.set(name, (sent[0].at - night) / 1000);
    }
  }
  demand(known.size === world.messages.length, 'I22 a message was received that no timeline knows');
  for (const { commandId, answer } of taken) {
    const id = answer.incidentId;
    const found = id !== null && (await simulation.incidents()).some((item) => formatIncidentId(item) === id);
    const listed = (await world.stores.declined.find(commandId)) !== null;
    demand(found || listed, `I1 the signal ${commandId}, answered ${answer.outcome}, is nowhere`);
  }
  return { messages, excess: received - messages.size, states, duplicates };
}

/** The same page on whatever contact: when a provider fails long enough, the next one is asked as well. */
const elsewhere = (name: string): string => name.replace(/\/\S+/, '');

/** I1, I3, I8: the run with a fault came to the same as the run without: the same messages, none much later, none more often than the fault explains. */
export function compare(simulation: Run, plain: Outcome, faulty: Outcome): void {
  // Nobody knows whether a page that was on its way as its worker died has arrived, and news goes to those known to have one.
  const unknown = simulation.scenario.whileSending !== undefined;
  const lost = [...plain.messages.keys()].filter((name) => !faulty.messages.has(name) && !(unknown && isOutcome(name)));
  const added = [...faulty.messages.keys()].filter((name) => !plain.messages.has(name));
  demand(lost.length === 0, `I3 lost: ${lost.join(', ')}`);
  const { planned, calls } = simulation.faults;
  const atProvider = planned !== null && calls[planned.call]?.startsWith('transports.') === true;
  const unexpected = added.filter(
    (name) => !atProvider || ![...plain.messages.keys()].some((other) => elsewhere(name) === elsewhere(other)),
  );
  demand(unexpected.length === 0, `I3 nobody should have been told: ${unexpected.join(', ')}`);
  for (const [name, at] of faulty.messages) {
    const late = at - (plain.messages.get(name) ?? at);
    demand(late <= latest(simulation, name), `I3 ${name} came ${String(late)} s late`);
    demand(late >= -1 || isOutcome(name) || simulation.scenario.flood === true, `I3 ${name} came ${String(-late)} s early`);
  }
  demand(
    isDeepStrictEqual(faulty.states, plain.states),
    `I16 it ended as ${faulty.states.join(', ')} and not as ${plain.states.join(', ')}`,
  );
  demand(
    isDeepStrictEqual(faulty.duplicates, plain.duplicates),
    `I22 counted ${faulty.duplicates.join(' ')} duplicates and not ${plain.duplicates.join(' ')}`,
  );
  const mayHaveLeft = planned?.fault === 'answer lost' || planned?.fault === 'repeated';
  const ambiguous = planned?.fault.startsWith('dies') === true || (mayHaveLeft && atProvider);
  demand(ambiguous || faulty.excess === 0, `I8 ${String(faulty.excess)} messages were sent twice, and nothing was ambiguous`);
}

/** What people perceive; an old row may be tidied when it is looked at. */
const perceived = async (simulation: Run): Promise<unknown> => ({
  incidents: (await simulation.incidents()).map((item) => [item.seq, item.state, item.position, item.acknowledged, item.outbox]),
  messages: simulation.world.messages.length,
});

const snapshot = async (simulation: Run): Promise<unknown> => ({
  incidents: (await simulation.incidents()).map((item) => JSON.stringify(item)),
  messages: simulation.world.messages.length,
});

/** I16, I17: nothing is overdue, another run of the sweeper changes nothing, and whatever was ever delivered can come again. */
export async function checkRest(simulation: Run): Promise<void> {
  const { world } = simulation;
  demand((await world.stores.incidents.due(world.now, 1)).length === 0, 'I16 something is overdue at the end');
  const before = await snapshot(simulation);
  const seen = await perceived(simulation);
  await simulation.sweep();
  demand(isDeepStrictEqual(await snapshot(simulation), before), 'I16 a run of the sweeper changed something');
  for (const id of [...simulation.nudged.values(), ...simulation.nudged.values()]) {
    await simulation.faults.run(() => world.app.work(id));
    await simulation.drain();
  }
  demand(isDeepStrictEqual(await perceived(simulation), seen), 'I17 an old nudge changed something');
  for (const message of simulation.delivered) await simulation.faults.run(() => world.app.reply(message));
  await simulation.drain();
  demand(isDeepStrictEqual(await perceived(simulation), seen), 'I17 an old message changed something');
}
