/** Milliseconds since 1970-01-01T00:00Z. Policy time unless a name says `real`. */
export type Instant = number;

/** A whole number of seconds. */
export type Seconds = number;

/** The instant `seconds` after `instant`. */
export const after = (instant: Instant, seconds: Seconds): Instant => instant + seconds * 1000;

/** The earliest of the instants given, or null when there is none. */
export function earliest(...instants: readonly (Instant | null)[]): Instant | null {
  let found: Instant | null = null;
  for (const instant of instants) if (instant !== null && (found === null || instant < found)) found = instant;
  return found;
}
