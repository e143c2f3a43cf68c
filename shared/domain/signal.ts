import type { Severity } from './severity.ts';
import type { Instant } from './time.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

export interface Link {
  readonly href: string;
  readonly text: string | null;
}

/** What a sender says about a problem, the same whatever format it came in. */
export interface Signal {
  readonly service: string;
  readonly dedupKey: string;
  readonly title: string;
  readonly severity: Severity;
  /** The sender's own word for the severity. */
  readonly severityText: string | null;
  readonly source: string | null;
  readonly type: string | null;
  readonly environment: string | null;
  readonly description: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly links: readonly Link[];
  readonly details: Readonly<Record<string, Json>> | null;
  readonly context: Readonly<Record<string, Json>> | null;
  /** The sender's own instant; null: arrival order counts. */
  readonly occurredAt: Instant | null;
}

/**
 * What a sender's instant is of: the change that it tells (CloudWatch `StateChangeTime`), or the beginning of a problem that may have been resolved and be
 * back since (Alertmanager `startsAt`: an alert whose source was lost returns with its first one).
 */
export type InstantOf = 'change' | 'beginning';

/** Why a trigger waits; `stale`: it may have been overtaken by the source's own resolve, and a minute tells. */
export type HeldReason = 'cooldown' | 'muted' | 'capacity' | 'stale';
