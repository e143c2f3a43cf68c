import { ZoneOffsets } from '../domain/on-call/zone-offsets.ts';
import type { Instant } from '../domain/time.ts';
import { endOf, ianaZones, readEvent, Refused, type IcsEvent, type Reader } from './ics-event.ts';
import { eventLines, type EventLines } from './ics-lines.ts';
import { occurrences, type Budget, type Window } from './ics-recurrence.ts';

/** One shift of an imported calendar. */
interface IcsShift {
  readonly from: Instant;
  /** Not included. */
  readonly until: Instant;
  /** A person's id or name, as the calendar has it; at most 255 characters. */
  readonly summary: string;
}

interface IcsError {
  /** Counted from 1; null: the whole file. */
  readonly event: number | null;
  readonly code: string;
  readonly detail: string;
}

type ReadIcs = { readonly ok: true; readonly shifts: readonly IcsShift[] } | { readonly ok: false; readonly errors: readonly IcsError[] };

const mostBytes = 1024 * 1024;
const dayMs = 86_400_000;
const horizonMs = 2 * 366 * dayMs;
const mostSteps = 15_000;
const mostShifts = 10_000;
const mostErrors = 20;

const whole = (code: string, detail: string): ReadIcs => ({ ok: false, errors: [{ event: null, code, detail }] });

/**
 * The shifts of an iCalendar file that end after `now` and begin within two years, in order. Times without a zone are of `zone` (IANA). Events last to the
 * same time of the day when clocks move; cancelled ones are left out. Refused with reasons, at most 20: above 1 MB, 2,000 events or 10,000 shifts, rules
 * more frequent than daily or with parts that are not understood, zones outside the IANA database, events without an end or a summary. Total.
 */
export function readIcs(text: string, now: Instant, zone: string): ReadIcs {
  if (text.length > mostBytes || Buffer.byteLength(text) > mostBytes) return whole('too-large', 'A calendar may have at most 1 MB.');
  const lines = eventLines(text);
  if (!lines.ok) return { ok: false, errors: [{ event: lines.event, code: lines.code, detail: lines.detail }] };
  // All that can matter: events last 366 days at most.
  const window = { from: now - 369 * dayMs, until: now + horizonMs + dayMs };
  const { events, errors } = readEvents(lines.events, zone, window);
  if (errors.length > 0) return { ok: false, errors };
  return shiftsOf(events, now);
}

function readEvents(all: readonly EventLines[], zone: string, window: Window) {
  const zones = ianaZones();
  const utc = new ZoneOffsets('UTC');
  const reader: Reader = { zones, utc, floating: zones(zone) ?? utc, window };
  const events: IcsEvent[] = [];
  const errors: IcsError[] = [];
  for (const [index, lines] of all.entries()) {
    try {
      events.push(readEvent(lines, reader));
    } catch (fault) {
      const found = fault instanceof Refused ? fault : new Refused('invalid-event', 'It cannot be read.');
      errors.push({ event: index + 1, code: found.code, detail: found.message });
      if (errors.length >= mostErrors) break;
    }
  }
  return { events, errors };
}

const occurrenceKey = (uid: string, instant: Instant): string => `${instant} ${uid}`;

function shiftsOf(events: readonly IcsEvent[], now: Instant): ReadIcs {
  const replaced = new Set(events.flatMap(({ uid, replaces }) => (replaces === null ? [] : [occurrenceKey(uid, replaces)])));
  const budget: Budget = { left: mostSteps };
  const shifts: IcsShift[] = [];
  for (const [index, event] of events.entries()) {
    if (event.cancelled) continue;
    const starts = startsOf(event, now, budget);
    if (starts === null) {
      return {
        ok: false,
        errors: [{ event: index + 1, code: 'too-many-occurrences', detail: 'The rules up to here have too many occurrences.' }],
      };
    }
    for (const wall of starts) {
      const from = event.start.zone.instantOf(wall);
      const until = endOf(wall, event);
      const gone = event.replaces === null && (event.except.has(from) || replaced.has(occurrenceKey(event.uid, from)));
      if (!gone && from < until && until > now && from < now + horizonMs) shifts.push({ from, until, summary: event.summary });
    }
    if (shifts.length > mostShifts) return whole('too-many-shifts', `There may be at most ${mostShifts} shifts in two years.`);
  }
  return { ok: true, shifts: shifts.sort((a, b) => a.from - b.from || a.until - b.until) };
}

/** On the clocks of the event; a few may lie outside of what is asked for. */
function startsOf({ rule, ruleUntil, start, length, replaces }: IcsEvent, now: Instant, budget: Budget): readonly number[] | null {
  // Zones are less than a day from UTC.
  const from = now - length.calendar - length.elapsed - 2 * dayMs;
  const until = now + horizonMs + dayMs;
  if (rule === null || replaces !== null) return start.wall >= from && start.wall <= until ? [start.wall] : [];
  return occurrences(rule, start.wall, { from, until: Math.min(ruleUntil ?? until, until) }, budget);
}
