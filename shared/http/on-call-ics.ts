import type { OnCall, OnCallSchedule } from '../domain/on-call/on-call.ts';
import type { Override } from '../domain/on-call/schedule.ts';
import { why } from '../domain/on-call/why.ts';
import type { Instant } from '../domain/time.ts';

/** Whose shifts are asked for, and how things are called. */
export interface CalendarQuestion {
  readonly now: Instant;
  /** Null: everybody's. */
  readonly person: string | null;
  readonly overrides: readonly Override[];
  readonly nameOf: (person: string) => string;
}

/** How long ago the first day of the month before can be. */
export const calendarLooksBackMs = 62 * 86_400_000;

const yearMs = 366 * 86_400_000;

interface Event extends OnCall {
  readonly from: Instant;
  until: Instant;
}

/** The first day of the month before, so that a shift without end keeps its beginning, and its UID, for a month. */
function beginningFor(now: Instant): Instant {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 1, 1);
}

/** A stretch for each time that somebody comes on call for a layer. */
function eventsOf(onCall: OnCallSchedule, { now, person, overrides }: CalendarQuestion): readonly Event[] {
  const events: Event[] = [];
  let last = new Map<string, Event>();
  for (const { from, until, people } of onCall.calendar(beginningFor(now), now + yearMs, overrides)) {
    const current = new Map<string, Event>();
    for (const one of people) {
      if (person !== null && one.person !== person) continue;
      const key = `${one.layer ?? ''}/${one.person}`;
      const event = last.get(key) ?? { ...one, from, until };
      if (last.get(key) === undefined) events.push(event);
      event.until = until;
      current.set(key, event);
    }
    last = current;
  }
  return events.filter(({ until }) => until > now);
}

// A line break or another control character in a name could end a line of the file.
const clean = (text: string): string => text.replace(/\p{Cc}+/gu, ' ');

/** A value of RFC 5545, section 3.3.11. */
const textOf = (text: string): string => clean(text).replace(/[\\;,]/g, '\\$&');

const timeOf = (instant: Instant): string => new Date(instant).toISOString().replace(/[-:]|\.\d+/g, '');

const longestLine = 75;

/** Lines have 75 bytes at most; what is longer goes on after a line break and a space, never within a character. */
function folded(line: string): string {
  let text = '';
  let bytes = 0;
  for (const character of line) {
    const length = Buffer.byteLength(character);
    const full = bytes + length > longestLine;
    text += full ? `\r\n ${character}` : character;
    bytes = full ? 1 + length : bytes + length;
  }
  return text;
}

/**
 * The shifts from the running ones to a year from now as an iCalendar file, instants in UTC. The summary is the person's name, or the schedule's when one
 * person's shifts are asked for. A shift keeps its UID as long as it begins at the same instant for the same person and layer.
 */
export function onCallIcs(onCall: OnCallSchedule, question: CalendarQuestion): string {
  const { schedule } = onCall;
  const { nameOf, person, now } = question;
  const title = `On call: ${schedule.name ?? schedule.id}`;
  const events = eventsOf(onCall, question).flatMap((event) => {
    const uid = [schedule.id, event.layer ?? '', event.person, new Date(event.from).toISOString()].join('/');
    return [
      'BEGIN:VEVENT',
      `UID:${uid}@tocsin`,
      `DTSTAMP:${timeOf(now)}`,
      `DTSTART:${timeOf(event.from)}`,
      `DTEND:${timeOf(event.until)}`,
      `SUMMARY:${textOf(person === null ? nameOf(event.person) : title)}`,
      `DESCRIPTION:${textOf(why(event, schedule, nameOf))}`,
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
    ];
  });
  const head = ['VERSION:2.0', 'PRODID:-//Tocsin//On call//EN', 'CALSCALE:GREGORIAN', 'METHOD:PUBLISH', `X-WR-CALNAME:${textOf(title)}`];
  return ['BEGIN:VCALENDAR', ...head, ...events, 'END:VCALENDAR', ''].map(folded).join('\r\n');
}
