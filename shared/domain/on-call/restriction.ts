import type { Instant } from '../time.ts';
import { instantOfLocal, localDay, weekdayOf } from './rotation.ts';
import type { DayNumber, Restriction, TimeOfDay } from './schedule.ts';
import type { ZoneOffsets } from './zone-offsets.ts';

/** A stretch of time, the end not included. */
export interface Stretch {
  readonly from: Instant;
  readonly until: Instant;
}

/** The hours of a restriction that begin on a day; null when it does not hold on that day, or clocks were put forward over all of it. */
function hoursOf({ days, from, to }: Restriction, day: DayNumber, zone: ZoneOffsets): Stretch | null {
  if (days !== null && !days.includes(weekdayOf(day))) return null;
  const overMidnight = to <= from;
  const stretch = { from: instantOfLocal(day, from, zone), until: instantOfLocal(overMidnight ? day + 1 : day, to, zone) };
  return stretch.until > stretch.from ? stretch : null;
}

/** Hours last a day at most, and clocks move by a day at most. */
const daysBack = 2;

/** The hours that hold at an instant; null: none of the restrictions does. */
export function hoursAt(restrictions: readonly Restriction[], instant: Instant, zone: ZoneOffsets): Stretch | null {
  const today = localDay(instant, zone);
  for (const restriction of restrictions) {
    for (let day = today - daysBack; day <= today + 1; day += 1) {
      const hours = hoursOf(restriction, day, zone);
      if (hours !== null && hours.from <= instant && instant < hours.until) return hours;
    }
  }
  return null;
}

const dayMinutes = 1440;
const weekMinutes = 7 * dayMinutes;
/** Weekdays come again within a week; the rest is for days that were skipped. */
const daysAhead = 16;

/** The minutes of a day at which the hours begin or stop to hold together, for Monday, Tuesday … */
export type HoursBounds = readonly (readonly TimeOfDay[])[];

/** Where one of the restrictions takes over from another nothing changes, so that many of them cost no more than few. */
export function hoursBounds(restrictions: readonly Restriction[]): HoursBounds {
  const held = new Uint8Array(weekMinutes);
  for (const { days, from, to } of restrictions) {
    for (const weekday of days ?? [1, 2, 3, 4, 5, 6, 7]) {
      const begin = (weekday - 1) * dayMinutes + from;
      const length = to > from ? to - from : to + dayMinutes - from;
      for (let minute = begin; minute < begin + length; minute += 1) held[minute % weekMinutes] = 1;
    }
  }
  const changes = (minute: number): boolean => held[minute] !== held[(minute + weekMinutes - 1) % weekMinutes];
  const minutes = Array.from({ length: dayMinutes }, (_, minute) => minute);
  return Array.from({ length: 7 }, (_, weekday) => minutes.filter((minute) => changes(weekday * dayMinutes + minute)));
}

/** When the hours next begin or stop to hold, strictly after an instant; null: never. */
export function nextHoursBound(bounds: HoursBounds, instant: Instant, zone: ZoneOffsets): Instant | null {
  const today = localDay(instant, zone);
  for (let day = today - daysBack; day <= today + daysAhead; day += 1) {
    for (const minute of bounds[weekdayOf(day) - 1] ?? []) {
      // What clocks show later never comes earlier, so the first is the next.
      const bound = instantOfLocal(day, minute, zone);
      if (bound > instant) return bound;
    }
  }
  return null;
}
