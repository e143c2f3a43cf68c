import { commit, type Extra } from '../domain/bookkeeping.ts';
import type { Context } from '../domain/commands.ts';
import type { Draft } from '../domain/draft.ts';
import type { IncidentId } from '../domain/incident-id.ts';
import type { Incident } from '../domain/incident.ts';
import { fileAt, nextDue } from '../domain/look-at.ts';
import { isUnfinished } from '../domain/states.ts';
import { after, type Instant } from '../domain/time.ts';
import { wake } from '../domain/wake.ts';
import type { Configuration, Ports } from '../ports.ts';
import { makeSendClaim, type Claim } from './claim.ts';
import { contextNow } from './decision-context.ts';
import { load, store, type Loaded } from './item.ts';
import { measureWritten } from './measures.ts';
import { afterWrite, nudge } from './nudge.ts';
import { decided, makePoison, Undecidable } from './poison.ts';
import { makePublish } from './publish.ts';
import { makeSettling } from './settling.ts';
import { standInPolicy } from './stand-in-policy.ts';

/** More turns than an incident needs at one look; what is left is found again by its `lookAt`. */
const turnLimit = 40;
/** So many faults of the surroundings are tried again within one look; then the incident is left to its `lookAt`. */
const faultLimit = 3;
const firstPauseMs = 50;
/** A predecessor that could not be finished now is tried again after this long, and at most this many times as long when it fails again and again. */
const finishAgainAfter = 60;
const finishPatience = 60;

/** What the worker needs besides the ports. */
interface WorkerOptions {
  readonly configuration: Configuration;
  /** Where links in messages point, without a slash at the end. */
  readonly baseUrl: () => Promise<string>;
  /** Starts what a held trigger waits for, if nothing stands in its way any more. True when something was written. */
  readonly resumeHeld: (head: Incident) => Promise<boolean>;
}

/**
 * Looks at one incident: fires what is due, sends what it claimed, settles. Safe to call at any time and any number of times. From `until` on (real
 * time) no turn begins any more: another look is asked for instead.
 */
type Worker = (id: IncidentId, until?: Instant) => Promise<void>;

/** The same, of so many turns at the most. */
type Work = (id: IncidentId, until: Instant, turns?: number) => Promise<void>;

/** What to look at next: the item as it is now, the item read anew, or nothing. */
type Next = Loaded | 'reload' | null;

/** The only one that fires levels and sends messages. A fault of its surroundings is thrown and leaves the incident to its `lookAt`. */
export function makeWorker(ports: Ports, options: WorkerOptions): Worker {
  const poison = makePoison(ports, options.configuration);
  const look = makeLook(ports, options, work);

  async function readable(id: IncidentId): Promise<Loaded | null> {
    const loaded = await load(ports, id);
    if (loaded?.kind !== 'unreadable') return loaded;
    await poison.unreadable(loaded.item);
    return null;
  }

  async function work(id: IncidentId, until: Instant, turns = turnLimit): Promise<void> {
    let found: Loaded | null = null;
    let faults = 0;
    for (let count = 0; count < turns; count += 1) {
      if (ports.clock.real() >= until) {
        await nudge(ports, id);
        return;
      }
      try {
        found ??= await readable(id);
        if (found === null) return;
        const next: Next = await look(found, until);
        if (next === null) return;
        found = next === 'reload' ? null : next;
      } catch (cause) {
        if (cause instanceof Undecidable) {
          if (!(await poison.undecidable(id, cause))) return;
          found = null;
          continue;
        }
        faults += 1;
        if (faults >= faultLimit) throw cause;
        ports.log.error('look-failed', { incident: id.key }, cause);
        await ports.timers.sleep(firstPauseMs * 2 ** faults);
        found = null;
      }
    }
  }

  return (id, until = Infinity) => work(id, until);
}

/** The pinned policy of an incident that goes on must be there; one that has ended is judged by another, so that it can still be told of. */
async function contextOf(ports: Ports, configuration: Configuration, incident: Incident): Promise<Context> {
  const directory = await configuration.directory();
  const pinned = await configuration.policy(incident.policyId, incident.policyVersion);
  const policy = pinned ?? (isUnfinished(incident.state) ? null : standInPolicy(incident, directory));
  if (policy === null) throw new Undecidable('the policy of this incident is missing');
  return contextNow(ports, directory, policy);
}

/** Nobody is reminded of an incident that has a successor. */
const asSuperseded = (incident: Incident): Incident =>
  incident.due.reminder === null ? incident : { ...incident, due: { ...incident.due, reminder: null } };

/** One look: one write at the most, and one round of sends. */
function makeLook(ports: Ports, options: WorkerOptions, work: Work): (found: Loaded, until: Instant) => Promise<Next> {
  const { configuration } = options;
  const settling = makeSettling(ports, (incident) => contextOf(ports, configuration, incident));
  const sendClaim = makeSendClaim(ports, settling, work);
  const publish = makePublish(ports);

  async function turn(found: Loaded, until: Instant): Promise<Next> {
    const incident = found.kind === 'archived' ? asSuperseded(found.incident) : found.incident;
    const context = await contextOf(ports, configuration, incident);
    const { draft, claims } = decided(() => wake(incident, context));
    // A predecessor, or the bus, may take long: the incident's own pages go first, and one turn of it at a time.
    const quiet = draft.events.length === 0 && claims.length === 0;
    const finishOne: Finish | null =
      quiet && found.kind === 'head' ? (one) => finishPredecessor(ports, (id) => work(id, until, 1), one, context.now) : null;
    const chores = await doChores(ports, incident, finishOne, () => publish(incident, context, quiet), context.now);
    const claim = claims.length === 0 ? null : await claimOf(claims, incident, context);
    const next = nextItem(incident, draft, chores, claim);
    if (next === null) return null;
    const written = await write(ports, found, next, draft, claim);
    if (written === null) return 'reload';
    const then = claim === null ? written : await sendClaim(written, claim, until);
    await tellCapacity(ports, incident, next, context);
    return then === null || chores.failed ? null : stillDue(ports, then, context);
  }

  async function claimOf(numbers: readonly number[], incident: Incident, { policy, directory }: Context): Promise<Claim> {
    const words = { policy, directory, occurrences: await occurrencesOf(ports, incident), baseUrl: await options.baseUrl() };
    return { id: ports.random.id(), numbers, words };
  }

  async function look(found: Loaded, until: Instant): Promise<Next> {
    const { incident } = found;
    const { held } = incident;
    if (held === null || found.kind === 'archived') return incident.generation === 0 ? null : turn(found, until);
    const now = ports.clock.now();
    const own = incident.generation === 0 ? null : nextDue({ ...incident, held: null }, timesOf(ports));
    if (own !== null && own <= now) return turn(found, until);
    // A mute or an incident that took the last place may end before its time.
    const mayStart = held.until <= now || held.reason === 'muted' || held.reason === 'capacity';
    if (mayStart && (await options.resumeHeld(incident))) return null;
    return incident.generation === 0 ? null : turn(found, until);
  }

  return look;
}

/** The item to write, or null when nothing came of the look. */
function nextItem(incident: Incident, draft: Draft, chores: Chores, claim: Claim | null): Incident | null {
  const idle = draft.events.length === 0 && claim === null && !chores.done;
  if (idle && (incident.lookAt === null || incident.lookAt > draft.context.now)) return null;
  const lease = claim === null ? {} : { lease: { claim: claim.id, numbers: claim.numbers } };
  const next = decided(() => commit(incident, draft, { ...chores.extra, ...lease }));
  return idle && next.lookAt === incident.lookAt ? null : next;
}

const timesOf = ({ clock, leasesVoidBefore }: Ports): Pick<Context, 'now' | 'real' | 'speed' | 'leasesVoidBefore'> => ({
  now: clock.now(),
  real: clock.real(),
  speed: clock.toPolicy(1),
  leasesVoidBefore,
});

function stillDue(ports: Ports, found: Loaded, context: Context): Loaded | null {
  const due = nextDue(found.incident, { ...context, ...timesOf(ports) });
  return due !== null && due <= ports.clock.now() ? found : null;
}

/** How often the alarm came, for pages after the first; a page is worth more than its count. */
async function occurrencesOf(ports: Ports, incident: Incident): Promise<number> {
  const { repeat, level, cycle } = incident.position;
  if (repeat === 0 && level <= 1 && cycle === 0) return 1;
  try {
    return 1 + (await ports.incidents.duplicates(incident)).count;
  } catch (cause) {
    ports.log.error('duplicates-not-counted', { incident: incident.key }, cause);
    return 1;
  }
}

/** Writes a decision; null when somebody else wrote first. An own claim that is found written counts, though its answer was lost, or its write repeated. */
async function write(ports: Ports, found: Loaded, next: Incident, draft: Draft, claim: Claim | null): Promise<Loaded | null> {
  const missed = draft.events.some((event) => event.type === 'catchAllTold' && event.notifications.length === 0);
  const alarm = (): void => {
    if (missed) ports.log.alarm('catch-all-reaches-nobody', { incident: next.key });
  };
  const own = async (): Promise<Loaded | null> => (claim === null ? null : claimed(ports, next, claim));
  try {
    const written = (await store(ports, found, next)) ? { kind: found.kind, incident: next } : await own();
    if (written === null) return null;
    alarm();
    measureWritten(ports, found.incident, draft.events);
    return written;
  } catch (cause) {
    alarm();
    const written = await own();
    if (written === null) throw cause;
    ports.log.error('claim-answer-lost', { incident: next.key }, cause);
    return written;
  }
}

/** The item as it stands, if the claim is in it. */
async function claimed(ports: Ports, id: IncidentId, claim: Claim): Promise<Loaded | null> {
  const again = await load(ports, id);
  if (again === null || again.kind === 'unreadable') return null;
  return again.incident.outbox.some((one) => one.lease?.claim === claim.id) ? again : null;
}

/** Triggers that wait for capacity are looked at when this write gave some back; the worker looks by itself at what it wrote. */
async function tellCapacity(ports: Ports, before: Incident, written: Incident, context: Context): Promise<void> {
  try {
    await afterWrite(ports, before, { ...written, lookAt: null }, context.directory.settings.maxOpen);
  } catch (cause) {
    ports.log.error('capacity-not-told', { incident: before.key }, cause);
  }
}

interface Chores {
  readonly extra: Extra;
  readonly done: boolean;
  /** Something is left for the next look. */
  readonly failed: boolean;
}

/** What is to be tidied up with a write. It never stands in the way of a page: what cannot be done now is left to the next look. */
async function doChores(
  ports: Ports,
  incident: Incident,
  finishOne: Finish | null,
  publish: () => Promise<Incident['publishing']>,
  now: Instant,
): Promise<Chores> {
  const first = finishOne === null ? undefined : incident.finish.find((one) => one.at <= now);
  const finish = first === undefined || finishOne === null ? {} : { finish: await finished(incident, first, finishOne) };
  const publishing = await publish();
  const extra = { ...finish, publishing };
  const done = first !== undefined || publishing !== incident.publishing;
  if (incident.unfiled.length < fileAt) return { extra, done, failed: false };
  try {
    await ports.incidents.fileEvents(incident, incident.unfiled);
    return { extra: { ...extra, filedThrough: incident.seq }, done: true, failed: false };
  } catch (cause) {
    ports.log.error('events-not-filed', { incident: incident.key }, cause);
    return { extra, done, failed: true };
  }
}

type Finish = (id: IncidentId) => Promise<Incident['finish'][number] | null>;

/** The predecessors that are left after one of them was looked at. */
async function finished(head: Incident, first: Incident['finish'][number], finishOne: Finish): Promise<Incident['finish']> {
  const left = await finishOne({ key: head.key, generation: first.generation });
  return head.finish.flatMap((one) => (one !== first ? one : (left ?? [])));
}

/** When to look at a predecessor again; null: it has nothing left to do, or cannot be read. */
async function finishPredecessor(
  ports: Ports,
  workOn: (id: IncidentId) => Promise<void>,
  id: IncidentId,
  now: Instant,
): Promise<Incident['finish'][number] | null> {
  const { generation } = id;
  try {
    await workOn(id);
    const found = await load(ports, id);
    if (found?.kind === 'unreadable') ports.log.alarm('incident-failed', { incident: id.key });
    if (found === null || found.kind === 'unreadable' || found.incident.lookAt === null) return null;
    const failures = await ports.incidents.failures(id);
    const later = after(now, finishAgainAfter * Math.min(finishPatience, 2 ** failures));
    return { generation, at: found.incident.lookAt > now ? found.incident.lookAt : later };
  } catch (cause) {
    ports.log.error('predecessor-not-finished', { incident: id.key }, cause);
    return { generation, at: after(now, finishAgainAfter) };
  }
}
