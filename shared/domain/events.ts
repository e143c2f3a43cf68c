import type { NewNotification } from './notification.ts';
import type { Target } from './policy.ts';
import type { HeldReason, Signal } from './signal.ts';
import type { Severity } from './severity.ts';
import type { Instant } from './time.ts';

/** Pages that an act of a person stopped, and those that were already on their way. */
export interface Stopped {
  readonly dropped: readonly number[];
  readonly inFlight: readonly number[];
}

interface TakenUpAgain {
  /** After an end that nobody caused: when the catch-all is reminded next; null while levels still fire by time. */
  readonly nextReminderAt: Instant | null;
}

interface LevelFiring {
  readonly cycle: number;
  readonly level: number;
  readonly repeat: number;
  readonly label: string | null;
  readonly notifications: readonly NewNotification[];
  /** Recipients for whom the outbox has no place yet. */
  readonly unplaced: number;
  /** Targets that exist no more. */
  readonly unknown: readonly string[];
  readonly nextStepAt: Instant | null;
  readonly nextRepeatAt: Instant | null;
}

/** How a level came to fire: by time, once more (after a snooze, a timeout of the acknowledgement), or by a person. */
export type FiringCause = 'due' | 'again' | 'byHand' | 'reassigned' | 'empty';

/** The timeline of an incident, in the past tense. Folding the events in order gives the record. */
export type EventBody =
  | {
      readonly type: 'triggered';
      readonly signal: Signal;
      readonly policy: string;
      readonly policyVersion: number;
      readonly firstStepAt: Instant;
      readonly heldSince: Instant | null;
      /** The source's last resolve of this key, known from the incident before. */
      readonly sourceResolvedAt: Instant | null;
    }
  | { readonly type: 'triggerHeld'; readonly reason: HeldReason; readonly until: Instant; readonly signal: Signal }
  | { readonly type: 'heldTriggerWithdrawn'; readonly reason: string }
  | { readonly type: 'severityRaised'; readonly from: Severity; readonly to: Severity; readonly severityText: string | null }
  | { readonly type: 'sourceResolved'; readonly occurredAt: Instant }
  | ({
      readonly type: 'levelFired';
      readonly cause: FiringCause;
      readonly cycleStartedAt: Instant;
      readonly autoResolveAt: Instant | null;
      /** Delayed notifications of the same level that this firing takes the place of. */
      readonly replaced: readonly number[];
    } & LevelFiring)
  | ({ readonly type: 'levelRepeated'; readonly replaced: readonly number[] } & LevelFiring)
  | { readonly type: 'levelContinued'; readonly notifications: readonly NewNotification[]; readonly unplaced: number }
  | {
      readonly type: 'levelEmpty';
      readonly cycle: number;
      readonly level: number;
      readonly label: string | null;
      readonly reason: 'nobody' | 'undeliverable';
      readonly unknown: readonly string[];
      readonly cycleStartedAt: Instant;
      readonly nextStepAt: Instant | null;
    }
  | {
      readonly type: 'catchAllTold';
      readonly reason: 'exhausted' | 'limit' | 'nobodyReached' | 'failed' | 'reminder';
      readonly notifications: readonly NewNotification[];
      /** When the next one is to leave. */
      readonly nextReminderAt: Instant;
    }
  | { readonly type: 'exhausted' }
  | { readonly type: 'limitReached' }
  | { readonly type: 'failed'; readonly reason: string; readonly nextReminderAt: Instant }
  | {
      readonly type: 'fallbackAdded';
      readonly instead: number;
      readonly notifications: readonly NewNotification[];
      readonly replaced: readonly number[];
    }
  | {
      readonly type: 'notificationSent';
      readonly n: number;
      readonly kind: NewNotification['kind'];
      readonly person: string;
      readonly name: string;
      readonly channel: string;
      readonly contact: string;
      readonly providerId: string | null;
      /** The words could not be made from the alarm; a plain text went out instead. */
      readonly plain: boolean;
      /** The bundle it left in, as one message with others. */
      readonly bundle?: string | undefined;
    }
  | {
      readonly type: 'notificationBundled';
      readonly n: number;
      readonly person: string;
      readonly channel: string;
      readonly contact: string;
      /** It waits in this bundle, and is looked at again at that instant. */
      readonly bundle: string;
      readonly until: Instant;
    }
  | {
      readonly type: 'notificationFailed';
      readonly n: number;
      readonly person: string;
      readonly channel: string;
      readonly contact: string;
      readonly code: string;
      readonly permanent: boolean;
      /** When it is tried again; null: it is given up. */
      readonly retryAt: Instant | null;
    }
  | {
      readonly type: 'notificationExpired';
      readonly n: number;
      readonly person: string;
      readonly channel: string;
      readonly contact: string;
      readonly reason: string;
    }
  | { readonly type: 'notificationRetaken'; readonly n: number }
  | ({
      readonly type: 'acknowledged';
      readonly by: string;
      readonly note: string | null;
      /** False: recorded, but the level goes on (`stopOnAck: false`), or the incident had ended. */
      readonly stops: boolean;
      readonly timeoutAt: Instant | null;
    } & Stopped)
  | {
      readonly type: 'acknowledgementTimedOut';
      readonly by: string;
      readonly notifications: readonly NewNotification[];
      readonly nextStepAt: Instant;
    }
  | ({ readonly type: 'resolved'; readonly by: string; readonly note: string | null; readonly occurredAt: Instant | null } & Stopped)
  | ({ readonly type: 'cancelled'; readonly by: string; readonly reason: string | null } & Stopped)
  | ({
      readonly type: 'escalationRequested';
      readonly by: string;
      readonly reason: string | null;
      readonly reactivated: boolean;
    } & TakenUpAgain)
  | ({ readonly type: 'snoozed'; readonly by: string; readonly until: Instant; readonly reason: string | null } & Stopped)
  | { readonly type: 'snoozeEnded'; readonly reason: 'time' | 'severity' }
  | ({ readonly type: 'reassigned'; readonly by: string; readonly to: readonly Target[]; readonly reason: string | null } & Stopped &
      TakenUpAgain)
  | { readonly type: 'noteAdded'; readonly by: string; readonly note: string }
  | {
      readonly type: 'outcomeTold';
      readonly what: 'acknowledged' | 'resolved' | 'cancelled';
      readonly by: string;
      readonly notifications: readonly NewNotification[];
      /** The last person there was room for, the others follow; null: everybody is told. */
      readonly upTo: string | null;
    };

export type IncidentEvent = EventBody & { readonly seq: number; readonly at: Instant };
export type EventType = EventBody['type'];
