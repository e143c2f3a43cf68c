import ICAL from 'ical.js';

/** What clocks on a wall show: milliseconds, as if it were UTC. */
export type Wall = number;

const dayMs = 86_400_000;
const mostInterval = 400;
const mostDays = 31;
/** Every month has these. */
const dayOfAllMonths = 28;
/** As a date has it, from 0. */
const february = 1;

/** The steps that may be taken for all rules of a calendar together. */
export interface Budget {
  left: number;
}

/** Leaves the library when its steps are used up; never goes further than `occurrences`. */
class OutOfSteps extends Error {
  override readonly name = 'OutOfSteps';
}

export function wallOf(time: ICAL.Time): Wall {
  const { year, month, day, hour, minute, second } = time;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

// Without a zone: the library would follow the file's own rules for one, however they run.
function timeOf(wall: Wall): ICAL.Time {
  const date = new Date(wall);
  return ICAL.Time.fromData({
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    isDate: false,
  });
}

const stepCost: Readonly<Partial<Record<string, number>>> = { DAILY: 1, WEEKLY: 1, MONTHLY: 5, YEARLY: 2 };

/** The sixth Monday, or one further: no month has it. */
const beyondFifth = /[6-9]|[0-9]{2}/;

const numbersOf = (part: unknown): readonly number[] => (part === undefined ? [] : [part].flat().map(Number));

const isIn = (months: readonly number[], start: Wall): boolean => months.includes(new Date(start).getUTCMonth() + 1);

function weeklyRefusal(days: readonly number[], months: readonly number[], start: Wall): string | null {
  if (days.length > 0) return 'A weekly rule has no BYMONTHDAY.';
  return months.length === 0 || isIn(months, start) ? null : 'A weekly rule with BYMONTH begins in one of these months.';
}

function yearlyRefusal(days: readonly number[], months: readonly number[], start: Wall): string | null {
  if (days.length > 0) {
    const inAllMonths = days.every((day) => day >= 1 && day <= dayOfAllMonths);
    return months.length > 0 && inAllMonths ? null : 'Of a yearly rule BYMONTHDAY is understood with BYMONTH, and from 1 to 28.';
  }
  const date = new Date(start);
  const mayBeMissing = date.getUTCDate() > dayOfAllMonths && (months.length > 0 || date.getUTCMonth() === february);
  return mayBeMissing ? 'A yearly rule for a day that may not be there is not understood.' : null;
}

/**
 * Why a rule cannot be left to the library, which reads it otherwise than RFC 5545, section 3.3.10: it never finds days counted from the end of a month
 * when the rule is daily, forgets the interval between months that are named, goes from whatever month to the second of them, has weekly rules begin
 * outside of them, takes the twentieth Monday of a year for every Monday, and moves a day that a month does not have into the next in yearly rules.
 */
function misreadRefusal(rule: ICAL.Recur, parts: Readonly<Record<string, unknown>>, start: Wall): string | null {
  const [days, months] = [numbersOf(parts['BYMONTHDAY']), numbersOf(parts['BYMONTH'])];
  if ([parts['BYDAY']].flat().some((day) => beyondFifth.test(String(day)))) return 'Days of the week are counted up to the fifth.';
  switch (rule.freq) {
    case 'DAILY':
      return days.some((day) => day < 0) ? 'A daily rule with days from the end of the month is not understood.' : null;
    case 'WEEKLY':
      return weeklyRefusal(days, months, start);
    case 'MONTHLY':
      return months.length === 0 || (months.length === 1 && rule.interval === 1 && isIn(months, start))
        ? null
        : 'Of a monthly rule BYMONTH is understood without INTERVAL, and when it is the one month in which it begins.';
    default:
      return parts['BYDAY'] === undefined ? yearlyRefusal(days, months, start) : null;
  }
}

/** Why a rule that is understood as it is written is not followed all the same, as a sentence; null: it is. `start`: of the event. */
export function ruleRefusal(rule: ICAL.Recur, start: Wall): string | null {
  if (stepCost[rule.freq] === undefined) return 'It repeats more often than daily.';
  const parts: Readonly<Record<string, unknown>> = { ...rule.parts };
  if (parts['BYDAY'] !== undefined && parts['BYMONTHDAY'] !== undefined) return 'BYDAY and BYMONTHDAY together are not understood.';
  const tooLong = Object.values(parts).some((list) => Array.isArray(list) && list.length > mostDays);
  if (rule.interval > mostInterval || tooLong) return `Its interval is longer than ${mostInterval}, or its lists longer than ${mostDays}.`;
  return misreadRefusal(rule, parts, start);
}

/** Bounds, the second included. */
export interface Window {
  readonly from: Wall;
  readonly until: Wall;
}

/** A rule without a count need not be followed from its beginning: moves the start by whole periods to shortly before the window; what it says of the window is the same. */
function nearer(rule: ICAL.Recur, start: Wall, from: Wall): Wall {
  const days = rule.freq === 'DAILY' ? rule.interval : rule.freq === 'WEEKLY' ? 7 * rule.interval : 0;
  if (days === 0 || rule.count !== null || start >= from) return start;
  return start + Math.floor((from - start) / (days * dayMs)) * days * dayMs;
}

/**
 * When a rule that is not refused takes place within the window, and perhaps once before it. Null when that takes more steps than are left. Total: what
 * the library makes of a senseless rule is that it never takes place.
 */
export function occurrences(rule: ICAL.Recur, start: Wall, window: Window, budget: Budget): readonly Wall[] | null {
  const found: Wall[] = [];
  const cost = stepCost[rule.freq] ?? 1;
  const last = timeOf(window.until);
  rule.until = last;
  try {
    const iterator = rule.iterator(timeOf(nearer(rule, start, window.from)));
    // Rules that never take place would be followed for ever.
    const holds = iterator.check_contracting_rules.bind(iterator);
    iterator.check_contracting_rules = () => {
      budget.left -= cost;
      if (budget.left < 0 || iterator.last.year > last.year) throw new OutOfSteps();
      return holds();
    };
    // The library declares that there is always another one.
    const following = (): ICAL.Time | null => iterator.next();
    for (let next = following(); next !== null; next = following()) {
      const wall = wallOf(next);
      if (wall > window.until) return found;
      if (wall >= window.from) found.push(wall);
    }
    return found;
  } catch {
    return budget.left < 0 ? null : found;
  }
}
