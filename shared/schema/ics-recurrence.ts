import ICAL from 'ical.js';

/** What clocks on a wall show: milliseconds, as if it were UTC. */
export type Wall = number;

const dayMs = 86_400_000;
const mostInterval = 400;
const mostDays = 31;

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
const partsKnown = ['BYDAY', 'BYMONTHDAY', 'BYMONTH'];

/** Why a rule is not followed, as a sentence; null: it is. */
export function ruleRefusal(rule: ICAL.Recur): string | null {
  if (stepCost[rule.freq] === undefined) return 'It repeats more often than daily.';
  const parts: Readonly<Record<string, unknown>> = { ...rule.parts };
  if (Object.keys(parts).some((name) => !partsKnown.includes(name))) {
    return `Of the parts of a rule only ${partsKnown.join(', ')}, COUNT, INTERVAL, UNTIL and WKST are understood.`;
  }
  if (parts['BYDAY'] !== undefined && parts['BYMONTHDAY'] !== undefined) return 'BYDAY and BYMONTHDAY together are not understood.';
  const tooLong = Object.values(parts).some((list) => Array.isArray(list) && list.length > mostDays);
  return rule.interval > mostInterval || tooLong
    ? `Its interval is longer than ${mostInterval}, or its lists longer than ${mostDays}.`
    : null;
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
