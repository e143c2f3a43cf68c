import fc from 'fast-check';
import { RRule } from 'rrule';
import { describe, expect, it } from 'vitest';
import { readIcs } from '../../shared/schema/ics-schedule.ts';

const now = Date.parse('2026-03-24T12:00Z');
const hourMs = 3600_000;
const dayMs = 24 * hourMs;
const horizon = now + 2 * 366 * dayMs;

const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
const weekday = fc.constantFrom(...weekdays);
const some = <T>(one: fc.Arbitrary<T>) => fc.uniqueArray(one, { minLength: 1, maxLength: 4 });
const counted = fc.tuple(fc.constantFrom(1, 2, 3, 4, 5, -1, -2, -5, 6, 20, -53), weekday).map(([count, day]) => `${String(count)}${day}`);
const monthDay = fc.oneof(fc.integer({ min: 1, max: 31 }), fc.integer({ min: -31, max: -1 }));
const part = (name: string, values: fc.Arbitrary<readonly unknown[]>) => values.map((list) => [`${name}=${list.join()}`]);
const maybe = (parts: fc.Arbitrary<string[]>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant<string[]>([]) }, { weight: 1, arbitrary: parts });

/** The parts of a rule, its end among them or not. */
const rules = fc
  .tuple(
    fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'),
    maybe(fc.constantFrom(2, 3, 5, 12).map((interval) => [`INTERVAL=${String(interval)}`])),
    fc.oneof(
      fc.constant<string[]>([]),
      part('BYDAY', some(weekday)),
      part('BYDAY', some(counted)),
      part('BYMONTHDAY', some(fc.integer({ min: 1, max: 28 }))),
      part('BYMONTHDAY', some(monthDay)),
    ),
    maybe(part('BYMONTH', some(fc.integer({ min: 1, max: 12 })))),
    maybe(weekday.map((day) => [`WKST=${day}`])),
    maybe(fc.constantFrom('COUNT=1', 'COUNT=5', 'COUNT=60', 'UNTIL=20260601T090000Z', 'UNTIL=20270401T000000Z').map((end) => [end])),
  )
  .map(([freq, ...parts]) => [`FREQ=${freq}`, ...parts.flat()].join(';'));

/** As an iCalendar file writes an instant. */
const stamp = (instant: number): string => new Date(instant).toISOString().replace(/[-:]|\.\d+/g, '');

/** When a rule takes place that begins with its first time at or after a day, by the other library; null: never within a year. */
function elsewhere(rule: string, day: number): { readonly start: number; readonly times: readonly number[] } | null {
  const dtstart = new Date(now + day * dayMs);
  const first = new RRule({ ...RRule.parseString(rule), dtstart, until: new Date(dtstart.getTime() + 366 * dayMs), count: 1 }).all()[0];
  if (first === undefined) return null;
  const all = new RRule({ ...RRule.parseString(rule), dtstart: first });
  const times = all.between(new Date(now - hourMs), new Date(horizon - 1)).map((date) => date.getTime());
  return { start: first.getTime(), times };
}

function here(rule: string, start: number): readonly number[] | 'refused' {
  const lines = ['BEGIN:VEVENT', 'UID:1', 'SUMMARY:Ana', `DTSTART:${stamp(start)}`, 'DURATION:PT1H', `RRULE:${rule}`, 'END:VEVENT'];
  const read = readIcs(['BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR', ''].join('\r\n'), { now, zone: 'UTC', peopleOf: (name) => [name] });
  if (read.ok) return read.shifts.map(({ from }) => from);
  expect(read.errors.map(({ code }) => code)).toEqual(['unsupported-rule']);
  return 'refused';
}

describe('the rule of an event in a calendar', () => {
  it('takes place when the library of another author says so, or is refused', { timeout: 60_000 }, () => {
    let understood = 0;
    fc.assert(
      fc.property(rules, fc.integer({ min: -1500, max: 300 }), (rule, day) => {
        const expected = elsewhere(rule, day);
        if (expected === null) return;
        const found = here(rule, expected.start);
        if (found === 'refused') return;
        understood += 1;
        expect(found.map(stamp)).toEqual(expected.times.map(stamp));
      }),
      { numRuns: 1000 },
    );
    expect(understood).toBeGreaterThan(500);
  });
});
