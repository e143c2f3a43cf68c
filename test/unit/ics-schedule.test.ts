import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { readIcs } from '../../shared/schema/ics-schedule.ts';

const now = Date.parse('2026-03-24T12:00Z');
const file = (...events: readonly string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', ...events.map((event) => `BEGIN:VEVENT\r\n${event}\r\nEND:VEVENT`), 'END:VCALENDAR', ''].join('\r\n');
const event = (...lines: readonly string[]): string => ['UID:1', 'SUMMARY:Ana', ...lines].join('\r\n');
const berlin = (name: string, local: string): string => `${name};TZID=Europe/Berlin:${local}`;
const week = [berlin('DTSTART', '20260323T090000'), berlin('DTEND', '20260330T090000')];
const thirtyFirst = ['DTSTART:20260331T090000Z', 'DURATION:PT1H'];

/** Everybody is known, by whatever the summary says. */
const read = (text: string, zone = 'UTC') => readIcs(text, { now, zone, peopleOf: (summary) => [summary] });

/** `2026-03-23T08:00 2026-03-30T07:00 Ana` of the first shifts. */
function shifts(text: string, most = 4): readonly string[] {
  const found = read(text, 'America/New_York');
  if (!found.ok) return found.errors.map(({ event: number, code }) => `${String(number)} ${code}`);
  const short = (instant: number) => new Date(instant).toISOString().slice(0, 16);
  return found.shifts.slice(0, most).map(({ from, until, person }) => `${short(from)} ${short(until)} ${person}`);
}

describe('an iCalendar file as a schedule', () => {
  it('is read in the zone of its events, UTC, or where none is named that of the schedule', () => {
    expect(shifts(file(event(...week)))).toEqual(['2026-03-23T08:00 2026-03-30T07:00 Ana']);
    expect(shifts(file(event('DTSTART:20260324T090000Z', 'DTEND:20260325T090000Z')))).toEqual(['2026-03-24T09:00 2026-03-25T09:00 Ana']);
    expect(shifts(file(event('DTSTART:20260324T090000', 'DURATION:P1DT2H')))).toEqual(['2026-03-24T13:00 2026-03-25T15:00 Ana']);
    expect(shifts(file(event('DTSTART;VALUE=DATE:20260324')))).toEqual(['2026-03-24T04:00 2026-03-25T04:00 Ana']);
    expect(shifts(file(event('DTSTART;TZID=/vendor/Europe/Berlin:20260324T090000', 'DURATION:PT1H30M', 'DTSTAMP:x')))).toEqual([]);
    expect(shifts(file(event('DTSTART;TZID=/vendor/Europe/Berlin:20260324T130000', 'DURATION:PT1H30M')))).toEqual([
      '2026-03-24T12:00 2026-03-24T13:30 Ana',
    ]);
    expect(shifts(file(event('DTSTART;TZID=Etc/GMT+2:20260324T130000', 'DURATION:PT1H')))).toEqual([
      '2026-03-24T15:00 2026-03-24T16:00 Ana',
    ]);
  });

  it('repeats at the same time of the day when clocks change, without a gap between one week and the next', () => {
    const read = [...week, 'RRULE:FREQ=WEEKLY'];
    expect(shifts(file(event(...read)), 3)).toEqual([
      '2026-03-23T08:00 2026-03-30T07:00 Ana',
      '2026-03-30T07:00 2026-04-06T07:00 Ana',
      '2026-04-06T07:00 2026-04-13T07:00 Ana',
    ]);
  });

  it('follows rules that began long ago, every third week in the same weeks as before', () => {
    const read = [berlin('DTSTART', '20100104T090000'), berlin('DTEND', '20100111T090000')];
    // 2026-03-23 lies 846 weeks after, which is 282 times three.
    expect(shifts(file(event(...read, 'RRULE:FREQ=WEEKLY;INTERVAL=3')), 2)).toEqual([
      '2026-03-23T08:00 2026-03-30T07:00 Ana',
      '2026-04-13T07:00 2026-04-20T07:00 Ana',
    ]);
    expect(shifts(file(event(...read, 'RRULE:FREQ=WEEKLY;INTERVAL=3;COUNT=283')), 2)).toEqual(['2026-03-23T08:00 2026-03-30T07:00 Ana']);
  });

  it('follows rules by days of the week and of the month, to their end', () => {
    const hour = ['DTSTART:20260401T090000Z', 'DTEND:20260401T100000Z'];
    const starts = (rule: string) => shifts(file(event(...hour, `RRULE:${rule}`)), 10).map((one) => one.slice(0, 10));
    expect(starts('FREQ=WEEKLY;BYDAY=WE,FR;COUNT=3')).toEqual(['2026-04-01', '2026-04-03', '2026-04-08']);
    expect(starts('FREQ=DAILY;UNTIL=20260403T090000Z')).toEqual(['2026-04-01', '2026-04-02', '2026-04-03']);
    expect(starts('FREQ=DAILY;UNTIL=20260402')).toEqual(['2026-04-01', '2026-04-02']);
    const local = file(event(berlin('DTSTART', '20260401T090000'), 'DURATION:PT1H', 'RRULE:FREQ=DAILY;UNTIL=20260402T070000Z'));
    expect(shifts(local)).toEqual(['2026-04-01T07:00 2026-04-01T08:00 Ana', '2026-04-02T07:00 2026-04-02T08:00 Ana']);
    expect(starts('FREQ=MONTHLY;BYDAY=1WE;COUNT=3')).toEqual(['2026-04-01', '2026-05-06', '2026-06-03']);
    expect(starts('FREQ=MONTHLY;BYMONTHDAY=1;COUNT=2')).toEqual(['2026-04-01', '2026-05-01']);
    expect(starts('FREQ=YEARLY')).toEqual(['2026-04-01', '2027-04-01']);
    expect(starts('FREQ=YEARLY;BYMONTH=4,5;BYMONTHDAY=1;COUNT=3')).toEqual(['2026-04-01', '2026-05-01', '2027-04-01']);
    expect(starts('FREQ=DAILY;INTERVAL=02;COUNT=2;')).toEqual(['2026-04-01', '2026-04-03']);
    const months = shifts(file(event(...thirtyFirst, 'RRULE:FREQ=MONTHLY;COUNT=3'))).map((one) => one.slice(0, 10));
    expect(months).toEqual(['2026-03-31', '2026-05-31', '2026-07-31']);
    const years = shifts(file(event(...thirtyFirst, 'RRULE:FREQ=YEARLY'))).map((one) => one.slice(0, 10));
    expect(years).toEqual(['2026-03-31', '2027-03-31']);
  });

  it('leaves out what is excepted, replaced, cancelled, over, or further than two years away', () => {
    const rule = [...week, 'RRULE:FREQ=WEEKLY;COUNT=4'];
    const replaced = [berlin('RECURRENCE-ID', '20260330T090000'), berlin('DTSTART', '20260331T090000'), berlin('DTEND', '20260406T090000')];
    expect(shifts(file(event(...rule, berlin('EXDATE', '20260406T090000')), ['UID:1', 'SUMMARY:Ben', ...replaced].join('\r\n')))).toEqual([
      '2026-03-23T08:00 2026-03-30T07:00 Ana',
      '2026-03-31T07:00 2026-04-06T07:00 Ben',
      '2026-04-13T07:00 2026-04-20T07:00 Ana',
    ]);
    const swapped = ['UID:1', 'SUMMARY:Ben', ...week, berlin('RECURRENCE-ID', '20260323T090000')].join('\r\n');
    expect(shifts(file(event(...rule), swapped), 1)).toEqual(['2026-03-23T08:00 2026-03-30T07:00 Ben']);
    expect(shifts(file(event(...week, 'STATUS:CANCELLED')))).toEqual([]);
    expect(shifts(file(event('DTSTART:20260101T000000Z', 'DURATION:P7D')))).toEqual([]);
    expect(shifts(file(event('DTSTART:20290101T000000Z', 'DURATION:P7D')))).toEqual([]);
  });

  it('is read whatever else stands in it: zones, alarms, folded lines, other line ends', () => {
    const zone =
      'BEGIN:VTIMEZONE\nTZID:Europe/Berlin\nBEGIN:STANDARD\nDTSTART:16010101T000000\nRRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE';
    const alarm = 'BEGIN:VALARM\nTRIGGER:-PT1H\nSUMMARY:Not me\nEND:VALARM';
    const text = `BEGIN:VCALENDAR\n${zone}\nBEGIN:VEVENT\nSUMMARY:An\n a\n${week.join('\n')}\n${alarm}\nEND:VEVENT\nEND:VCALENDAR`;
    expect(shifts(text)).toEqual(['2026-03-23T08:00 2026-03-30T07:00 Ana']);
  });

  test.each([
    ['no iCalendar file', 'hello', 'null not-icalendar'],
    ['an empty one', '', 'null not-icalendar'],
    ['half of one', file(event(...week)).slice(0, 150), 'null not-icalendar'],
    ['more than 1 MB', file(event(...week, `DESCRIPTION:${'é'.repeat(600_000)}`)), 'null too-large'],
    ['an event without a start', file(event('DTEND:20260324T090000Z')), '1 no-start'],
    ['an event without an end', file(event('DTSTART:20260324T090000Z')), '1 no-end'],
    ['an event of nobody', file('UID:1\r\nDTSTART;VALUE=DATE:20260324\r\nSUMMARY: '), '1 no-summary'],
    ['an end before its start', file(event('DTSTART:20260324T090000Z', 'DTEND:20260324T080000Z')), '1 ends-before-start'],
    ['a negative duration', file(event('DTSTART:20260324T090000Z', 'DURATION:-PT1H')), '1 ends-before-start'],
    ['more than a year', file(event('DTSTART:20260324T090000Z', 'DTEND:20270401T080000Z')), '1 too-long'],
    ['a time that is none', file(event('DTSTART:yesterday', 'DURATION:PT1H')), '1 invalid-time'],
    ['the 31st of April', file(event('DTSTART:20260431T090000Z', 'DURATION:PT1H')), '1 invalid-time'],
    ['a day that ends on 30 February', file(event('DTSTART:20260324T090000Z', 'DTEND;VALUE=DATE:20270230')), '1 invalid-time'],
    ['an hour that no day has', file(event('DTSTART:20260324T250000Z', 'DURATION:PT1H')), '1 invalid-time'],
    ['a time with an offset', file(event('DTSTART:20260325T090000+0200', 'DURATION:PT1H')), '1 invalid-time'],
    [
      'an exception with an offset',
      file(event(...week, 'RRULE:FREQ=WEEKLY', 'EXDATE:20260330T070000Z,20260406T090000-05')),
      '1 invalid-time',
    ],
    ['a rule until 31 April', file(event(...week, 'RRULE:FREQ=WEEKLY;UNTIL=20260431')), '1 unsupported-rule'],
    ['an unknown zone', file(event('DTSTART;TZID=Mars/Base:20260324T090000', 'DURATION:PT1H')), '1 unknown-zone'],
    ['an abbreviation as its zone', file(event('DTSTART;TZID=BST:20260324T090000', 'DURATION:PT1H')), '1 unknown-zone'],
    ['an offset as its zone', file(event('DTSTART;TZID="+02:00":20260324T090000', 'DURATION:PT1H')), '1 unknown-zone'],
    ['an offset behind a prefix', file(event('DTSTART;TZID=/vendor/-0500:20260324T090000', 'DURATION:PT1H')), '1 unknown-zone'],
    ['a rule every second', file(event(...week, 'RRULE:FREQ=SECONDLY')), '1 unsupported-rule'],
    ['a rule every minute', file(event(...week, 'RRULE:FREQ=MINUTELY')), '1 unsupported-rule'],
    ['a rule every hour', file(event(...week, 'RRULE:FREQ=HOURLY')), '1 unsupported-rule'],
    ['a rule of several hours of a day', file(event(...week, 'RRULE:FREQ=DAILY;BYHOUR=1,2,3')), '1 unsupported-rule'],
    ['a rule of seconds in a day', file(event(...week, 'RRULE:FREQ=DAILY;BYSECOND=1')), '1 unsupported-rule'],
    ['the last day of the month by a daily rule', file(event(...week, 'RRULE:FREQ=DAILY;BYMONTHDAY=-1')), '1 unsupported-rule'],
    ['some months of every second one', file(event(...week, 'RRULE:FREQ=MONTHLY;INTERVAL=2;BYMONTH=3,6')), '1 unsupported-rule'],
    ['some months of all', file(event(...week, 'RRULE:FREQ=MONTHLY;BYMONTH=2,3,6')), '1 unsupported-rule'],
    ['a month in which it does not begin', file(event(...week, 'RRULE:FREQ=MONTHLY;BYMONTH=6')), '1 unsupported-rule'],
    ['weeks of months in which it does not begin', file(event(...week, 'RRULE:FREQ=WEEKLY;BYMONTH=4,5')), '1 unsupported-rule'],
    ['weeks by days of the month', file(event(...week, 'RRULE:FREQ=WEEKLY;BYMONTHDAY=23')), '1 unsupported-rule'],
    ['the twentieth Monday of a year', file(event(...week, 'RRULE:FREQ=YEARLY;BYDAY=20MO')), '1 unsupported-rule'],
    ['the sixth Monday from the end of a year', file(event(...week, 'RRULE:FREQ=YEARLY;BYDAY=TU,-6MO')), '1 unsupported-rule'],
    ['days of all months by a yearly rule', file(event(...week, 'RRULE:FREQ=YEARLY;BYMONTHDAY=23')), '1 unsupported-rule'],
    ['31 April each year', file(event(...week, 'RRULE:FREQ=YEARLY;BYMONTH=3,4;BYMONTHDAY=31')), '1 unsupported-rule'],
    ['the 31st of some months each year', file(event(...thirtyFirst, 'RRULE:FREQ=YEARLY;BYMONTH=3,4')), '1 unsupported-rule'],
    ['29 February each year', file(event('DTSTART:20240229T090000Z', 'DURATION:P1D', 'RRULE:FREQ=YEARLY')), '1 unsupported-rule'],
    ['a rule every 0 days', file(event(...week, 'RRULE:FREQ=DAILY;INTERVAL=0')), '1 unsupported-rule'],
    ['a rule every -1 weeks', file(event(...week, 'RRULE:FREQ=WEEKLY;INTERVAL=-1')), '1 unsupported-rule'],
    ['a rule every 1.5 weeks', file(event(...week, 'RRULE:FREQ=WEEKLY;INTERVAL=1.5')), '1 unsupported-rule'],
    ['a rule every 1e3 days', file(event(...week, 'RRULE:FREQ=DAILY;INTERVAL=1e3')), '1 unsupported-rule'],
    ['an interval behind a space', file(event(...week, 'RRULE:FREQ=WEEKLY; INTERVAL=2')), '1 unsupported-rule'],
    ['0 occurrences', file(event(...week, 'RRULE:FREQ=DAILY;COUNT=0')), '1 unsupported-rule'],
    ['-5 occurrences', file(event(...week, 'RRULE:FREQ=DAILY;COUNT=-5')), '1 unsupported-rule'],
    ['5x occurrences', file(event(...week, 'RRULE;X-FROM="a:b":FREQ=DAILY;COUNT=5x')), '1 unsupported-rule'],
    ['both a count and an end', file(event(...week, 'RRULE:FREQ=DAILY;COUNT=5;UNTIL=20260401')), '1 unsupported-rule'],
    ['two intervals', file(event(...week, 'RRULE:FREQ=DAILY;INTERVAL=2;INTERVAL=3')), '1 unsupported-rule'],
    ['the day 0 of each month', file(event(...week, 'RRULE:FREQ=MONTHLY;BYMONTHDAY=0')), '1 unsupported-rule'],
    ['a leap month', file(event(...week, 'RRULE:FREQ=MONTHLY;BYMONTH=5L')), '1 unsupported-rule'],
    ['another calendar', file(event(...week, 'RRULE:RSCALE=HEBREW;FREQ=MONTHLY')), '1 unsupported-rule'],
    ['a first Monday of each week', file(event(...week, 'RRULE:FREQ=WEEKLY;BYDAY=1MO')), '1 unsupported-rule'],
    ['two rules', file(event(...week, 'RRULE:FREQ=DAILY', 'RRULE:FREQ=WEEKLY')), '1 unsupported-rule'],
    ['a rule that cannot be read', file(event(...week, 'RRULE:often')), '1 unsupported-rule'],
    ['a frequency of its own', file(event(...week, 'RRULE:FREQ=constructor')), '1 invalid-event'],
    ['a change of all later occurrences', file(event(...week, 'RECURRENCE-ID;RANGE=THISANDFUTURE:20260401T090000Z')), '1 unsupported-rule'],
  ])('is refused when it is or holds %s', (_, text, problem) => {
    expect(shifts(text)).toEqual([problem]);
  });

  it('is refused with at most 20 reasons, each with the number of its event', () => {
    const found = read(file(...Array.from({ length: 30 }, () => event('DTSTART:x'))));
    expect(found.ok ? [] : found.errors.map(({ event: number }) => number)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });
});

describe('a hostile calendar', () => {
  const many = (count: number, lines: (index: number) => readonly string[]) =>
    file(...Array.from({ length: count }, (_, index) => event(...lines(index))));
  const year = (index: number) => String(1000 + ((index * 37) % 8000));
  const zones = Intl.supportedValuesOf('timeZone');
  const february = ['DTSTART:20260201T090000Z', 'DURATION:PT1H'];

  test.each<readonly [string, string, string | null]>([
    ['2,001 events', many(2001, () => week), '2000 too-many-events'],
    ['2,000 daily events without end', many(2000, () => [...week, 'RRULE:FREQ=DAILY']), 'too-many'],
    ['2,000 events of months with many days', many(2000, () => [...week, 'RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU']), 'too-many'],
    ['2,000 events of years with all days', many(2000, () => [...week, 'RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU']), 'too-many'],
    ['2,000 rules that never hold', many(2000, () => [...week, 'RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30']), 'too-many'],
    ['2,000 yearly rules that never hold', many(2000, () => [...week, 'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30']), null],
    [
      '2,000 Fridays that are the 31st of February',
      many(2000, () => [...week, 'RRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTH=2;BYMONTHDAY=31']),
      'unsupported-rule',
    ],
    ['2,000 monthly rules that never hold', many(2000, () => [...february, 'RRULE:FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31']), null],
    ['2,000 fifth Mondays of February', many(2000, () => [...february, 'RRULE:FREQ=MONTHLY;BYDAY=5MO;BYMONTH=2']), null],
    ['a rule since the year 1', many(2000, () => ['DTSTART:00010101T000000Z', 'DURATION:P1D', 'RRULE:FREQ=YEARLY;COUNT=9999999']), null],
    ['an interval of a billion days', many(2000, () => [...week, 'RRULE:FREQ=DAILY;INTERVAL=1000000000']), 'unsupported-rule'],
    ['a count of a billion', many(2000, () => [...week, 'RRULE:FREQ=WEEKLY;COUNT=1000000000']), 'too-many'],
    ['a day of the week named 100,000 times', many(10, () => [...week, `RRULE:FREQ=WEEKLY;BYDAY=${'MO,TU,'.repeat(1300)}MO`]), null],
    [
      '100,000 exceptions',
      many(6, () => [
        ...week,
        ...Array.from({ length: 300 }, (_, index) => `EXDATE:${`${year(index)}0101T000000Z,`.repeat(30)}20260101T000000Z`),
      ]),
      null,
    ],
    [
      '2,000 years in 400 zones',
      many(2000, (index) => [`DTSTART;TZID=${zones[index % zones.length] ?? ''}:${year(index)}0101T000000`, 'DURATION:PT1H']),
      'too-many-zones',
    ],
    [
      '2,000 years in one zone',
      many(2000, (index) => [berlin('DTSTART', `${year(index)}0101T000000`), `DTEND:${year(index)}0101T000000Z`]),
      null,
    ],
    ['a line of a million parameters', file(event(`DTSTART${';A=B'.repeat(250_000)}`)), '1 line-too-long'],
    ['quotes without end', file(event(...Array.from({ length: 100 }, () => `DTSTART;MEMBER=${'"a",'.repeat(2000)}:x`))), null],
    ['a line that is folded at every character', file(event('SUMMARY:a' + '\r\n b'.repeat(250_000))), '1 line-too-long'],
    ['100,000 parts within each other', 'BEGIN:VCALENDAR\r\n' + 'BEGIN:VEVENT\r\n'.repeat(70_000), 'not-icalendar'],
    ['a million empty lines', file(event(...week)) + '\n'.repeat(1_000_000), null],
    ['spaces', ' '.repeat(1_000_000), 'not-icalendar'],
  ])('of %s is answered within a second of processor time', (_, text, problem) => {
    read(file(event(...week)));
    const begin = process.cpuUsage();
    const found = shifts(text);
    const { user, system } = process.cpuUsage(begin);
    if (problem !== null) expect(found[0]).toContain(problem);
    expect((user + system) / 1000).toBeLessThan(1000);
  });

  it('never breaks the reader, whatever the lines', () => {
    const name = fc.constantFrom('DTSTART', 'DTEND', 'DURATION', 'RRULE', 'EXDATE', 'RECURRENCE-ID', 'SUMMARY', 'UID', 'STATUS');
    const parameter = fc.constantFrom('', ';TZID=Europe/Berlin', ';VALUE=DATE', ';VALUE=PERIOD', ';VALUE=BINARY', ';TZID="', ';;', ';A');
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom('20260324T090000', '20260324T090000Z', '20260324', 'PT1H', '-P1D', 'P', '99999999T999999', '20260101T000000Z/PT1H'),
      fc
        .record({
          freq: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY', 'HOURLY', ''),
          rest: fc.array(
            fc.constantFrom(
              'BYDAY=MO',
              'BYDAY=5FR',
              'BYDAY=-6MO',
              'BYDAY=',
              'BYMONTHDAY=31',
              'BYMONTHDAY=-31',
              'BYMONTH=2',
              'INTERVAL=0',
              'COUNT=5',
              'UNTIL=20270101',
              'UNTIL=x',
              'WKST=SU',
              'BYSETPOS=-1',
              'COUNT=-1',
              'INTERVAL=400',
            ),
            { maxLength: 4 },
          ),
        })
        .map(({ freq, rest }) => [`FREQ=${freq}`, ...rest].join(';')),
    );
    const line = fc.tuple(name, parameter, fc.constantFrom(':', ':', ':', ''), value).map((parts) => parts.join(''));
    const body = fc.array(fc.oneof(line, fc.constantFrom(...week)), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(body, { maxLength: 3 }), (events) => {
        const found = read(file(...events.map((lines) => lines.join('\r\n'))));
        if (found.ok) for (const { from, until } of found.shifts) expect(until).toBeGreaterThan(from);
        else expect(found.errors.length).toBeGreaterThan(0);
      }),
      { numRuns: 1500 },
    );
  });
});
