import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changes, onCallFrom, override, who, written } from '../on-call-document.ts';

const monday = { weekly: { days: ['monday'], at: '09:00' } };
const office = { days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], from: '09:00', to: '17:00' };
const nights = { from: '18:00', to: '08:00' };

describe('the layers of a schedule', () => {
  const two = written('Europe/Berlin', { id: 'primary', rotation: monday }, { id: 'backup', people: ['dan', 'eve'], rotation: monday });

  it('are all on call together, each with its own rotation [R-029]', () => {
    const onCall = onCallFrom(two);
    expect(who(onCall, '2026-01-06T12:00Z')).toBe('ana dan');
    expect(who(onCall, '2026-01-13T12:00Z')).toBe('ben eve');
    expect(onCall.at(Date.parse('2026-01-13T12:00Z')).map(({ layer }) => layer)).toEqual(['primary', 'backup']);
  });

  it('take turns in being on call when the first active one is asked for', () => {
    const onCall = onCallFrom({
      ...written('Europe/Berlin', { restrictions: [office], rotation: monday }, { people: ['dan', 'eve'], rotation: monday }),
      active: 'first',
    });
    expect(who(onCall, '2026-01-06T12:00Z')).toBe('ana');
    expect(who(onCall, '2026-01-06T20:00Z')).toBe('dan');
  });

  it('name somebody once who is on call in two of them', () => {
    const onCall = onCallFrom(written('UTC', { rotation: monday }, { rotation: monday }));
    expect(who(onCall, '2026-01-06T12:00Z')).toBe('ana');
  });

  it('make a primary and a secondary of three people each, handed over on Monday at nine [H-023] [H-024]', () => {
    const primary = onCallFrom(written('UTC', { people: ['user1', 'user2', 'user3'], rotation: monday }));
    const secondary = onCallFrom(written('UTC', { people: ['user4', 'user5', 'user6'], rotation: monday }));
    const weeks = ['2026-01-05T09:00Z', '2026-01-12T09:00Z', '2026-01-19T09:00Z', '2026-01-26T09:00Z'];
    expect(weeks.map((week) => who(primary, week))).toEqual(['user1', 'user2', 'user3', 'user1']);
    expect(weeks.map((week) => who(secondary, week))).toEqual(['user4', 'user5', 'user6', 'user4']);
    expect(who(primary, '2026-01-12T08:59Z')).toBe('user1');
  });
});

describe('the hours of a layer', () => {
  it('are all hours when there are no restrictions [R-034]', () => {
    const onCall = onCallFrom(written('UTC', { people: ['ana'], rotation: monday }));
    expect(changes(onCall, '2026-01-05T09:00Z', '2027-01-05T09:00Z')).toEqual([]);
  });

  it('are local hours on some days of the week [R-035] [R-036]', () => {
    const onCall = onCallFrom(written('America/New_York', { people: ['ana'], rotation: monday, restrictions: [office] }));
    expect(changes(onCall, '2026-03-06T00:00Z', '2026-03-10T00:00Z')).toEqual([
      '2026-03-06T14:00 ana',
      '2026-03-06T22:00 nobody',
      '2026-03-09T13:00 ana',
      '2026-03-09T21:00 nobody',
    ]);
  });

  it('go on over midnight, and belong to the day on which they began', () => {
    const friday = { days: ['friday'], from: '18:00', to: '08:00' };
    const onCall = onCallFrom(written('Europe/Berlin', { people: ['ana'], rotation: monday, restrictions: [friday] }));
    expect(changes(onCall, '2026-03-26T00:00Z', '2026-04-02T00:00Z')).toEqual(['2026-03-27T17:00 ana', '2026-03-28T07:00 nobody']);
  });

  it('of a day team and a night team leave no gap, also where clocks change [R-084]', () => {
    const onCall = onCallFrom(
      written(
        'Europe/Berlin',
        {
          rotation: { daily: { at: '08:00' } },
          people: ['ana', 'ben'],
          start: '2026-03-27',
          restrictions: [{ from: '08:00', to: '18:00' }],
        },
        { rotation: { daily: { at: '18:00' } }, people: ['cara', 'dan'], start: '2026-03-26', restrictions: [nights] },
      ),
    );
    expect(changes(onCall, '2026-03-27T10:00Z', '2026-03-29T18:00Z')).toEqual([
      '2026-03-27T17:00 dan',
      '2026-03-28T07:00 ben',
      '2026-03-28T17:00 cara',
      '2026-03-29T06:00 ana',
      '2026-03-29T16:00 dan',
    ]);
  });
});

describe('an override', () => {
  const onCall = onCallFrom(written('UTC', { rotation: monday }, { people: ['dan'], rotation: monday }));
  const during = ['2026-01-06T00:00Z', '2026-01-07T00:00Z'] as const;
  const at = '2026-01-06T12:00Z';

  it('puts somebody in the place of one person, from its start until its end', () => {
    const swap = [override({ during, instead: 'ana' })];
    expect(who(onCall, at, swap)).toBe('eve dan');
    expect(changes(onCall, '2026-01-05T12:00Z', '2026-01-08T00:00Z', swap)).toEqual([
      '2026-01-06T00:00 eve dan',
      '2026-01-07T00:00 ana dan',
    ]);
  });

  it('puts somebody in the place of everybody', () => {
    expect(who(onCall, at, [override({ during })])).toBe('eve');
    expect(who(onCall, '2025-01-01T00:00Z', [override({ during: ['2025-01-01T00:00Z', '2025-01-02T00:00Z'] })])).toBe('eve');
  });

  it('changes nothing when the one to be replaced is not on call', () => {
    expect(who(onCall, at, [override({ during, instead: 'cara' })])).toBe('ana dan');
  });

  it('adds somebody, and takes somebody away', () => {
    expect(who(onCall, at, [override({ during, change: 'add' })])).toBe('ana dan eve');
    expect(who(onCall, at, [override({ during, change: 'remove', person: 'ana' })])).toBe('dan');
    expect(who(onCall, at, [override({ during, change: 'add', person: 'dan' })])).toBe('ana dan');
  });

  it('made later has the last word', () => {
    const both = [override({ during, instead: 'ana' }), override({ during, instead: 'eve', person: 'ben' })];
    expect(who(onCall, at, both)).toBe('ben dan');
  });

  it('does not let one person stand there twice', () => {
    expect(who(onCall, at, [override({ during, instead: 'ana', person: 'dan' })])).toBe('dan');
  });
});

describe('who comes next', () => {
  it('is who takes over at the next handoff, strictly after the instant asked for', () => {
    const onCall = onCallFrom(written('UTC', { rotation: monday }));
    const handoff = Date.parse('2026-01-12T09:00Z');
    expect(onCall.nextHandoff(handoff - 1)).toBe(handoff);
    expect(onCall.nextHandoff(handoff)).toBe(Date.parse('2026-01-19T09:00Z'));
  });

  it('is nobody where nothing ever changes', () => {
    expect(onCallFrom(written('UTC', { people: ['ana'], rotation: monday })).nextHandoff(Date.parse('2026-01-12T09:00Z'))).toBeNull();
  });

  const next = (onCall: ReturnType<typeof onCallFrom>, instant: string, overrides: Parameters<typeof onCall.nextPeople>[1] = []) =>
    onCall.nextPeople(Date.parse(instant), overrides).join(' ');

  it('is the next person of each rotation, also from the last to the first', () => {
    const onCall = onCallFrom(written('UTC', { rotation: monday }, { people: ['dan', 'eve'], rotation: monday }));
    expect(next(onCall, '2026-01-06T00:00Z')).toBe('ben eve');
    expect(next(onCall, '2026-01-20T00:00Z')).toBe('ana eve');
  });

  it('is nobody who is on call already, by another turn or in another layer', () => {
    const people = ['ana', 'ana', 'ben', 'cara'];
    expect(next(onCallFrom(written('UTC', { people, rotation: monday })), '2026-01-06T00:00Z')).toBe('ben');
    const second = { people: ['ben', 'dan'], rotation: monday };
    expect(next(onCallFrom(written('UTC', { people, rotation: monday }, second)), '2026-01-06T00:00Z')).toBe('cara dan');
    expect(next(onCallFrom(written('UTC', { people: ['ana'], rotation: monday })), '2026-01-06T00:00Z')).toBe('');
  });

  it('is nobody who was replaced or taken off', () => {
    const onCall = onCallFrom(written('UTC', { rotation: monday }));
    const during = ['2026-01-05T00:00Z', '2026-01-12T00:00Z'] as const;
    expect(next(onCall, '2026-01-06T00:00Z', [override({ during, instead: 'ana', person: 'ben' })])).toBe('cara');
    expect(next(onCall, '2026-01-06T00:00Z', [override({ during, change: 'remove', person: 'ben' })])).toBe('cara');
    expect(next(onCall, '2026-01-13T00:00Z', [override({ during, change: 'remove', person: 'ben' })])).toBe('cara');
  });

  it('is nobody of a layer that is not active, so that nobody is when nobody is on call', () => {
    const days = { rotation: monday, restrictions: [office] };
    const onCall = onCallFrom({ ...written('UTC', days, { people: ['dan', 'eve'], rotation: monday }), active: 'first' });
    expect(next(onCall, '2026-01-06T12:00Z')).toBe('ben');
    expect(next(onCall, '2026-01-06T20:00Z')).toBe('eve');
    expect(next(onCallFrom(written('UTC', days)), '2026-01-06T20:00Z')).toBe('');
  });
});

describe('the shifts of a schedule', () => {
  const shift = (person: string, from: string, until: string) => ({ person, from: `${from}:00Z`, until: `${until}:00Z` });
  const calendar = {
    id: 'primary',
    zone: 'UTC',
    shifts: [
      shift('ben', '2026-01-12T09:00', '2026-01-19T09:00'),
      shift('ana', '2026-01-05T09:00', '2026-01-12T09:00'),
      shift('cara', '2026-01-14T09:00', '2026-01-15T09:00'),
      shift('ana', '2026-01-20T09:00', '2026-01-21T09:00'),
    ],
  };

  it('put people on call from their start until their end, together where they overlap, nobody in between', () => {
    const onCall = onCallFrom(calendar);
    expect(who(onCall, '2026-01-05T08:59Z')).toBe('');
    expect(changes(onCall, '2026-01-01T00:00Z', '2026-02-01T00:00Z')).toEqual([
      '2026-01-05T09:00 ana',
      '2026-01-12T09:00 ben',
      '2026-01-14T09:00 ben cara',
      '2026-01-15T09:00 ben',
      '2026-01-19T09:00 nobody',
      '2026-01-20T09:00 ana',
      '2026-01-21T09:00 nobody',
    ]);
  });

  it('stand behind the layers: beside them all, or for when no layer is active', () => {
    const layers = written('UTC', { people: ['dan'], rotation: monday, restrictions: [office] }).layers;
    expect(who(onCallFrom({ ...calendar, layers }), '2026-01-13T12:00Z')).toBe('dan ben');
    const first = onCallFrom({ ...calendar, layers, active: 'first' });
    expect(who(first, '2026-01-13T12:00Z')).toBe('dan');
    expect(who(first, '2026-01-13T20:00Z')).toBe('ben');
  });

  it('are changed by overrides like turns', () => {
    const swap = [override({ during: ['2026-01-13T00:00Z', '2026-01-16T00:00Z'], instead: 'ben' })];
    expect(who(onCallFrom(calendar), '2026-01-14T12:00Z', swap)).toBe('eve cara');
  });

  it('are followed by the next one of somebody else', () => {
    const next = (instant: string) => onCallFrom(calendar).nextPeople(Date.parse(instant)).join(' ');
    expect(next('2026-01-06T00:00Z')).toBe('ben');
    expect(next('2026-01-12T12:00Z')).toBe('cara');
    expect(next('2026-01-16T12:00Z')).toBe('ana');
    expect(next('2026-01-19T12:00Z')).toBe('');
    expect(next('2026-01-20T12:00Z')).toBe('');
  });

  it('of any number are found as by looking at each', () => {
    const hour = fc.integer({ min: 0, max: 60 });
    const one = fc.record({ person: fc.constantFrom('ana', 'ben', 'cara'), from: hour, length: fc.integer({ min: 1, max: 20 }) });
    const at = (hours: number) => new Date(Date.UTC(2026, 0, 5, hours)).toISOString();
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 12 }), fc.integer({ min: -2, max: 90 }), (list, now) => {
        const shifts = list.map(({ person, from, length }) => ({ person, from: at(from), until: at(from + length) }));
        const onCall = onCallFrom({ id: 'primary', zone: 'UTC', shifts });
        const expected = new Set(list.filter(({ from, length }) => from <= now && now < from + length).map(({ person }) => person));
        expect(new Set(who(onCall, at(now)).split(' ').filter(Boolean))).toEqual(expected);
        const handoff = onCall.nextHandoff(Date.parse(at(now)));
        if (handoff !== null) expect(who(onCall, new Date(handoff).toISOString())).not.toBe(who(onCall, at(now)));
      }),
    );
  });
});
