import { begin, commit } from '../domain/bookkeeping.ts';
import type { Context, SendOutcome } from '../domain/commands.ts';
import { decideTrigger, type TriggerDecision } from '../domain/decide-trigger.ts';
import type { IncidentEvent } from '../domain/events.ts';
import { formatIncidentId } from '../domain/incident-id.ts';
import type { Incident } from '../domain/incident.ts';
import { nextDue } from '../domain/look-at.ts';
import { settle } from '../domain/settle.ts';
import type { Signal } from '../domain/signal.ts';
import { wake } from '../domain/wake.ts';
import type { Configuration, TakingPorts } from '../ports.ts';
import { arrive, type Arrival } from './arrival.ts';
import { contextFor, contextNow } from './decision-context.ts';

/** Something that would happen, so many seconds from now. */
interface Foreseen {
  readonly afterSeconds: number;
  readonly type: string;
  readonly level: number | null;
  readonly cycle: number | null;
  readonly notifications: readonly {
    readonly person: string;
    readonly channel: string;
    readonly contact: string;
    readonly afterSeconds: number;
  }[];
}

interface Explanation {
  readonly outcome: string;
  readonly reason: string | null;
  readonly dedupKey: string;
  /** The incident it would be merged into. */
  readonly incidentId: string | null;
  readonly policy: string | null;
  readonly policyVersion: number | null;
  /** What follows if every message is handed over and nobody answers; cut after some steps. */
  readonly steps: readonly Foreseen[];
}

const stepLimit = 400;

/** The events that somebody would notice. */
const worthTelling = new Set<IncidentEvent['type']>([
  'levelFired',
  'levelRepeated',
  'levelEmpty',
  'catchAllTold',
  'exhausted',
  'limitReached',
  'resolved',
]);

/** What a signal would come to, found by the very rules and without writing or sending anything. */
export function makeExplain(
  ports: TakingPorts,
  configuration: Configuration,
): (signal: Signal) => Promise<Explanation | 'unknown-service'> {
  return async (signal) => {
    const arrival = await arrive(ports, configuration, signal, { id: 'explain', body: null }, { heldSince: null, instantOf: 'change' });
    if (arrival === null) return 'unknown-service';
    const stored = await ports.incidents.head(arrival.key);
    const head = stored === null || 'unreadable' in stored ? null : stored;
    const open = head !== null && head.generation > 0 && head.endedAt === null;
    const context = open ? await contextFor(ports, configuration, head) : contextNow(ports, arrival.directory, arrival.policy);
    return explained(arrival, head, context, decideTrigger(head, signal, arrival.gates, context));
  };
}

function explained(arrival: Arrival, head: Incident | null, context: Context, decision: TriggerDecision): Explanation {
  const about = { outcome: decision.outcome, reason: 'reason' in decision ? decision.reason : null, dedupKey: arrival.signal.dedupKey };
  const pinned = { policy: context.policy.id, policyVersion: context.policy.version };
  switch (decision.outcome) {
    case 'created': {
      const { record, events } = decision;
      const incident = begin(arrival.key, (head?.generation ?? 0) + 1, record, events, context, { detailsRow: null });
      return { ...about, ...pinned, incidentId: null, steps: foresee(incident, context) };
    }
    case 'merged': {
      const { draft } = decision;
      return {
        ...about,
        ...pinned,
        incidentId: formatIncidentId(draft.record),
        steps: foresee(commit(draft.record, draft, { publishing: null }), context),
      };
    }
    case 'held':
    case 'declined':
    case 'ignored':
      return { ...about, policy: null, policyVersion: null, incidentId: null, steps: [] };
    default:
      return decision satisfies never;
  }
}

function foresee(incident: Incident, context: Context): readonly Foreseen[] {
  const steps: Foreseen[] = [];
  let item = incident;
  for (let count = 0; count < stepLimit; count += 1) {
    const due = nextDue(item, context);
    if (due === null) break;
    const now = Math.max(due, context.now);
    const then = { ...context, now, real: context.real + (now - context.now) };
    const woken = wake(item, then);
    const claimed = commit(item, woken.draft, { lease: { claim: 'explain', numbers: woken.claims } });
    const sent = woken.claims.map((n): SendOutcome => ({ n, sent: true, providerId: null, plain: false }));
    item = { ...commit(claimed, settle(claimed, 'explain', sent, then)), unfiled: [] };
    steps.push(...woken.draft.events.flatMap((event) => foreseen(event, context.now)));
    if (woken.draft.events.some((event) => event.type === 'exhausted' || event.type === 'limitReached')) break;
  }
  return steps;
}

function foreseen(event: IncidentEvent, now: number): readonly Foreseen[] {
  if (!worthTelling.has(event.type)) return [];
  const seconds = (at: number): number => (at - now) / 1000;
  const made = 'notifications' in event ? event.notifications : [];
  const notifications = made.map(({ person, channel, contact, notBefore }) => ({
    person,
    channel,
    contact,
    afterSeconds: seconds(notBefore),
  }));
  const position = 'level' in event ? { level: event.level, cycle: event.cycle } : { level: null, cycle: null };
  return [{ afterSeconds: seconds(event.at), type: event.type, ...position, notifications }];
}
