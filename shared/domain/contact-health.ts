import type { Instant } from './time.ts';

/** What became of the last attempts to reach a person by one contact. */
export interface ContactHealth {
  readonly person: string;
  readonly contact: string;
  /** Null: the last attempt was handed over. */
  readonly unhealthy: { readonly code: string; readonly since: Instant } | null;
  /** The last time anything, a test page included, was handed over. */
  readonly lastSentAt: Instant | null;
}
