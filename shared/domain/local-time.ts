import { DateTime } from 'luxon';
import type { Instant } from './time.ts';

/** An instant as a person in `zone` (IANA) reads it, the zone named: `Mon 3 Aug 2026, 14:05:11 (Europe/Berlin)`; UTC when there is no such zone. */
export function localTime(instant: Instant, zone: string): string {
  const there = inZone(instant, zone);
  return `${there.toFormat('ccc d LLL yyyy, HH:mm:ss')} (${there.zoneName ?? 'UTC'})`;
}

/** The same in few characters, for an SMS: `3 Aug 14:05 (Europe/Berlin)`. */
export function shortLocalTime(instant: Instant, zone: string): string {
  const there = inZone(instant, zone);
  return `${there.toFormat('d LLL HH:mm')} (${there.zoneName ?? 'UTC'})`;
}

function inZone(instant: Instant, zone: string): DateTime {
  const options = { locale: 'en-GB', numberingSystem: 'latn' } as const;
  const there = DateTime.fromMillis(instant, { zone, ...options });
  return there.isValid ? there : DateTime.fromMillis(instant, { zone: 'UTC', ...options });
}
