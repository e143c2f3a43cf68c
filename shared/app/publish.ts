import { eventDetail } from '../channels/event-detail.ts';
import { programMessage } from '../channels/program-message.ts';
import type { Context } from '../domain/commands.ts';
import type { IncidentEvent } from '../domain/events.ts';
import { formatIncidentId } from '../domain/incident-id.ts';
import type { Incident, Publishing } from '../domain/incident.ts';
import { levelAt } from '../domain/policy.ts';
import { withoutAddress } from '../domain/person-of.ts';
import { isBehind, isPublished, lastFiled, publishedThrough, type OutgoingEvent, type PublishedEvent } from '../domain/publishing.ts';
import { formatTarget } from '../domain/recipients.ts';
import { after, type Seconds } from '../domain/time.ts';
import type { Bus, Ports, SendResult } from '../ports.ts';
import { incidentInMessage } from './incident-view.ts';

/** So many filed events are read at once. */
const pageSize = 50;
/** Real time. A bus that has not answered by then may or may not have taken them. */
const limitMs = 3000;
/** After a failure this process asks the bus no more for so long, in real time: a bus that hangs must not keep workers from pages. */
const pauseMs = 5000;
const firstRetryAfter: Seconds = 10;
const longestRetryAfter: Seconds = 600;
/** From this failure on somebody is told. */
const tellFrom = 3;

type PublishPorts = Pick<Ports, 'bus' | 'incidents' | 'clock' | 'timers' | 'log'>;

/** How far a try came, and why no further; null: it was not stopped. */
interface Reached {
  readonly through: number;
  readonly code: string | null;
}

/** What is to be written of how far an incident's events are on the bus. */
type Publish = (incident: Incident, context: Context, quiet: boolean) => Promise<Publishing | null>;

/**
 * Puts what happened to an incident on the bus: in order, each event at least once and always under the same id. Only what was written before, and
 * only at a look with nothing else to do (`quiet`), so that no page waits for it. A failure is put off and never thrown.
 */
export function makePublish(ports: PublishPorts): Publish {
  const { bus, clock, log } = ports;
  let pausedUntil = 0;

  async function attempt(incident: Incident, context: Context, from: Bus, through: number): Promise<Reached> {
    if (clock.real() < pausedUntil) return { through, code: 'paused' };
    try {
      const reached = await put(ports, from, incident, context, through);
      if (reached.code !== null) pausedUntil = clock.real() + pauseMs;
      return reached;
    } catch (cause) {
      pausedUntil = clock.real() + pauseMs;
      log.error('publishing-failed', { incident: incident.key }, cause);
      return { through, code: 'fault' };
    }
  }

  return async (incident, context, quiet) => {
    if (bus === null) return null;
    const { publishing } = incident;
    // It began while nothing was put on a bus: what happens from now on is.
    if (publishing === null) return publishedThrough(incident.seq);
    if (!quiet || !isBehind(incident) || (publishing.retryAt ?? 0) > clock.now()) return publishing;
    const { through, code } = await attempt(incident, context, bus, publishing.through);
    if (code === null) return publishedThrough(through);
    const failures = publishing.failures + 1;
    log.error('events-put-off', { incident: incident.key, code });
    if (failures >= tellFrom) log.alarm('events-not-published', { incident: incident.key, code });
    const wait = Math.min(longestRetryAfter, firstRetryAfter * 2 ** publishing.failures);
    return { through, failures, retryAt: after(clock.now(), wait) };
  };
}

/** One call to the bus. */
async function put(ports: PublishPorts, bus: Bus, incident: Incident, context: Context, through: number): Promise<Reached> {
  const events = await next(ports, incident, through);
  const some = await outgoing(ports, incident, events, context);
  if (some.length === 0) return { through: events.at(-1)?.seq ?? lastFiled(incident), code: null };
  const results = await ports.timers.within(limitMs, () => bus.publish(some.map(({ event }) => event)));
  if (results === 'timeout') return { through, code: 'timeout' };
  let reached = through;
  for (const [place, result] of results.entries()) {
    const code = codeOf(result);
    // An event that the bus will never take must not hold up those behind it.
    if (code === 'malformed-event') ports.log.alarm('event-refused', { incident: incident.key });
    else if (code !== null) return { through: reached, code };
    reached = some[place]?.seq ?? reached;
  }
  return { through: reached, code: null };
}

const codeOf = (result: SendResult): string | null => (result.ok ? null : result.code);

/** The events behind those that are on the bus, oldest first. Some may have been filed meanwhile. */
const next = async ({ incidents }: PublishPorts, incident: Incident, through: number): Promise<readonly IncidentEvent[]> =>
  lastFiled(incident) > through ? incidents.filedEvents(incident, through, pageSize) : incident.unfiled.filter(({ seq }) => seq > through);

/** What the bus is told of events. The incident is shown as it is now; receivers know an event that they had before by its `eventId`. */
async function outgoing(
  ports: PublishPorts,
  incident: Incident,
  events: readonly IncidentEvent[],
  { policy, now }: Context,
): Promise<readonly { readonly seq: number; readonly event: OutgoingEvent }[]> {
  const { count } = await ports.incidents.duplicates(incident);
  const levelLabel = levelAt(policy, incident.position.level)?.label ?? null;
  const shown = incidentInMessage(incident, { occurrences: 1 + count, levelLabel, now });
  return events.filter(isPublished).map((event) => {
    const { seq, at } = event;
    const type = `incident.${event.type}`;
    const data = { eventId: `${formatIncidentId(incident)}-event-${String(seq)}`, seq, ...told(event), incident: shown };
    return { seq, event: { type, detail: eventDetail(programMessage(type, at, data)) } };
  });
}

/** What an event says besides the incident: nobody's address, and no words of a person. */
function told(event: PublishedEvent): object {
  switch (event.type) {
    case 'triggered':
    case 'exhausted':
    case 'limitReached':
      return {};
    case 'severityRaised':
      return { from: event.from, to: event.to };
    case 'levelFired':
      return { level: event.level, cycle: event.cycle, cause: event.cause };
    case 'levelEmpty':
      return { level: event.level, cycle: event.cycle, reason: event.reason };
    case 'failed':
    case 'snoozeEnded':
      return { reason: event.reason };
    case 'acknowledged':
    case 'acknowledgementTimedOut':
    case 'resolved':
    case 'cancelled':
    case 'escalationRequested':
      return { by: withoutAddress(event.by) };
    case 'snoozed':
      return { by: withoutAddress(event.by), until: new Date(event.until).toISOString() };
    case 'reassigned':
      return { by: withoutAddress(event.by), to: event.to.map((target) => withoutAddress(formatTarget(target))) };
    default:
      return event satisfies never;
  }
}
