/**
 * Who is on call, found the slow way: the clocks of the zone are watched step by step, and what they have shown furthest is the place on the calendar.
 * That alone puts a handoff in a gap at the first instant after it, and one in an overlap at its first occurrence. Shares no code with the product; the
 * zones are another author's.
 */
import { Temporal } from 'temporal-polyfill';
import type { Layer, Override, Restriction, Rotation, Schedule } from '../shared/domain/on-call/schedule.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMinutes = 1440;

/** A look at the clocks. Readings are minutes after 1970-01-01T00:00 on the zone's own calendar. */
export interface Look {
  readonly instant: number;
  readonly furthest: number;
}

const readings = new Map<string, Map<number, number>>();

/** What the clocks of a zone show. */
function readingAt(instant: number, zone: string): number {
  let known = readings.get(zone);
  if (known === undefined || known.size > 20_000) readings.set(zone, (known = new Map<number, number>()));
  let reading = known.get(instant);
  if (reading === undefined) {
    const shown = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
    reading = instant / minuteMs + shown.offsetNanoseconds / 60e9;
    known.set(instant, reading);
  }
  return reading;
}

/** All instants from 2020 to 2040, or between those given, at which the zone moves its clocks. */
export function transitions(zone: string, from = '2020-01-01T00:00Z', until = '2041-01-01T00:00Z'): number[] {
  const end = Temporal.Instant.from(until).epochMilliseconds;
  const found: number[] = [];
  let there: Temporal.ZonedDateTime | null = Temporal.Instant.from(from).toZonedDateTimeISO(zone);
  while ((there = there.getTimeZoneTransition('next')) !== null && there.epochMilliseconds < end) found.push(there.epochMilliseconds);
  return found;
}

/** The minute of the day in the middle of what the clocks skip or show twice at a transition. */
export function middleOf(transition: number, zone: string): number {
  const last = readingAt(transition - minuteMs, zone) + 1;
  const next = readingAt(transition, zone);
  return Math.floor((last + next) / 2) % dayMinutes;
}

/** What is watched: every minute up to so many hours from `near` (three when nothing is said), every quarter of an hour else. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly near: number;
  readonly closelyHours?: number;
}

/** Watches the clocks of a zone. */
export function* watch(zone: string, { from, until, near, closelyHours = 3 }: Stretch): Generator<Look> {
  let furthest = -Infinity;
  // What the clocks showed before they were put back must be known at `from`.
  for (let instant = from - 30 * hourMs; instant < until;) {
    furthest = Math.max(furthest, readingAt(instant, zone));
    if (instant >= from) yield { instant, furthest };
    const step = Math.abs(instant - near) <= closelyHours * hourMs ? minuteMs : 15 * minuteMs;
    instant = Math.floor(instant / step + 1) * step;
  }
}

const dates = new Map<number, Temporal.PlainDate>();

/** The date `day` days after 1970-01-01. */
function dateOf(day: number): Temporal.PlainDate {
  let date = dates.get(day);
  if (date === undefined) dates.set(day, (date = new Temporal.PlainDate(1970, 1, 1).add({ days: day })));
  return date;
}

const mondayOf = (day: number): number => day - dateOf(day).dayOfWeek + 1;
const monthsBetween = (from: Temporal.PlainDate, to: Temporal.PlainDate): number => (to.year - from.year) * 12 + to.month - from.month;

function isHandoffDay(rotation: Exclude<Rotation, { kind: 'custom' }>, start: number, day: number): boolean {
  const date = dateOf(day);
  if (rotation.kind === 'daily') return (day - start) % rotation.every === 0;
  if (rotation.kind === 'weekly') {
    const weeks = (mondayOf(day) - mondayOf(start)) / 7;
    return weeks % rotation.every === 0 && rotation.days.some((weekday) => weekday === date.dayOfWeek);
  }
  if (monthsBetween(dateOf(start), date) % rotation.every !== 0) return false;
  return date.day === rotation.day || (date.day === date.daysInMonth && rotation.day > date.daysInMonth);
}

/** The handoffs of one rotation, found day after day; kept, because many walks ask for them. */
class Handoffs {
  readonly #rotation: Exclude<Rotation, { kind: 'custom' }>;
  readonly #start: number;
  readonly #readings: number[] = [];
  #day: number;

  constructor(rotation: Exclude<Rotation, { kind: 'custom' }>, start: number) {
    this.#rotation = rotation;
    this.#start = start;
    this.#day = start;
  }

  /** The reading of the handoff with this number; 0 is the first on or after the start's day. */
  reading(number: number): number {
    while (this.#readings.length <= number) {
      if (isHandoffDay(this.#rotation, this.#start, this.#day)) this.#readings.push(this.#day * dayMinutes + this.#rotation.at);
      this.#day += 1;
    }
    return this.#readings[number] ?? Infinity;
  }
}

const handoffs = new WeakMap<Rotation, Map<number, Handoffs>>();

function handoffsOf(rotation: Exclude<Rotation, { kind: 'custom' }>, start: number): Handoffs {
  const byStart = handoffs.get(rotation) ?? new Map<number, Handoffs>();
  handoffs.set(rotation, byStart);
  const found = byStart.get(start) ?? new Handoffs(rotation, start);
  byStart.set(start, found);
  return found;
}

const beginnings = new Map<string, number>();

/** The first minute at which the clocks have shown a reading, watched for from a day before any zone can show it. */
function firstShown(reading: number, zone: string): number {
  const key = `${zone} ${String(reading)}`;
  let instant = beginnings.get(key);
  if (instant === undefined) {
    instant = reading * minuteMs - 26 * hourMs;
    while (readingAt(instant, zone) < reading) instant += minuteMs;
    beginnings.set(key, instant);
  }
  return instant;
}

function holds(restriction: Restriction, reading: number): boolean {
  const day = Math.floor(reading / dayMinutes);
  const minute = reading - day * dayMinutes;
  const { days, from, to } = restriction;
  const begins = (on: number): boolean => days === null || days.some((weekday) => weekday === dateOf(on).dayOfWeek);
  if (from < to) return begins(day) && from <= minute && minute < to;
  return (begins(day) && minute >= from) || (begins(day - 1) && minute < to);
}

/** One layer, followed forward look by look. */
class WatchedLayer {
  readonly layer: Layer;
  readonly #zone: string;
  readonly #begin: number;
  #lastLook: Look | null = null;
  #begun = false;
  #turn = 0;
  #nextHandoff = 0;
  #customEnd = 0;

  constructor(layer: Layer, zone: string) {
    this.layer = layer;
    this.#zone = zone;
    this.#begin = layer.start.day * dayMinutes + layer.start.at;
  }

  /** The person, or null before the start and outside the hours. */
  see(look: Look): string | null {
    if (!this.#begun && look.furthest >= this.#begin) this.#start(look);
    else if (this.#begun) this.#follow(look, true);
    this.#lastLook = look;
    const { people, restrictions } = this.layer;
    if (!this.#begun || (restrictions.length > 0 && !restrictions.some((one) => holds(one, look.furthest)))) return null;
    return people[this.#turn] ?? null;
  }

  #start(look: Look): void {
    this.#begun = true;
    const { rotation, start } = this.layer;
    if (rotation.kind === 'custom') {
      this.#customEnd = firstShown(this.#begin, this.#zone) + rotation.length * 1000;
    } else {
      const days = handoffsOf(rotation, start.day);
      while (days.reading(this.#nextHandoff) <= this.#begin) this.#nextHandoff += 1;
    }
    // When the start itself was seen, a handoff at the same instant is its own.
    this.#follow(look, this.#lastLook === null);
  }

  #follow(look: Look, counts: boolean): void {
    const { people, rotation, start } = this.layer;
    const pass = (): void => {
      if (counts) this.#turn = this.#turn + 1 === people.length ? 0 : this.#turn + 1;
    };
    if (rotation.kind === 'custom') {
      while (this.#customEnd <= look.instant) {
        this.#customEnd += rotation.length * 1000;
        pass();
      }
      return;
    }
    const days = handoffsOf(rotation, start.day);
    while (days.reading(this.#nextHandoff) <= look.furthest) {
      this.#nextHandoff += 1;
      pass();
    }
  }
}

interface Seen {
  readonly person: string;
  readonly layer: string | null;
}

function changed(people: Seen[], { change, person, instead }: Override): Seen[] {
  const there = people.some((one) => one.person === person);
  if (change === 'remove') return people.filter((one) => one.person !== person);
  if (change === 'add') return there ? people : [...people, { person, layer: null }];
  if (instead === null) return [{ person, layer: people[0]?.layer ?? null }];
  if (!people.some((one) => one.person === instead)) return people;
  const result: Seen[] = [];
  for (const one of people) {
    if (one.person === instead) result.push({ person, layer: one.layer });
    else if (one.person !== person) result.push(one);
  }
  return result;
}

/** A schedule, followed forward look by look. */
export class WatchedSchedule {
  readonly #schedule: Schedule;
  readonly #overrides: readonly Override[];
  readonly #layers: readonly WatchedLayer[];

  constructor(schedule: Schedule, overrides: readonly Override[] = []) {
    this.#schedule = schedule;
    this.#overrides = overrides;
    this.#layers = schedule.layers.map((layer) => new WatchedLayer(layer, schedule.zone));
  }

  /** `person@layer` of everybody on call, in order. */
  see(look: Look): string {
    let people: Seen[] = [];
    let active = 0;
    for (const watched of this.#layers) {
      const person = watched.see(look);
      if (person === null) continue;
      active += 1;
      if (this.#schedule.active === 'first' && active > 1) continue;
      if (!people.some((one) => one.person === person)) people.push({ person, layer: watched.layer.id });
    }
    for (const override of this.#overrides) {
      if (look.instant >= override.from && look.instant < override.until) people = changed(people, override);
    }
    return people.map(({ person, layer }) => `${person}@${layer ?? ''}`).join(' ');
  }
}
