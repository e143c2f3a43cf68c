import type { Directory } from './directory.ts';
import type { Act } from './incident.ts';
import type { Notification } from './notification.ts';
import type { Policy, Target } from './policy.ts';
import type { Instant, Seconds } from './time.ts';

/** Names a command so that a repeat gets the same answer; `body` tells another request that carries the same id. */
export interface CommandId {
  readonly id: string;
  readonly body: string | null;
}

/** The position a person saw when asking for the next level. */
export interface SeenPosition {
  readonly cycle: number;
  readonly level: number;
}

/** What a person, a sender or the API asks of one incident. `by` is `user:<id>`, a target, or any name the caller gave. */
export type ActCommand =
  | { readonly type: 'acknowledge'; readonly by: string; readonly note: string | null }
  | {
      readonly type: 'resolve';
      readonly by: string;
      readonly note: string | null;
      readonly occurredAt: Instant | null;
      readonly bySource: boolean;
    }
  | { readonly type: 'cancel'; readonly by: string; readonly reason: string | null }
  | {
      readonly type: 'escalate';
      readonly by: string;
      readonly reason: string | null;
      readonly force: boolean;
      readonly from: SeenPosition | null;
    }
  | { readonly type: 'snooze'; readonly by: string; readonly reason: string | null; readonly for: Seconds }
  | { readonly type: 'reassign'; readonly by: string; readonly reason: string | null; readonly to: readonly Target[] }
  | { readonly type: 'note'; readonly by: string; readonly note: string };

/** What the provider said of one claimed notification. */
export type SendOutcome =
  | {
      readonly n: number;
      readonly sent: true;
      readonly providerId: string | null;
      readonly plain: boolean;
      /** The bundle it left in. */
      readonly bundle?: string;
    }
  | { readonly n: number; readonly sent: false; readonly permanent: boolean; readonly code: string; readonly retryAfter: Seconds | null };

/** Not sent by itself: it waits in a bundle until then; with null, the bundle was left without need of it. */
interface Bundled {
  readonly n: number;
  readonly sent: 'bundled';
  readonly bundle: string;
  readonly until: Instant | null;
}

/** What came of one claimed notification. */
export type ClaimOutcome = SendOutcome | Bundled;

/** Codes of the refusals a caller can meet, with status 409. */
export type RefusalCode =
  'already-acknowledged' | 'already-resolved' | 'already-cancelled' | 'already-ended' | 'no-further-level' | 'not-open';

/** An expected no: what stands in the way, who caused it, and when. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly act: Act | null;
}

/** What decisions need to know besides the incident; nothing here is read from the surroundings. */
export interface Context {
  /** Policy time. */
  readonly now: Instant;
  /** Real time, for leases only. */
  readonly real: Instant;
  /** Milliseconds of policy time in one of real time. */
  readonly speed: number;
  readonly leasesVoidBefore: Instant;
  readonly directory: Directory;
  /** The version of the policy that the incident is pinned to. */
  readonly policy: Policy;
}

/** A lease lasts 30 s of real time: longer than a worker may run, so that two never send the same. */
export const leaseMs = 30_000;

type Times = Pick<Context, 'real' | 'leasesVoidBefore'>;

/** Whether what is leased until then (real time) still belongs to its holder: the time is not up, and the holder's process not known to be dead. */
export const leaseHolds = (until: Instant, { real, leasesVoidBefore }: Times): boolean =>
  until > real && until - leaseMs >= leasesVoidBefore;

/** Claimed notifications are sent by their holder alone. */
export const isLeased = ({ lease }: Notification, times: Times): boolean => lease !== null && leaseHolds(lease.until, times);
