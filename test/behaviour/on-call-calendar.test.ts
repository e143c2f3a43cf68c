import { describe, expect, it } from 'vitest';
import { changes, onCallFrom, who, written } from '../on-call-document.ts';

const monday = { weekly: { days: ['monday'], at: '09:00' } };
const dailyAt = (at: string) => ({ daily: { at } });

describe('a handoff on the local calendar', () => {
  it('stays at nine on Monday in New York when clocks go forward on 8 March and back on 1 November 2026 [R-028] [R-032]', () => {
    const onCall = onCallFrom(written('America/New_York', { rotation: monday }));
    expect(changes(onCall, '2026-02-24T00:00Z', '2026-03-20T00:00Z')).toEqual([
      '2026-03-02T14:00 cara',
      '2026-03-09T13:00 ana',
      '2026-03-16T13:00 ben',
    ]);
    expect(changes(onCall, '2026-10-20T00:00Z', '2026-11-12T00:00Z')).toEqual([
      '2026-10-26T13:00 ana',
      '2026-11-02T14:00 ben',
      '2026-11-09T14:00 cara',
    ]);
  });

  it('stays at nine on Monday in Berlin when clocks go forward on 29 March and back on 25 October 2026 [R-084]', () => {
    const onCall = onCallFrom(written('Europe/Berlin', { rotation: monday }));
    expect(changes(onCall, '2026-03-17T00:00Z', '2026-04-03T00:00Z')).toEqual(['2026-03-23T08:00 cara', '2026-03-30T07:00 ana']);
    expect(changes(onCall, '2026-10-14T00:00Z', '2026-10-30T00:00Z')).toEqual(['2026-10-19T07:00 cara', '2026-10-26T08:00 ana']);
  });

  it('happens at three when it is set to half past two and clocks skip from two to three', () => {
    const onCall = onCallFrom(written('Europe/Berlin', { rotation: dailyAt('02:30'), start: '2026-03-27' }));
    expect(changes(onCall, '2026-03-27T12:00Z', '2026-03-30T12:00Z')).toEqual([
      '2026-03-28T01:30 ben',
      '2026-03-29T01:00 cara',
      '2026-03-30T00:30 ana',
    ]);
  });

  it('happens once, the first time clocks show half past two, when they show it twice', () => {
    const onCall = onCallFrom(written('Europe/Berlin', { rotation: dailyAt('02:30'), start: '2026-10-23' }));
    expect(changes(onCall, '2026-10-23T12:00Z', '2026-10-26T12:00Z')).toEqual([
      '2026-10-24T00:30 ben',
      '2026-10-25T00:30 cara',
      '2026-10-26T01:30 ana',
    ]);
  });

  it('at midnight is not undone when clocks go back from a minute past midnight to the evening before, as in St John’s in 2010', () => {
    const onCall = onCallFrom(written('America/St_Johns', { rotation: dailyAt('00:00'), start: '2010-11-06' }));
    expect(changes(onCall, '2010-11-06T12:00Z', '2010-11-08T12:00Z')).toEqual(['2010-11-07T02:30 ben', '2010-11-08T03:30 cara']);
    expect(who(onCall, '2010-11-07T03:00Z')).toBe('ben');
  });

  it('knows that Lord Howe moves its clocks by half an hour', () => {
    const spring = onCallFrom(written('Australia/Lord_Howe', { rotation: dailyAt('02:15'), start: '2026-10-02' }));
    expect(changes(spring, '2026-10-02T00:00Z', '2026-10-05T00:00Z')).toEqual([
      '2026-10-02T15:45 ben',
      '2026-10-03T15:30 cara',
      '2026-10-04T15:15 ana',
    ]);
    const autumn = onCallFrom(written('Australia/Lord_Howe', { rotation: dailyAt('01:45'), start: '2026-04-03' }));
    expect(changes(autumn, '2026-04-03T00:00Z', '2026-04-06T00:00Z')).toEqual([
      '2026-04-03T14:45 ben',
      '2026-04-04T14:45 cara',
      '2026-04-05T15:15 ana',
    ]);
  });

  it('gives the day that Samoa skipped a turn all the same, from midnight to nine, so that nobody after it moves', () => {
    const onCall = onCallFrom(written('Pacific/Apia', { rotation: dailyAt('09:00'), start: '2011-12-28' }));
    expect(changes(onCall, '2011-12-29T00:00Z', '2012-01-01T00:00Z')).toEqual([
      '2011-12-29T19:00 ben',
      '2011-12-30T10:00 cara',
      '2011-12-30T19:00 ana',
      '2011-12-31T19:00 ben',
    ]);
  });

  it('counts 29 February as a day and as a day of the month, where there is one', () => {
    const daily = onCallFrom(written('UTC', { rotation: dailyAt('00:00'), start: '2028-02-27' }));
    expect(changes(daily, '2028-02-27T00:00Z', '2028-03-02T00:00Z')).toEqual([
      '2028-02-28T00:00 ben',
      '2028-02-29T00:00 cara',
      '2028-03-01T00:00 ana',
    ]);
    const monthly = onCallFrom(written('UTC', { rotation: { monthly: { day: 29, at: '09:00' } }, start: '2027-01-29' }));
    expect(changes(monthly, '2027-02-01T00:00Z', '2027-03-31T00:00Z')).toEqual(['2027-02-28T09:00 ben', '2027-03-29T09:00 cara']);
    expect(changes(monthly, '2028-02-01T00:00Z', '2028-03-31T00:00Z')).toEqual(['2028-02-29T09:00 ben', '2028-03-29T09:00 cara']);
  });

  it('takes the last day of a month that has no 31st', () => {
    const onCall = onCallFrom(written('Europe/Berlin', { rotation: { monthly: { day: 31, at: '09:00' } }, start: '2026-01-31' }));
    expect(changes(onCall, '2026-02-01T00:00Z', '2026-06-01T00:00Z')).toEqual([
      '2026-02-28T08:00 ben',
      '2026-03-31T07:00 cara',
      '2026-04-30T07:00 ana',
      '2026-05-31T07:00 ben',
    ]);
  });
});

describe('a rotation of people [R-006]', () => {
  it('hands over each day at the hour given, to people in the order given [R-030] [R-031]', () => {
    const onCall = onCallFrom(written('Europe/Berlin', { rotation: dailyAt('08:00'), start: '2026-01-05' }));
    expect(changes(onCall, '2026-01-05T07:00Z', '2026-01-09T07:00Z')).toEqual([
      '2026-01-06T07:00 ben',
      '2026-01-07T07:00 cara',
      '2026-01-08T07:00 ana',
    ]);
  });

  it('hands over on several days of a week', () => {
    const onCall = onCallFrom(written('UTC', { rotation: { weekly: { days: ['thursday', 'monday'], at: '09:00' } } }));
    expect(changes(onCall, '2026-01-05T09:00Z', '2026-01-16T00:00Z')).toEqual([
      '2026-01-08T09:00 ben',
      '2026-01-12T09:00 cara',
      '2026-01-15T09:00 ana',
    ]);
  });

  it('hands over every second week, counted from the week of the start', () => {
    const onCall = onCallFrom(written('UTC', { rotation: { weekly: { days: ['monday'], at: '09:00', every: 2 } } }));
    expect(changes(onCall, '2026-01-05T09:00Z', '2026-02-20T00:00Z')).toEqual([
      '2026-01-19T09:00 ben',
      '2026-02-02T09:00 cara',
      '2026-02-16T09:00 ana',
    ]);
  });

  it('of 12 hours is 12 real hours, also when clocks change in between [R-033]', () => {
    const onCall = onCallFrom(
      written('Europe/Berlin', { rotation: { custom: { length: '12h' } }, people: ['ana', 'ben'], start: '2026-03-28T09:00' }),
    );
    expect(changes(onCall, '2026-03-28T09:00Z', '2026-03-30T00:00Z')).toEqual([
      '2026-03-28T20:00 ben',
      '2026-03-29T08:00 ana',
      '2026-03-29T20:00 ben',
    ]);
  });

  it('gives two turns to somebody who stands in it twice', () => {
    const onCall = onCallFrom(written('UTC', { rotation: dailyAt('09:00'), people: ['ana', 'ben', 'ana', 'cara'] }));
    expect(changes(onCall, '2026-01-05T09:00Z', '2026-01-09T10:00Z')).toEqual([
      '2026-01-06T09:00 ben',
      '2026-01-07T09:00 ana',
      '2026-01-08T09:00 cara',
      '2026-01-09T09:00 ana',
    ]);
  });

  it('begins at its start, before which nobody is on call, with a first turn that may be short', () => {
    const onCall = onCallFrom(written('UTC', { rotation: monday, start: '2026-01-07T12:00' }));
    expect(who(onCall, '2026-01-07T11:59Z')).toBe('');
    expect(changes(onCall, '2026-01-01T00:00Z', '2026-01-20T00:00Z')).toEqual([
      '2026-01-07T12:00 ana',
      '2026-01-12T09:00 ben',
      '2026-01-19T09:00 cara',
    ]);
  });

  it('answers as well a lifetime after its start [R-095]', () => {
    const onCall = onCallFrom(written('Europe/Berlin', { rotation: monday, start: '1970-01-05' }));
    expect(who(onCall, '2026-01-05T07:59Z')).not.toBe(who(onCall, '2026-01-05T08:00Z'));
    // 2922 weeks later, which is a whole number of rounds of three.
    expect(who(onCall, '2026-01-05T08:00Z')).toBe('ana');
  });
});
