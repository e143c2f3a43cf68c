import ICAL from 'ical.js';
import { ZoneOffsets } from '../domain/on-call/zone-offsets.ts';
import type { Instant } from '../domain/time.ts';
import { isIanaZone } from './iana-zone.ts';
import { ruleRefusal, wallOf, type Wall, type Window } from './ics-recurrence.ts';
import type { EventLines } from './ics-lines.ts';
import { ruleTextRefusal } from './ics-rule-text.ts';
import { isIcsTime } from './ics-time.ts';

/** Zones by name, each read once. */
type Zones = (name: string) => ZoneOffsets | null;

const mostZones = 20;

/** The zones of the IANA database, 20 of them. Names with a vendor's prefix, `/vendor/Europe/Berlin`, are understood. */
export function ianaZones(): Zones {
  const known = new Map<string, ZoneOffsets>();
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const parts = name.split('/').filter((part) => part !== '');
    const endings = parts.length > 8 ? [] : [3, 2, 1].map((count) => parts.slice(-count).join('/'));
    const valid = endings.find((one) => one.length <= 64 && isIanaZone(one));
    if (valid === undefined) return null;
    if (known.size >= mostZones) throw new Refused('too-many-zones', `There may be at most ${mostZones} zones.`);
    const zone = new ZoneOffsets(valid);
    known.set(name, zone);
    return zone;
  };
}

/** A reading of the clocks in a zone. */
interface Reading {
  readonly wall: Wall;
  readonly zone: ZoneOffsets;
  readonly wholeDay: boolean;
}

/** How long it takes: first on the calendar, then in real time, milliseconds. */
interface Length {
  readonly calendar: number;
  readonly elapsed: number;
}

export interface IcsEvent {
  readonly uid: string;
  readonly summary: string;
  /** E-mail addresses; those who have declined, and rooms, are left out. */
  readonly attendees: readonly string[];
  readonly start: Reading;
  readonly length: Length;
  readonly rule: ICAL.Recur | null;
  /** Inclusive, on the start's clocks; null: no end. */
  readonly ruleUntil: Wall | null;
  readonly except: ReadonlySet<Instant>;
  /** The occurrence of the same uid that it stands for. */
  readonly replaces: Instant | null;
  readonly cancelled: boolean;
}

export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: string;

  constructor(code: string, detail: string) {
    super(detail);
    this.code = code;
  }
}

const dayMs = 86_400_000;
const longest = 366 * dayMs;
const longestSummary = 255;

/** The end of an occurrence: days on the calendar, so that a week from nine to nine stays one when clocks move. */
export const endOf = (wall: Wall, { start, length }: IcsEvent): Instant => start.zone.instantOf(wall + length.calendar) + length.elapsed;

/** What all events of a file are read with. */
export interface Reader {
  readonly zones: Zones;
  /** For times without a zone. */
  readonly floating: ZoneOffsets;
  readonly utc: ZoneOffsets;
  /** Zones are not read elsewhere: files can name any year. */
  readonly window: Window;
}

/** Right within the window; else the zone's offset at its near end is taken, which is enough to see that it lies outside. */
function instantNear({ wall, zone }: Reading, { window: { from, until } }: Reader): Instant {
  if (wall >= from && wall <= until) return zone.instantOf(wall);
  return wall - zone.at(wall < from ? from : until);
}

function readingOf(time: unknown, property: ICAL.Property, { zones, floating, utc }: Reader): Reading {
  if (!(time instanceof ICAL.Time)) throw new Refused('invalid-time', 'A time cannot be read.');
  const wall = wallOf(time);
  if (!Number.isFinite(wall)) throw new Refused('invalid-time', 'A time cannot be read.');
  if (time.isDate) return { wall: Math.floor(wall / dayMs) * dayMs, zone: floating, wholeDay: true };
  if (time.zone === ICAL.Timezone.utcTimezone) return { wall, zone: utc, wholeDay: false };
  const name: unknown = property.getParameter('tzid');
  const zone = typeof name === 'string' ? zones(name) : floating;
  if (zone === null) throw new Refused('unknown-zone', 'A time is in a zone that is not one of the IANA database, such as Europe/Berlin.');
  return { wall, zone, wholeDay: false };
}

function readOne(name: string, component: ICAL.Component, reader: Reader): Reading | null {
  const property = component.getFirstProperty(name);
  return property === null ? null : readingOf(property.getFirstValue(), property, reader);
}

const readAll = (name: string, component: ICAL.Component, reader: Reader): readonly Reading[] =>
  component.getAllProperties(name).flatMap((property) => property.getValues().map((value: unknown) => readingOf(value, property, reader)));

function lengthOf(start: Reading, component: ICAL.Component, reader: Reader): Length {
  const end = readOne('dtend', component, reader);
  if (end !== null) {
    return end.zone === start.zone
      ? { calendar: end.wall - start.wall, elapsed: 0 }
      : { calendar: 0, elapsed: instantNear(end, reader) - instantNear(start, reader) };
  }
  const duration: unknown = component.getFirstPropertyValue('duration');
  if (duration instanceof ICAL.Duration) {
    const { weeks, days, hours, minutes, seconds, isNegative } = duration;
    const sign = isNegative ? -1 : 1;
    return { calendar: sign * (weeks * 7 + days) * dayMs, elapsed: sign * ((hours * 60 + minutes) * 60 + seconds) * 1000 };
  }
  if (start.wholeDay) return { calendar: dayMs, elapsed: 0 };
  throw new Refused('no-end', 'It has neither an end nor a duration.');
}

function checkedLength(start: Reading, component: ICAL.Component, reader: Reader): Length {
  const length = lengthOf(start, component, reader);
  const total = length.calendar + length.elapsed;
  if (!(total > 0)) throw new Refused('ends-before-start', 'It does not end after it starts.');
  if (total > longest) throw new Refused('too-long', 'It lasts longer than 366 days.');
  return length;
}

function ruleOf(component: ICAL.Component, start: Reading, lines: EventLines['lines']): ICAL.Recur | null {
  const [property, more] = component.getAllProperties('rrule');
  if (more !== undefined || component.hasProperty('exrule') || component.hasProperty('rdate')) {
    throw new Refused('unsupported-rule', 'Several rules, EXRULE and RDATE are not understood.');
  }
  if (property === undefined) return null;
  const rule: unknown = property.getFirstValue();
  if (!(rule instanceof ICAL.Recur)) throw new Refused('unsupported-rule', 'Its rule cannot be read.');
  const written = lines.find((line) => /^RRULE[;:]/i.test(line)) ?? '';
  const refusal = ruleTextRefusal(written) ?? ruleRefusal(rule, start.wall);
  if (refusal !== null) throw new Refused('unsupported-rule', refusal);
  return rule;
}

/** UTC is turned into what the clocks of the start's zone show then; a day lasts to its end. */
function ruleUntil(rule: ICAL.Recur | null, zone: ZoneOffsets, { window }: Reader): Wall | null {
  const until: ICAL.Time | null = rule?.until ?? null;
  if (until === null) return null;
  const wall = wallOf(until);
  if (!Number.isFinite(wall)) throw new Refused('invalid-time', 'A time cannot be read.');
  if (until.isDate) return wall + dayMs - 1;
  return until.zone === ICAL.Timezone.utcTimezone ? wall + zone.at(Math.min(Math.max(wall, window.from), window.until)) : wall;
}

function summaryOf(component: ICAL.Component, attendees: readonly string[]): string {
  const summary = textOf(component, 'summary');
  if ((summary !== '' || attendees.length > 0) && summary.length <= longestSummary) return summary;
  throw new Refused('no-summary', `Its summary must say who is on call, in at most ${longestSummary} characters.`);
}

/** RFC 5545, section 3.8.4.1. */
const attendeesOf = (component: ICAL.Component): readonly string[] =>
  component.getAllProperties('attendee').flatMap((property) => {
    const [value, state, kind] = [property.getFirstValue(), property.getParameter('partstat'), property.getParameter('cutype')];
    const address = typeof value === 'string' ? /^mailto:(.+)$/i.exec(value.trim())?.[1] : undefined;
    const absent = state === 'DECLINED' || kind === 'ROOM' || kind === 'RESOURCE';
    return address === undefined || absent ? [] : [address];
  });

function replacedBy(component: ICAL.Component, reader: Reader): Instant | null {
  const replaced = component.getFirstProperty('recurrence-id');
  if (replaced === null) return null;
  const range: unknown = replaced.getParameter('range');
  if (range !== undefined) throw new Refused('unsupported-rule', 'Changes of all later occurrences are not understood.');
  return instantNear(readingOf(replaced.getFirstValue(), replaced, reader), reader);
}

const textOf = (component: ICAL.Component, name: string): string => {
  const value: unknown = component.getFirstPropertyValue(name);
  return typeof value === 'string' ? value.trim() : '';
};

const timeLine = /^(?:DTSTART|DTEND|EXDATE|RECURRENCE-ID)(?:"[^"]*"|[^":])*:(.*)$/i;

function checkTimes(lines: EventLines['lines']): void {
  const times = lines.flatMap((line) => timeLine.exec(line)?.[1]?.split(',') ?? []);
  if (!times.every((time) => isIcsTime(time.trim()))) throw new Refused('invalid-time', 'A time cannot be read.');
}

/** Throws `Refused`, or whatever the library throws at text that it cannot read. */
export function readEvent({ lines }: EventLines, reader: Reader): IcsEvent {
  checkTimes(lines);
  const parsed: unknown = ICAL.parse(['BEGIN:VEVENT', ...lines, 'END:VEVENT'].join('\r\n'));
  if (!Array.isArray(parsed)) throw new Refused('invalid-event', 'It cannot be read.');
  const component = new ICAL.Component(parsed);
  const start = readOne('dtstart', component, reader);
  if (start === null) throw new Refused('no-start', 'It has no start.');
  const rule = ruleOf(component, start, lines);
  const attendees = attendeesOf(component);
  return {
    uid: textOf(component, 'uid'),
    summary: summaryOf(component, attendees),
    attendees,
    start,
    length: checkedLength(start, component, reader),
    rule,
    ruleUntil: ruleUntil(rule, start.zone, reader),
    except: new Set(readAll('exdate', component, reader).map((reading) => instantNear(reading, reader))),
    replaces: replacedBy(component, reader),
    cancelled: textOf(component, 'status').toUpperCase() === 'CANCELLED',
  };
}
