import type { Context } from './commands.ts';
import type { Service } from './directory.ts';
import { Draft } from './draft.ts';
import type { IncidentEvent } from './events.ts';
import { start } from './evolve-start.ts';
import type { Incident, IncidentRecord } from './incident.ts';
import { rank } from './severity.ts';
import type { HeldReason, InstantOf, Signal } from './signal.ts';
import { firstLevelDue } from './timing.ts';
import { after, type Instant, type Seconds } from './time.ts';

/** Why a trigger makes no incident. */
type DeclineReason = 'disabled' | 'severity' | 'stale' | 'unreadable' | HeldReason;

/** What a trigger is judged by, besides the item under its key. */
export interface Gates {
  readonly service: Service;
  readonly mutedUntil: Instant | null;
  /** Null where no capacity is set. */
  readonly openIncidents: number | null;
  /** When a held trigger starts: since when it waited. */
  readonly heldSince: Instant | null;
  readonly instantOf: InstantOf;
}

/** The fate of a trigger, and what to write for it. */
export type TriggerDecision =
  | { readonly outcome: 'created'; readonly record: IncidentRecord; readonly events: readonly IncidentEvent[] }
  | { readonly outcome: 'merged'; readonly draft: Draft }
  /** Held in the item under the key (a draft), or in one made for it (a record). */
  | {
      readonly outcome: 'held';
      readonly reason: HeldReason;
      readonly draft: Draft | null;
      readonly record: IncidentRecord | null;
      readonly events: readonly IncidentEvent[];
    }
  | { readonly outcome: 'declined' | 'ignored'; readonly reason: DeclineReason };

/** How soon a trigger that waits for capacity is looked at again, should the end of an incident not wake it. */
const capacityCheck = 60;

function merge(head: Incident, signal: Signal, context: Context): TriggerDecision {
  const draft = new Draft(head, context);
  if (rank(signal.severity) < rank(head.severity)) {
    draft.emit({ type: 'severityRaised', from: head.severity, to: signal.severity, severityText: signal.severityText });
    if (head.snoozedUntil !== null) draft.emit({ type: 'snoozeEnded', reason: 'severity' });
  }
  return { outcome: 'merged', draft };
}

/** An unfinished incident takes its repeats; one that ran out without an answer gives way to a successor, which pages again. */
function isOpen({ generation, state }: Incident): boolean {
  return generation > 0 && (state === 'pending' || state === 'active' || state === 'acknowledged');
}

/** How long a trigger that may have been overtaken on its way waits after the resolve, for one of its own. */
const overtakenFor: Seconds = 60;

/** A trigger from before the source's own resolve, of which it came after. Of one that was held we know: a resolve would have taken it back. */
function isOvertaken(head: Incident | null, signal: Signal, gates: Gates): head is Incident {
  if (head === null) return false;
  return gates.heldSince === null && signal.occurredAt !== null && signal.occurredAt <= (head.sourceResolvedAt ?? -Infinity);
}

function isStale(head: Incident | null, signal: Signal, gates: Gates): boolean {
  if (!isOvertaken(head, signal, gates)) return false;
  if (isOpen(head)) return (signal.occurredAt ?? Infinity) < (head.sourceTriggeredAt ?? Infinity);
  return gates.instantOf === 'change';
}

interface Wait {
  readonly reason: HeldReason;
  readonly until: Instant;
  readonly drop: boolean;
}

/** What keeps a trigger waiting whose instant does not tell whether it was overtaken, if the minute is not over. */
function doubt(head: Incident | null, signal: Signal, gates: Gates, now: Instant): Wait | null {
  if (!isOvertaken(head, signal, gates)) return null;
  // A repeat must not put it off, and what waits for another reason has had its minute.
  if (head.held !== null && head.held.reason !== 'stale') return null;
  const until = head.held?.until ?? after(head.updatedAt, overtakenFor);
  return until > now ? { reason: 'stale', until, drop: false } : null;
}

/** The quiet time that keeps this trigger waiting, if there is one. */
function quiet(head: Incident | null, gates: Gates, context: Context): Wait | null {
  const { cooldown } = context.policy;
  if (cooldown !== null && head !== null && head.generation > 0) {
    const until = after(head.createdAt, cooldown.for);
    if (until > context.now) return { reason: 'cooldown', until, drop: cooldown.then === 'drop' };
  }
  if (gates.mutedUntil !== null && gates.mutedUntil > context.now) return { reason: 'muted', until: gates.mutedUntil, drop: false };
  const { maxOpen } = context.directory.settings;
  if (maxOpen !== null && gates.openIncidents !== null && gates.openIncidents >= maxOpen) {
    return { reason: 'capacity', until: after(context.now, capacityCheck), drop: false };
  }
  return null;
}

/** First the doubt, for a quiet time may end before its minute does; but what a quiet time drops waits for nothing. */
function waitFor(head: Incident | null, signal: Signal, gates: Gates, context: Context): Wait | null {
  const quietTime = quiet(head, gates, context);
  return quietTime?.drop === true ? quietTime : (doubt(head, signal, gates, context.now) ?? quietTime);
}

/** Of two triggers that wait, the newer by the sender's own instants speaks; neither instant nor severity falls back for a late one. */
function newer(held: Signal, signal: Signal): Signal {
  const late = signal.occurredAt !== null && held.occurredAt !== null && signal.occurredAt < held.occurredAt;
  const [last, other] = late ? [held, signal] : [signal, held];
  const worst = rank(other.severity) < rank(last.severity) ? other : last;
  return { ...last, severity: worst.severity, severityText: worst.severityText, occurredAt: last.occurredAt ?? other.occurredAt };
}

const sameAlarm = (one: Signal, other: Signal): boolean =>
  one.title === other.title && one.severity === other.severity && one.occurredAt === other.occurredAt;

function hold(head: Incident | null, arrived: Signal, reason: HeldReason, until: Instant, context: Context): TriggerDecision {
  const held = head?.held ?? null;
  const signal = held === null ? arrived : newer(held.signal, arrived);
  if (head !== null) {
    const draft = new Draft(head, context);
    // A repeat that says nothing new is not written.
    const known = held !== null && held.reason === reason && held.until === until && sameAlarm(held.signal, signal);
    if (!known) draft.emit({ type: 'triggerHeld', reason, until, signal });
    return { outcome: 'held', reason, draft, record: null, events: [] };
  }
  const event: IncidentEvent = { type: 'triggerHeld', reason, until, signal, seq: 1, at: context.now };
  return { outcome: 'held', reason, draft: null, record: start(event), events: [event] };
}

function create(head: Incident | null, signal: Signal, gates: Gates, context: Context): TriggerDecision {
  const { policy, now } = context;
  const event: IncidentEvent = {
    type: 'triggered',
    signal,
    policy: policy.id,
    policyVersion: policy.version,
    firstStepAt: firstLevelDue(policy, now),
    heldSince: gates.heldSince,
    sourceResolvedAt: head?.sourceResolvedAt ?? null,
    seq: 1,
    at: now,
  };
  return { outcome: 'created', record: start(event), events: [event] };
}

/**
 * The fate of a trigger, given the newest item under its key: gates are judged in the order kill switch, open incident, enabled, severity,
 * order of the world, a minute's doubt about it, cooldown, mute, capacity. `context.policy` is the policy that would be pinned (for an open incident: that is).
 */
export function decideTrigger(head: Incident | null, signal: Signal, gates: Gates, context: Context): TriggerDecision {
  if (!context.directory.settings.enabled) return { outcome: 'declined', reason: 'disabled' };
  if (isStale(head, signal, gates)) return { outcome: 'ignored', reason: 'stale' };
  if (head !== null && isOpen(head)) return merge(head, signal, context);
  if (!gates.service.enabled || !context.policy.enabled) return { outcome: 'declined', reason: 'disabled' };
  const { severities } = context.policy;
  if (severities !== null && !severities.includes(signal.severity)) return { outcome: 'declined', reason: 'severity' };
  const wait = waitFor(head, signal, gates, context);
  if (wait === null) return create(head, signal, gates, context);
  if (wait.drop) return { outcome: 'declined', reason: wait.reason };
  return hold(head, signal, wait.reason, wait.until, context);
}
