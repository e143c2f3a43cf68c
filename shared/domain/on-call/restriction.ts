import type { Instant } from '../time.ts';
import { instantOfLocal, localDay, weekdayOf } from './rotation.ts';
import type { DayNumber, Restriction } from './schedule.ts';
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

/** Weekdays come again within a week; the rest is for days that were skipped. */
const daysAhead = 16;

/** When the restrictions next begin or stop to hold, strictly after an instant; null: never. */
export function nextHoursBound(restrictions: readonly Restriction[], instant: Instant, zone: ZoneOffsets): Instant | null {
  const today = localDay(instant, zone);
  let next: Instant | null = null;
  for (const restriction of restrictions) {
    for (let day = today - daysBack; day <= today + daysAhead; day += 1) {
      const hours = hoursOf(restriction, day, zone);
      const bound = hours === null ? null : hours.from > instant ? hours.from : hours.until > instant ? hours.until : null;
      if (bound === null) continue;
      if (next === null || bound < next) next = bound;
      break;
    }
  }
  return next;
}
