import type { Instant } from './time.ts';

/** An instant as a person in `zone` (IANA) reads it, the zone named: `Mon 3 Aug 2026, 14:05:11 (Europe/Berlin)`; UTC when there is no such zone. */
export function localTime(instant: Instant, zone: string): string {
  const { part, name } = reading(instant, zone);
  return `${part('weekday')} ${part('day')} ${part('month')} ${part('year')}, ${part('hour')}:${part('minute')}:${part('second')} (${name})`;
}

/** The same in few characters, for an SMS: `3 Aug 14:05 (Europe/Berlin)`. */
export function shortLocalTime(instant: Instant, zone: string): string {
  const { part, name } = reading(instant, zone);
  return `${part('day')} ${part('month')} ${part('hour')}:${part('minute')} (${name})`;
}

interface Reading {
  readonly part: (type: Intl.DateTimeFormatPartTypes) => string;
  readonly name: string;
}

// Only read, never reckoned with: what does this for every runtime is enough, and keeps a calendar library out of the functions that wake in a hurry.
function reading(instant: Instant, zone: string): Reading {
  const own = formatterOf(zone);
  const parts = (own ?? formatterOf('UTC'))?.formatToParts(instant) ?? [];
  return { part: (type) => parts.find((part) => part.type === type)?.value ?? '', name: own === null ? 'UTC' : zone };
}

const formatters = new Map<string, Intl.DateTimeFormat>();
const keptFormatters = 100;

function formatterOf(zone: string): Intl.DateTimeFormat | null {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const formatter = makeFormatter(zone);
  if (formatters.size >= keptFormatters) formatters.clear();
  if (formatter !== null) formatters.set(zone, formatter);
  return formatter;
}

function makeFormatter(timeZone: string): Intl.DateTimeFormat | null {
  const day = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;
  const time = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  try {
    return new Intl.DateTimeFormat('en-GB-u-nu-latn', { timeZone, ...day, ...time });
  } catch {
    return null;
  }
}
