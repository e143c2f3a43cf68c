import type { IncidentEvent } from './events.ts';
import type { Notification, ToldPerson } from './notification.ts';
import type { HeldReason, Json, Link, Signal } from './signal.ts';
import type { Severity } from './severity.ts';
import type { StoredState } from './states.ts';
import type { Instant } from './time.ts';
import type { Target } from './policy.ts';

export type { Json, Link, Signal } from './signal.ts';

export interface Act {
  readonly by: string;
  readonly at: Instant;
}

type EndReason = 'exhausted' | 'limit' | 'cancelled' | 'failed';

/** What is due and when, apart from the outbox. */
export interface Due {
  /** `next`: whatever follows the position (a level, a round, the end); `again`: the current level once more. */
  readonly step: { readonly at: Instant; readonly what: 'next' | 'again'; readonly byHand: boolean } | null;
  readonly levelRepeat: Instant | null;
  readonly acknowledgementTimeout: Instant | null;
  readonly snoozeEnd: Instant | null;
  readonly autoResolve: Instant | null;
  /** When the next reminder is made: somewhat before it is to leave, so that it leaves together with those of other incidents. */
  readonly reminder: Instant | null;
}

/** A trigger declined for a while: unless a resolve comes first, the next generation starts with it at `until`. */
export interface Held {
  readonly reason: HeldReason;
  readonly since: Instant;
  /** For capacity: when to look again; the end of an incident wakes it sooner. */
  readonly until: Instant;
  readonly signal: Signal;
}

/** A command this item has answered; a repeat gets the same answer. */
export interface AnsweredCommand {
  readonly id: string;
  readonly at: Instant;
  /** Hash of the request body, so that another body under the same id is noticed; null where the id alone decides. */
  readonly body: string | null;
  readonly answer: string;
}

/** Where an incident stands. */
export interface Position {
  /** 1 is the first; 0 while no level has fired. */
  readonly level: number;
  /** 0 is the first round. */
  readonly cycle: number;
  /** Repeats of the current level so far. */
  readonly repeat: number;
  readonly levelFiredAt: Instant | null;
  /** The last firing of any kind, repeats included. */
  readonly lastFiredAt: Instant | null;
  readonly cycleStartedAt: Instant;
  /** The current level has told somebody since it fired. */
  readonly levelReached: boolean;
  /** A level of this round has told somebody. */
  readonly roundReached: boolean;
  /** The current level was found empty. */
  readonly levelEmpty: boolean;
  /** The catch-all has been told that nobody of this round could be reached. */
  readonly roundReported: boolean;
  /** How many recipients of the current firing wait for a place in the outbox. */
  readonly unplaced: number;
}

/** An act that those who were paged are to hear of, by the order of their ids. */
interface OutcomeToTell {
  readonly what: 'acknowledged' | 'resolved' | 'cancelled';
  readonly by: string;
  /** All up to this person have been told; null: nobody yet. */
  readonly after: string | null;
}

/** The part of the item that folding its events gives back. */
export interface IncidentRecord {
  readonly service: string;
  readonly dedupKey: string;
  readonly title: string;
  readonly severity: Severity;
  readonly severityText: string | null;
  readonly source: string | null;
  readonly type: string | null;
  readonly environment: string | null;
  readonly description: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly links: readonly Link[];
  readonly details: Readonly<Record<string, Json>> | null;
  readonly context: Readonly<Record<string, Json>> | null;
  readonly sourceTriggeredAt: Instant | null;
  readonly sourceResolvedAt: Instant | null;

  readonly policyId: string;
  readonly policyVersion: number;
  /** How the policy was found: named by the service. */
  readonly routedBy: 'service';
  /** Told in place of the level's targets until the next level. */
  readonly assignees: readonly Target[];

  readonly state: StoredState;
  readonly endReason: EndReason | null;
  readonly position: Position;
  readonly escalationCount: number;
  readonly notificationCount: number;
  readonly createdAt: Instant;
  readonly acknowledged: Act | null;
  /** The first acknowledgement ever, for the mean time to acknowledge. */
  readonly firstAcknowledgedAt: Instant | null;
  readonly resolved: Act | null;
  readonly cancelled: (Act & { readonly reason: string | null }) | null;
  readonly endedAt: Instant | null;
  readonly snoozedUntil: Instant | null;

  readonly due: Due;
  /** Acts not yet told to those who were paged. */
  readonly outcomesToTell: readonly OutcomeToTell[];
  readonly outbox: readonly Notification[];
  readonly notificationsMade: number;
  readonly told: readonly ToldPerson[];
  readonly held: Held | null;
}

/** How far the events of an incident are known to be on the bus. */
export interface Publishing {
  /** Every event up to this number is there, or is none that is put there. */
  readonly through: number;
  /** Tries that failed, one after the other. */
  readonly failures: number;
  /** Not tried again before; null: at once. */
  readonly retryAt: Instant | null;
}

/** The stored item: one for each key, replaced by its next generation. */
export interface Incident extends IncidentRecord {
  readonly schema: 1;
  readonly key: string;
  /** Generation 0 never was an incident: it only holds a declined trigger. */
  readonly generation: number;
  /** Grows by one with every write. */
  readonly version: number;
  readonly updatedAt: Instant;
  /** Number of the last event. */
  readonly seq: number;
  /** Events not yet filed as rows, oldest first. */
  readonly unfiled: readonly IncidentEvent[];
  readonly commands: readonly AnsweredCommand[];
  /** The name of the row that holds details and context, when they are too large for the item. */
  readonly detailsRow: string | null;
  /** Predecessors with something left to do, and when to look at each. */
  readonly finish: readonly { readonly generation: number; readonly at: Instant }[];
  /** Null: nothing that happens to it is put on a bus. */
  readonly publishing: Publishing | null;
  /** The earliest instant at which somebody must look; null: nothing is left to do. */
  readonly lookAt: Instant | null;
}
