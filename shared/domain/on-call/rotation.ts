import type { Instant } from '../time.ts';
import type { DayNumber, Layer, Rotation, TimeOfDay, Weekday } from './schedule.ts';
import type { ZoneOffsets } from './zone-offsets.ts';

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

/** The day that clocks of a zone show. */
export const localDay = (instant: Instant, zone: ZoneOffsets): DayNumber => Math.floor((instant + zone.at(instant)) / dayMs);

/** The instant of a local day and time; see `ZoneOffsets.instantOf` for times that come twice or never. */
export const instantOfLocal = (day: DayNumber, at: TimeOfDay, zone: ZoneOffsets): Instant => zone.instantOf(day * dayMs + at * minuteMs);

/** 1970-01-01 was a Thursday. */
export function weekdayOf(day: DayNumber): Weekday {
  const weekday = ((((day + 3) % 7) + 7) % 7) + 1;
  // The remainder of 7 is one of these seven.
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
  return weekday as Weekday;
}

// Years begin in March here, so that the leap day is the last of its year; a calendar library takes longer over this than all the rest takes.
const daysToMarch = 719_468;
const cycleDays = 146_097;

/** The month of a day, counted from January of year 0. */
function monthOf(day: DayNumber): number {
  const cycle = Math.floor((day + daysToMarch) / cycleDays);
  const inCycle = day + daysToMarch - cycle * cycleDays;
  const leapDays = Math.floor(inCycle / 1460) - Math.floor(inCycle / 36_524) + Math.floor(inCycle / 146_096);
  const year = Math.floor((inCycle - leapDays) / 365);
  const inYear = inCycle - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  return (cycle * 400 + year) * 12 + Math.floor((5 * inYear + 2) / 153) + 2;
}

function firstOfMonth(month: number): DayNumber {
  const year = Math.floor((month - 2) / 12);
  const leapDays = Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
  return year * 365 + leapDays + Math.floor((153 * (month - 2 - year * 12) + 2) / 5) - daysToMarch;
}

/** A day of a month; its last where the month is shorter. */
const dayOfMonth = (month: number, day: number): DayNumber => Math.min(firstOfMonth(month) + day, firstOfMonth(month + 1)) - 1;

/**
 * The possible handoffs of a rotation, numbered along the calendar in both directions without end, from the layer's start. A number stands for one
 * day, so that any handoff is found in constant time.
 */
interface Handoffs {
  readonly dayOf: (number: number) => DayNumber;
  /** The number of the last handoff whose day is at or before this one. */
  readonly lastUpTo: (day: DayNumber) => number;
  readonly at: TimeOfDay;
}

function handoffsOf(rotation: Exclude<Rotation, { kind: 'custom' }>, start: DayNumber): Handoffs {
  const { every, at } = rotation;
  switch (rotation.kind) {
    case 'daily':
      return { at, dayOf: (number) => start + number * every, lastUpTo: (day) => Math.floor((day - start) / every) };
    case 'weekly': {
      const { days } = rotation;
      const monday = start - weekdayOf(start) + 1;
      const dayOf = (number: number): DayNumber => {
        const round = Math.floor(number / days.length);
        return monday + round * 7 * every + (days[number - round * days.length] ?? 1) - 1;
      };
      const lastUpTo = (day: DayNumber): number => {
        const round = Math.floor((day - monday) / (7 * every));
        const passed = days.filter((weekday) => monday + round * 7 * every + weekday - 1 <= day).length;
        return round * days.length + passed - 1;
      };
      return { at, dayOf, lastUpTo };
    }
    case 'monthly': {
      const first = monthOf(start);
      const dayOf = (number: number): DayNumber => dayOfMonth(first + number * every, rotation.day);
      const lastUpTo = (day: DayNumber): number => {
        const number = Math.floor((monthOf(day) - first) / every);
        return dayOf(number) <= day ? number : number - 1;
      };
      return { at, dayOf, lastUpTo };
    }
    default:
      return rotation satisfies never;
  }
}

/** A turn of a layer: whose, from when until when (not included). */
export interface Turn {
  /** Counted from the start: 0 is the first. */
  readonly number: number;
  /** Place in the list of people. */
  readonly index: number;
  readonly person: string;
  readonly from: Instant;
  readonly until: Instant;
}

/** The turns of one layer. Constant time for any instant, whatever the years since the start. */
export interface Turns {
  /** When the first turn begins. */
  readonly start: Instant;
  /** Null before the start. */
  at(instant: Instant): Turn | null;
}

/** Understands a layer in the zone of its schedule. */
export function turnsOf(layer: Layer, zone: ZoneOffsets): Turns {
  const { people, rotation } = layer;
  const start = instantOfLocal(layer.start.day, layer.start.at, zone);
  const turn = (number: number, from: Instant, until: Instant): Turn => {
    const index = number % people.length;
    return { number, index, person: people[index] ?? '', from, until };
  };
  if (rotation.kind === 'custom') {
    const length = rotation.length * 1000;
    const find = (instant: Instant): Turn => {
      const number = Math.floor((instant - start) / length);
      return turn(number, start + number * length, start + (number + 1) * length);
    };
    return { start, at: remembering(start, find) };
  }
  const handoffs = handoffsOf(rotation, layer.start.day);
  const instantOf = (number: number): Instant => instantOfLocal(handoffs.dayOf(number), handoffs.at, zone);
  /** The last handoff at or before the instant. Near a change of the clocks the day shown may be one off. */
  const lastAt = (instant: Instant): number => {
    let number = handoffs.lastUpTo(localDay(instant, zone));
    while (instantOf(number) > instant) number -= 1;
    while (instantOf(number + 1) <= instant) number += 1;
    return number;
  };
  const first = lastAt(start);
  const find = (instant: Instant): Turn => {
    const last = lastAt(instant);
    return turn(last - first, Math.max(start, instantOf(last)), instantOf(last + 1));
  };
  return { start, at: remembering(start, find) };
}

/** Those who ask for one instant of a turn mostly ask for others of it. */
function remembering(start: Instant, find: (instant: Instant) => Turn): (instant: Instant) => Turn | null {
  let known: Turn | null = null;
  return (instant) => {
    if (instant < start) return null;
    if (known === null || instant < known.from || instant >= known.until) known = find(instant);
    return known;
  };
}
