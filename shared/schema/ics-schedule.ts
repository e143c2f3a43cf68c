import type { Stretch } from '../domain/on-call/restriction.ts';
import type { FixedShift } from '../domain/on-call/schedule.ts';
import { ZoneOffsets } from '../domain/on-call/zone-offsets.ts';
import type { Instant } from '../domain/time.ts';
import { mostShifts } from './config-shifts.ts';
import { endOf, ianaZones, readEvent, Refused, type IcsEvent, type Reader } from './ics-event.ts';
import { eventLines, type EventLines } from './ics-lines.ts';
import type { Named } from './ics-people.ts';
import { occurrences, type Budget, type Window } from './ics-recurrence.ts';

interface IcsError {
  /** The event, counted from 1; null: the whole file. */
  readonly event: number | null;
  /** Where it begins in the file, from 1. */
  readonly line: number;
  readonly code: string;
  readonly detail: string;
}

type ReadIcs = { readonly ok: true; readonly shifts: readonly FixedShift[] } | { readonly ok: false; readonly errors: readonly IcsError[] };

/** What a file is read with. */
interface Reading {
  readonly now: Instant;
  /** Of times without a zone; IANA. */
  readonly zone: string;
  /** Whom an event means, from its summary and the addresses of its attendees. */
  readonly peopleOf: (summary: string, attendees: readonly string[]) => Named;
}

const mostBytes = 1024 * 1024;
const dayMs = 86_400_000;
const horizonMs = 2 * 366 * dayMs;
const mostSteps = 15_000;
const mostErrors = 20;

const whole = (code: string, detail: string): ReadIcs => ({ ok: false, errors: [{ event: null, line: 1, code, detail }] });

const reasons = {
  'unknown-person':
    'No person of the configuration has an id, a name or an e-mail address that its summary names, nor are all attendees known.',
  'ambiguous-person': 'It names somebody, and several people of the configuration are called so.',
} as const;

/**
 * The shifts of an iCalendar file that end after `now` and begin within two years, in order. Events last to the same time of the day
 * when clocks move; cancelled ones are left out. Refused with reasons, at most 20: above 1 MB, 2,000 events or 5,000 shifts, rules more frequent than daily or with parts that are not understood, zones outside the IANA database, events without an end, or of nobody known.
 * Total.
 */
export function readIcs(text: string, reading: Reading): ReadIcs {
  if (text.length > mostBytes || Buffer.byteLength(text) > mostBytes) return whole('too-large', 'A calendar may have at most 1 MB.');
  const lines = eventLines(text);
  if (!lines.ok) return { ok: false, errors: [{ event: lines.event, line: lines.line, code: lines.code, detail: lines.detail }] };
  const { now, zone } = reading;
  // All that can matter: events last 366 days at most.
  const window = { from: now - 369 * dayMs, until: now + horizonMs + dayMs };
  const { events, errors } = readEvents(lines.events, zone, window);
  return errors.length > 0 ? { ok: false, errors } : shiftsOf(events, reading);
}

/** An event, and where it stands. */
interface Placed {
  readonly number: number;
  readonly line: number;
  readonly event: IcsEvent;
}

function readEvents(all: readonly EventLines[], zone: string, window: Window) {
  const zones = ianaZones();
  const utc = new ZoneOffsets('UTC');
  const reader: Reader = { zones, utc, floating: zones(zone) ?? utc, window };
  const events: Placed[] = [];
  const errors: IcsError[] = [];
  for (const [index, lines] of all.entries()) {
    const place = { number: index + 1, line: lines.line };
    try {
      events.push({ ...place, event: readEvent(lines, reader) });
    } catch (fault) {
      const found = fault instanceof Refused ? fault : new Refused('invalid-event', 'It cannot be read.');
      errors.push(errorAt(place, found.code, found.message));
      if (errors.length >= mostErrors) break;
    }
  }
  return { events, errors };
}

const errorAt = ({ number, line }: Omit<Placed, 'event'>, code: string, detail: string): IcsError => ({
  event: number,
  line,
  code,
  detail,
});

const occurrenceKey = (uid: string, instant: Instant): string => `${instant} ${uid}`;

function shiftsOf(events: readonly Placed[], { now, peopleOf }: Reading): ReadIcs {
  const replaced = new Set(events.flatMap(({ event: { uid, replaces } }) => (replaces === null ? [] : [occurrenceKey(uid, replaces)])));
  const budget: Budget = { left: mostSteps };
  const shifts: FixedShift[] = [];
  const errors: IcsError[] = [];
  for (const placed of events) {
    const times = timesOf(placed.event, now, budget, replaced);
    if (times === null) {
      const detail = 'The rules up to here have too many occurrences.';
      return { ok: false, errors: [errorAt(placed, 'too-many-occurrences', detail)] };
    }
    // Whoever had shifts long ago need not be known any more.
    const named = times.length === 0 ? [] : peopleOf(placed.event.summary, placed.event.attendees);
    if (typeof named === 'string') errors.push(errorAt(placed, named, reasons[named]));
    else for (const person of named) shifts.push(...times.map((time) => ({ person, ...time })));
    if (errors.length >= mostErrors) break;
    if (shifts.length > mostShifts) return whole('too-many-shifts', `There may be at most ${mostShifts} shifts in two years.`);
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, shifts: shifts.sort((a, b) => a.from - b.from || a.until - b.until) };
}

/** When an event puts somebody on call, from now until the horizon; null: the steps are used up. */
function timesOf(event: IcsEvent, now: Instant, budget: Budget, replaced: ReadonlySet<string>): readonly Stretch[] | null {
  if (event.cancelled) return [];
  const starts = startsOf(event, now, budget);
  if (starts === null) return null;
  return starts.flatMap((wall) => {
    const from = event.start.zone.instantOf(wall);
    const until = endOf(wall, event);
    const gone = event.replaces === null && (event.except.has(from) || replaced.has(occurrenceKey(event.uid, from)));
    return !gone && from < until && until > now && from < now + horizonMs ? [{ from, until }] : [];
  });
}

/** On the clocks of the event; a few may lie outside of what is asked for. */
function startsOf({ rule, ruleUntil, start, length, replaces }: IcsEvent, now: Instant, budget: Budget): readonly number[] | null {
  // Zones are less than a day from UTC.
  const from = now - length.calendar - length.elapsed - 2 * dayMs;
  const until = now + horizonMs + dayMs;
  if (rule === null || replaces !== null) return start.wall >= from && start.wall <= until ? [start.wall] : [];
  return occurrences(rule, start.wall, { from, until: Math.min(ruleUntil ?? until, until) }, budget);
}
