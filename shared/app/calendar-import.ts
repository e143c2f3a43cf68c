import type { Person } from '../domain/directory.ts';
import type { Instant } from '../domain/time.ts';
import type { JsonObject } from '../schema/config-document.ts';
import type { ConfigError } from '../schema/config-source.ts';
import { peopleFinder } from '../schema/ics-people.ts';
import { readIcs } from '../schema/ics-schedule.ts';

/** What a calendar brought into a schedule. */
export interface Imported {
  readonly shifts: number;
  /** When the first of them begins and the last one ends. */
  readonly from: string;
  readonly until: string;
  /** How many of them each person has; most first. */
  readonly people: readonly { readonly id: string; readonly shifts: number }[];
}

/** What the configuration says already. */
interface Known {
  /** The schedule that the calendar is for; null: a new one. */
  readonly schedule: JsonObject | null;
  readonly people: readonly Person[];
  readonly zone: string;
  readonly now: Instant;
}

type ReadCalendar =
  | { readonly ok: true; readonly schedule: JsonObject; readonly imported: Imported }
  | { readonly ok: false; readonly errors: readonly ConfigError[] };

/** To the second. */
const instantText = (instant: Instant): string => new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z');

/**
 * A schedule of the document made from an iCalendar file: its shifts take the place of layers and shifts that stood there, whatever a calendar cannot say
 * stays. Refused with the reasons of `readIcs`, or when no shift is left.
 */
export function readCalendar(text: string, { schedule, people, zone, now }: Known): ReadCalendar {
  const read = readIcs(text, { now, zone, peopleOf: peopleFinder(people) });
  if (!read.ok) return { ok: false, errors: read.errors.map(({ event, ...error }) => ({ ...error, pointer: pointerTo(event) })) };
  const [first] = read.shifts;
  if (first === undefined) {
    const detail = 'No event of this calendar is under way, or begins within two years.';
    return { ok: false, errors: [{ pointer: '', code: 'no-shifts', detail }] };
  }
  const kept = Object.fromEntries(Object.entries(schedule ?? {}).filter(([name]) => name !== 'layers'));
  const shifts = read.shifts.map(({ person, from, until }) => ({ person, from: instantText(from), until: instantText(until) }));
  const counts = new Map<string, number>();
  for (const { person } of shifts) counts.set(person, (counts.get(person) ?? 0) + 1);
  return {
    ok: true,
    schedule: { ...kept, zone, shifts },
    imported: {
      shifts: shifts.length,
      from: instantText(first.from),
      until: instantText(read.shifts.reduce((latest, { until }) => Math.max(latest, until), 0)),
      people: [...counts].map(([id, count]) => ({ id, shifts: count })).sort((a, b) => b.shifts - a.shifts),
    },
  };
}

/** The events of a file as a list. */
const pointerTo = (event: number | null): string => (event === null ? '' : `/events/${event - 1}`);
