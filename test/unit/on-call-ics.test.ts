import { describe, expect, it } from 'vitest';
import { onCallIcs, type CalendarQuestion } from '../../shared/http/on-call-ics.ts';
import { readIcs } from '../../shared/schema/ics-schedule.ts';
import { onCallFrom, override, written } from '../on-call-document.ts';

const monday = { weekly: { days: ['monday'], at: '09:00' } };
const now = Date.parse('2026-03-24T12:00Z');
const question: CalendarQuestion = { now, person: null, overrides: [], nameOf: (id) => id.toUpperCase() };
const onCall = onCallFrom(
  written('Europe/Berlin', { id: 'week', rotation: monday }, { id: 'back', people: ['dan', 'ana'], rotation: monday }),
);
const lines = (ics: string, name: string) => ics.split('\r\n').filter((line) => line.startsWith(`${name}:`));

describe('the calendar of a schedule as an iCalendar file', () => {
  it('holds every shift from the running one to a year from now, in UTC, under the name of the person', () => {
    const ics = onCallIcs(onCall, question);
    expect(ics.startsWith('BEGIN:VCALENDAR\r\nVERSION:2.0\r\n')).toBe(true);
    expect(lines(ics, 'DTSTART').slice(0, 4)).toEqual([
      'DTSTART:20260323T080000Z',
      'DTSTART:20260323T080000Z',
      'DTSTART:20260330T070000Z',
      'DTSTART:20260330T070000Z',
    ]);
    expect(lines(ics, 'DTEND').slice(0, 1)).toEqual(['DTEND:20260330T070000Z']);
    expect(lines(ics, 'SUMMARY').slice(0, 4)).toEqual(['SUMMARY:CARA', 'SUMMARY:ANA', 'SUMMARY:ANA', 'SUMMARY:DAN']);
    const last = lines(ics, 'DTEND')
      .at(-1)
      ?.slice('DTEND:'.length, 'DTEND:'.length + 8);
    expect(last).toBe('20270325');
  });

  it('names a shift by the same UID whenever it is asked for, and an override by another', () => {
    const uids = (fields: Partial<CalendarQuestion>) => lines(onCallIcs(onCall, { ...question, ...fields }), 'UID');
    const later = uids({ now: now + 20 * 86_400_000 });
    expect(new Set(uids({})).size).toBe(uids({}).length);
    expect(uids({}).filter((uid) => later.includes(uid)).length).toBeGreaterThan(90);
    const swap = override({ during: ['2026-04-01T00:00Z', '2026-04-02T00:00Z'], instead: 'ana' });
    expect(uids({ overrides: [swap] })).toContain('UID:primary/week/eve/2026-04-01T00:00:00.000Z@tocsin');
  });

  it('can hold the shifts of one person alone, under the name of the schedule', () => {
    const ics = onCallIcs(onCall, { ...question, person: 'dan' });
    expect(new Set(lines(ics, 'SUMMARY'))).toEqual(new Set(['SUMMARY:On call: primary']));
    expect(lines(ics, 'DTSTART').slice(0, 2)).toEqual(['DTSTART:20260330T070000Z', 'DTSTART:20260413T070000Z']);
  });

  it('keeps the UID of a shift without end for the month', () => {
    const alone = onCallFrom(written('UTC', { people: ['ana'], rotation: monday }));
    const uid = (date: string) => lines(onCallIcs(alone, { ...question, now: Date.parse(date) }), 'UID');
    expect(uid('2026-04-02T00:00Z')).toEqual(uid('2026-04-29T00:00Z'));
  });

  it('lets no name break out of its line', () => {
    const ics = onCallIcs(onCall, { ...question, nameOf: () => 'Ana, "the; \\ first"\r\nATTENDEE:x\rBEGIN:VEVENT\u2028é' });
    expect(ics).not.toMatch(/^ATTENDEE|\rB/m);
    expect(lines(ics, 'BEGIN').length).toBe(lines(ics, 'UID').length + 1);
    expect(ics.split('\r\n').every((line) => Buffer.byteLength(line) <= 76)).toBe(true);
  });

  it('can be read again as the same shifts', () => {
    const read = readIcs(onCallIcs(onCall, question), { now, zone: 'UTC', peopleOf: (summary) => [summary] });
    const shifts = onCall.calendar(now, now + 366 * 86_400_000);
    const people = (shift: (typeof shifts)[number] | undefined) => shift?.people.map(({ person }) => person.toUpperCase()) ?? [];
    if (!read.ok) expect.fail(JSON.stringify(read.errors));
    for (const instant of [now, now + 30 * 86_400_000, now + 300 * 86_400_000]) {
      const there = read.shifts.filter(({ from, until }) => from <= instant && instant < until).map(({ person }) => person);
      expect(there.sort()).toEqual([...people(shifts.find(({ from, until }) => from <= instant && instant < until))].sort());
    }
  });
});
