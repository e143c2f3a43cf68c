import { describe, expect, it } from 'vitest';
import { gapsOf, scheduleFindings } from '../../shared/domain/on-call/gaps.ts';
import { why } from '../../shared/domain/on-call/why.ts';
import { CountedZone } from '../counted-zone.ts';
import { onCallFrom, override, written } from '../on-call-document.ts';

const monday = { weekly: { days: ['monday'], at: '09:00' } };
const called = (id: string): string => id.slice(0, 1).toUpperCase() + id.slice(1);

describe('why somebody is on call', () => {
  const reasons = (document: object, at: string, overrides: Parameters<typeof gapsOf>[3] = []): readonly string[] => {
    const onCall = onCallFrom(document);
    return onCall.at(Date.parse(at), overrides).map((one) => why(one, onCall.schedule, called));
  };

  it('names the layer, the rotation, the turn, its place in the rotation and its hours in the zone of the schedule', () => {
    const people = ['ben', 'cara', 'ana', 'dan'];
    const week = written('Europe/Berlin', { id: 'week', people, rotation: monday, start: '2026-08-31T09:00' });
    expect(reasons(week, '2026-11-12T12:00Z')).toEqual([
      'Ana: layer week (weekly on Monday at 09:00), turn 11 (3rd of 4), from Mon 9 Nov 09:00 to Mon 16 Nov 09:00 (Europe/Berlin)',
    ]);
  });

  it('calls a layer by its name, if it has one [R-030]', () => {
    const week = written('UTC', { id: 'week', name: 'First line', rotation: monday });
    expect(reasons(week, '2026-01-06T12:00Z')[0]).toContain('Ana: layer First line (weekly on Monday at 09:00), turn 1');
    const swap = override({ during: ['2026-01-06T00:00Z', '2026-01-07T00:00Z'], instead: 'ana' });
    expect(reasons(week, '2026-01-06T12:00Z', [swap])[0]).toContain('Eve: instead of Ana (layer First line) by Dan');
  });

  it.each([
    [{ daily: { at: '18:00' } }, 'daily at 18:00'],
    [{ daily: { at: '18:00', every: 3 } }, 'every 3 days at 18:00'],
    [{ weekly: { days: ['thursday', 'monday'], at: '09:00', every: 2 } }, 'every 2 weeks on Monday, Thursday at 09:00'],
    [{ monthly: { day: 31, at: '09:00' } }, 'monthly on the 31st at 09:00'],
    [{ monthly: { day: 1, at: '09:00', every: 2 } }, 'every 2 months on the 1st at 09:00'],
    [{ custom: { length: '12h' } }, 'every 12 hours'],
    [{ custom: { length: '90m' } }, 'every 1 hour, 30 minutes'],
  ])('says of the rotation %j that it is %s', (rotation, words) => {
    expect(reasons(written('UTC', { id: 'week', rotation }), '2026-02-05T12:00Z')[0]).toContain(`: layer week (${words}), turn `);
  });

  it('names the shift that stands in the schedule', () => {
    const shifts = [{ person: 'ben', from: '2026-03-28T08:00:00Z', until: '2026-03-30T07:00:00Z' }];
    expect(reasons({ id: 'primary', zone: 'Europe/Berlin', shifts }, '2026-03-29T00:00Z')).toEqual([
      'Ben: shift from Sat 28 Mar 09:00 to Mon 30 Mar 09:00 (Europe/Berlin)',
    ]);
  });

  it('lets the first turn begin at the start, not at the handoff before it', () => {
    expect(reasons(written('UTC', { rotation: monday, start: '2026-01-07T12:00' }), '2026-01-08T00:00Z')).toEqual([
      'Ana: layer layer-1 (weekly on Monday at 09:00), turn 1 (1st of 3), from Wed 7 Jan 12:00 to Mon 12 Jan 09:00 (UTC)',
    ]);
  });

  it('names the hours of the restriction that holds', () => {
    const nights = [{ from: '18:00', to: '08:00' }];
    expect(reasons(written('Europe/Berlin', { rotation: monday, restrictions: nights }), '2026-01-06T23:30Z')).toEqual([
      'Ana: layer layer-1 (weekly on Monday at 09:00), turn 1 (1st of 3), from Mon 5 Jan 09:00 to Mon 12 Jan 09:00, on call from Tue 6 Jan 18:00 to Wed 7 Jan 08:00 (Europe/Berlin)',
    ]);
  });

  it('names who made an override, instead of whom, and until when', () => {
    const during = ['2026-01-06T00:00Z', '2026-01-07T12:00Z'] as const;
    const week = written('UTC', { rotation: monday });
    expect(reasons(week, '2026-01-06T12:00Z', [override({ during, instead: 'ana' })])).toEqual([
      'Eve: instead of Ana (layer layer-1) by Dan, from Tue 6 Jan 00:00 to Wed 7 Jan 12:00 (UTC)',
    ]);
    expect(reasons(week, '2026-01-06T12:00Z', [override({ during, change: 'add', by: 'api' })])[1]).toBe(
      'Eve: added by api, from Tue 6 Jan 00:00 to Wed 7 Jan 12:00 (UTC)',
    );
  });

  it('names everybody in whose place an override is, and nobody who is on call all the same', () => {
    const during = ['2026-01-06T00:00Z', '2026-01-07T12:00Z'] as const;
    const both = written('UTC', { rotation: monday }, { people: ['cara'], rotation: monday });
    const by = (person: string) => reasons(both, '2026-01-06T12:00Z', [override({ during, person })]);
    expect(by('eve')).toEqual(['Eve: instead of Ana, Cara (layer layer-1) by Dan, from Tue 6 Jan 00:00 to Wed 7 Jan 12:00 (UTC)']);
    expect(by('ana')).toEqual(['Ana: instead of Cara (layer layer-1) by Dan, from Tue 6 Jan 00:00 to Wed 7 Jan 12:00 (UTC)']);
    const alone = written('UTC', { id: 'week', rotation: monday });
    expect(reasons(alone, '2026-01-06T12:00Z', [override({ during, person: 'ana' })])).toEqual([
      'Ana: layer week (weekly on Monday at 09:00), turn 1 (1st of 3), from Mon 5 Jan 09:00 to Mon 12 Jan 09:00 (UTC)',
    ]);
  });

  it('counts as people do', () => {
    const people = ['ana', 'ben', 'cara', 'dan', 'eve', 'user1', 'user2', 'user3', 'user4', 'user5', 'user6', 'ana', 'ben'];
    const daily = written('UTC', { people, rotation: { daily: { at: '09:00' } } });
    const places = [0, 1, 2, 3, 10, 11, 12].map((day) => {
      const at = new Date(Date.UTC(2026, 0, 5 + day, 12)).toISOString();
      return reasons(daily, at)[0]?.match(/\((\S+) of/)?.[1];
    });
    expect(places).toEqual(['1st', '2nd', '3rd', '4th', '11th', '12th', '13th']);
  });
});

describe('the gaps of a schedule', () => {
  const office = { days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], from: '09:00', to: '17:00' };

  it('are every stretch of time without anybody, overrides counted', () => {
    const onCall = onCallFrom(written('UTC', { rotation: monday, restrictions: [office] }));
    const add = override({ during: ['2026-01-06T17:00Z', '2026-01-07T09:00Z'], change: 'add' });
    const found = gapsOf(onCall, Date.parse('2026-01-06T10:00Z'), Date.parse('2026-01-08T10:00Z'), [add]);
    expect(found.map(({ from, until }) => [new Date(from).toISOString(), new Date(until).toISOString()])).toEqual([
      ['2026-01-07T17:00:00.000Z', '2026-01-08T09:00:00.000Z'],
    ]);
  });
});

describe('what is told when a schedule is saved', () => {
  const now = Date.parse('2026-01-05T12:00Z');
  const codes = (document: object) => scheduleFindings(onCallFrom(document).schedule, now).map(({ code, pointer }) => `${code} ${pointer}`);

  it('is nothing when somebody is always on call, others take over, and nobody does so in the night', () => {
    expect(codes(written('Europe/Berlin', { rotation: monday }))).toEqual([]);
  });

  it('is the first gap, in the zone of the schedule, and how many there are', () => {
    const document = written('Europe/Berlin', { rotation: monday, restrictions: [{ from: '08:00', to: '18:00' }] });
    const [gap] = scheduleFindings(onCallFrom(document).schedule, now);
    expect(gap).toEqual({
      code: 'gap',
      pointer: '',
      detail: 'Nobody is on call from Mon 5 Jan 18:00 to Tue 6 Jan 08:00 (Europe/Berlin), the first of 35 gaps in five weeks.',
    });
  });

  const gap = (document: object) => scheduleFindings(onCallFrom(document).schedule, now).find(({ code }) => code === 'gap')?.detail;

  it('is that nobody is on call until a start that is still to come', () => {
    const begun = { rotation: monday };
    const later = { rotation: monday, start: '2026-01-12T09:00' };
    const muchLater = { rotation: monday, start: '2027-01-04T09:00' };
    expect(gap(written('Europe/Berlin', later))).toBe('Nobody is on call from Mon 5 Jan 13:00 to Mon 12 Jan 09:00 (Europe/Berlin).');
    expect(gap(written('UTC', muchLater))).toBe('Nobody is on call from Mon 5 Jan 12:00 to Mon 4 Jan 2027 09:00 (UTC).');
    expect(gap(written('UTC', later, muchLater))).toBe('Nobody is on call from Mon 5 Jan 12:00 to Mon 12 Jan 09:00 (UTC).');
    expect(gap(written('UTC', later, begun))).toBeUndefined();
    const shifts = [{ person: 'ana', from: '2026-03-02T00:00:00Z', until: '2026-09-01T00:00:00Z' }];
    expect(gap({ id: 'primary', zone: 'UTC', shifts })).toBe('Nobody is on call from Mon 5 Jan 12:00 to Mon 2 Mar 00:00 (UTC).');
  });

  it('is also what gaps there are in the five weeks after such a start', () => {
    const hours = [{ from: '08:00', to: '18:00' }];
    expect(gap(written('UTC', { rotation: monday, start: '2026-03-02T07:00', restrictions: hours }))).toBe(
      'Nobody is on call from Mon 5 Jan 12:00 to Mon 2 Mar 08:00 (UTC), the first of 36 gaps up to five weeks after the start.',
    );
  });

  it('is found with as many looks at the clocks for a start that is decades away as for the next month', () => {
    const restrictions = Array.from({ length: 50 }, (_, index) => ({ from: `08:${String(index + 10)}`, to: '18:00' }));
    const looks = (start: string): number => {
      const zone = new CountedZone('Europe/Berlin');
      const document = written('Europe/Berlin', { rotation: { custom: { length: '1h' } }, start, restrictions });
      const found = scheduleFindings(onCallFrom(document).schedule, now, zone);
      expect(found.find(({ code }) => code === 'gap')?.detail).toContain(`${start.slice(0, 4)} 09:00`);
      return zone.looks;
    };
    expect(looks('2099-01-05T09:00')).toBeLessThan(1.01 * looks('2027-01-04T09:00'));
  });

  it('is not a gap where a second layer, or the rest of the hours, covers it', () => {
    const days = { rotation: monday, restrictions: [{ from: '08:00', to: '18:00' }] };
    const nights = { rotation: monday, restrictions: [{ from: '18:00', to: '08:00' }] };
    expect(codes(written('Europe/Berlin', days, nights))).toEqual([]);
    expect(codes(written('Europe/Berlin', days, { rotation: monday }))).toEqual([]);
  });

  it('is that a single person stands in it', () => {
    expect(codes(written('UTC', { people: ['ana', 'ana'], rotation: monday }))).toEqual(['single-person ']);
  });

  it('is a handoff between ten in the evening and six in the morning, and where', () => {
    const at = (time: string) => codes(written('Europe/Berlin', { rotation: monday }, { rotation: { daily: { at: time } } }));
    expect(at('22:00')).toEqual(['night-handoff /layers/1']);
    expect(at('05:59')).toEqual(['night-handoff /layers/1']);
    expect(at('06:00')).toEqual([]);
    expect(at('21:59')).toEqual([]);
    expect(codes(written('UTC', { rotation: { custom: { length: '25h' } } }))).toEqual(['night-handoff /layers/0']);
    expect(codes(written('UTC', { rotation: { custom: { length: '12h' } } }))).toEqual([]);
  });

  it('is a handoff in the night from one shift to another', () => {
    const shifts = (at: string, person = 'ben') => [
      { person: 'ana', from: '2026-01-01T00:00:00Z', until: `2026-01-07T${at}:00Z` },
      { person, from: `2026-01-07T${at}:00Z`, until: '2026-03-01T00:00:00Z' },
    ];
    const found = (list: readonly object[]) => codes({ id: 'primary', zone: 'UTC', shifts: list });
    expect(found(shifts('03:00'))).toEqual(['night-handoff ']);
    expect(found(shifts('09:00'))).toEqual([]);
    expect(found(shifts('03:00', 'ana'))).toEqual(['single-person ']);
    expect(found([...shifts('00:00').slice(0, 1), ...shifts('03:00').slice(1)])).toEqual(['gap ']);
    expect(found(shifts('03:00').slice(0, 1))).toEqual(['gap ', 'single-person ']);
  });

  it('is a handoff in the night from the hours of one layer to those of another', () => {
    const hours = (from: string, to: string, person: string) => ({ people: [person], rotation: monday, restrictions: [{ from, to }] });
    const found = (...layers: Parameters<typeof written>[1][]) => codes(written('Europe/Berlin', ...layers));
    expect(found(hours('08:00', '23:00', 'ana'), hours('23:00', '08:00', 'ben'))).toEqual(['night-handoff ']);
    expect(found(hours('08:00', '20:00', 'ana'), hours('20:00', '08:00', 'ben'))).toEqual([]);
    const always = { people: ['cara'], rotation: monday };
    expect(found(always, hours('23:00', '08:00', 'ben'))).toEqual([]);
    expect(codes({ ...written('UTC', hours('08:00', '23:00', 'ana'), always), active: 'first' })).toEqual(['night-handoff ']);
  });

  it('is no handoff when the same person goes on', () => {
    const document = written('UTC', { people: ['ana', 'ana', 'ben'], rotation: { daily: { at: '00:00' } }, start: '2026-01-05' });
    const [night] = scheduleFindings(onCallFrom(document).schedule, now);
    expect(night?.detail).toBe('This layer hands over in the night: Wed 7 Jan 00:00 (UTC).');
  });

  it('is no handoff in the night when the layer is not on call then', () => {
    const document = written('UTC', { rotation: { daily: { at: '00:00' } }, restrictions: [{ from: '09:00', to: '17:00' }] });
    expect(codes(document)).toEqual(['gap ']);
  });
});
