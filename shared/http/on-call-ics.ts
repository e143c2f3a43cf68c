import ICAL from 'ical.js';
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

const timeOf = (instant: Instant): ICAL.Time => ICAL.Time.fromJSDate(new Date(instant), true);

/**
 * The shifts from the running ones to a year from now as an iCalendar file, instants in UTC. The summary is the person's name, or the schedule's when one
 * person's shifts are asked for. A shift keeps its UID as long as it begins at the same instant for the same person and layer.
 */
export function onCallIcs(onCall: OnCallSchedule, question: CalendarQuestion): string {
  const { schedule } = onCall;
  const { nameOf, person, now } = question;
  const title = clean(`On call: ${schedule.name ?? schedule.id}`);
  const calendar = new ICAL.Component('vcalendar');
  calendar.addPropertyWithValue('version', '2.0');
  calendar.addPropertyWithValue('prodid', '-//Tocsin//On call//EN');
  calendar.addPropertyWithValue('calscale', 'GREGORIAN');
  calendar.addPropertyWithValue('method', 'PUBLISH');
  calendar.addPropertyWithValue('x-wr-calname', title);
  for (const event of eventsOf(onCall, question)) {
    const shown = new ICAL.Component('vevent');
    const uid = [schedule.id, event.layer ?? '', event.person, new Date(event.from).toISOString()].join('/');
    shown.addPropertyWithValue('uid', `${uid}@tocsin`);
    shown.addPropertyWithValue('dtstamp', timeOf(now));
    shown.addPropertyWithValue('dtstart', timeOf(event.from));
    shown.addPropertyWithValue('dtend', timeOf(event.until));
    shown.addPropertyWithValue('summary', person === null ? clean(nameOf(event.person)) : title);
    shown.addPropertyWithValue('description', clean(why(event, schedule, nameOf)));
    shown.addPropertyWithValue('transp', 'TRANSPARENT');
    calendar.addSubcomponent(shown);
  }
  return `${calendar.toString()}\r\n`;
}
