import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OnCallSchedule } from '../../shared/domain/on-call/on-call.ts';
import type { Layer, Override, Restriction, Rotation, Schedule, Weekday } from '../../shared/domain/on-call/schedule.ts';
import { CountedZone } from '../counted-zone.ts';
import { day, dayMs, disagreements, layer, schedule, written } from '../on-call-comparison.ts';
import { middleOf, transitions } from '../on-call-naive.ts';

const zones = [
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'America/Santiago',
  'Antarctica/Troll',
  'Asia/Gaza',
  'America/Havana',
  'Asia/Kathmandu',
];

/** An instant near which clocks are looked at, in a zone: mostly where it moves them. */
const place = fc.constantFrom(...zones).chain((zone) => {
  const moves = transitions(zone, '2024-01-01T00:00Z', '2028-01-01T00:00Z');
  const any = fc.integer({ min: 0, max: 3 * 366 * 96 }).map((quarter) => Date.UTC(2024, 0, 1) + quarter * 900_000);
  // A day that was skipped, and clocks that went back over midnight a minute after it.
  const oddities = [
    { zone: 'Pacific/Apia', near: Date.parse('2011-12-30T10:00Z') },
    { zone: 'America/St_Johns', near: Date.parse('2010-11-07T02:31Z') },
  ];
  return fc.oneof(
    { weight: 6, arbitrary: (moves.length === 0 ? any : fc.constantFrom(...moves)).map((near) => ({ zone, near })) },
    { weight: 1, arbitrary: any.map((near) => ({ zone, near })) },
    { weight: 2, arbitrary: fc.constantFrom(...oddities) },
  );
});
type Place = typeof place extends fc.Arbitrary<infer Found> ? Found : never;

const quarterOf = (most: number) => fc.integer({ min: 0, max: most / 15 }).map((quarter) => quarter * 15);
/** Minutes of a day, mostly about where clocks move. */
const timeOfDay = ({ zone, near }: Place) => {
  const middle = middleOf(near, zone);
  const close = fc.constantFrom(-60, -30, -15, 0, 15, 30, 60).map((away) => (Math.floor(middle / 15) * 15 + away + 1440) % 1440);
  return fc.oneof(close, quarterOf(1425));
};
const weekdays = fc
  .uniqueArray(fc.constantFrom<Weekday>(1, 2, 3, 4, 5, 6, 7), { minLength: 1 })
  .map((days) => [...days].sort((a, b) => a - b));

const rotation = (at: fc.Arbitrary<number>): fc.Arbitrary<Rotation> =>
  fc.oneof(
    fc.record({ kind: fc.constant('daily' as const), every: fc.integer({ min: 1, max: 4 }), at }),
    fc.record({ kind: fc.constant('weekly' as const), every: fc.integer({ min: 1, max: 3 }), days: weekdays, at }),
    fc.record({ kind: fc.constant('monthly' as const), every: fc.integer({ min: 1, max: 3 }), day: fc.integer({ min: 1, max: 31 }), at }),
    fc.record({ kind: fc.constant('custom' as const), length: fc.integer({ min: 4, max: 400 }).map((quarters) => quarters * 900) }),
  );

const restriction = (at: fc.Arbitrary<number>): fc.Arbitrary<Restriction> =>
  fc
    .record({ days: fc.option(weekdays, { nil: null }), from: at, to: fc.oneof(at, fc.constant(1440)) })
    .filter(({ from, to }) => from !== to);

const people = ['ana', 'ben', 'cara', 'dan'];

const someLayer = (where: Place): fc.Arbitrary<Omit<Layer, 'id'>> => {
  const at = timeOfDay(where);
  const today = Math.floor(where.near / dayMs);
  return fc.record({
    name: fc.constant(null),
    people: fc.array(fc.constantFrom(...people), { minLength: 1, maxLength: 5 }),
    rotation: rotation(at),
    start: fc.record({
      day: fc.oneof(fc.integer({ min: today - 3, max: today + 2 }), fc.integer({ min: today - 1000, max: today })),
      at,
    }),
    restrictions: fc.oneof(fc.constant([]), fc.array(restriction(at), { minLength: 1, maxLength: 2 })),
  });
};

const someOverride = ({ near }: Place): fc.Arbitrary<Override> =>
  fc
    .record({
      change: fc.constantFrom('replace' as const, 'add' as const, 'remove' as const),
      person: fc.constantFrom('eve', ...people),
      instead: fc.option(fc.constantFrom(...people), { nil: null }),
      begin: fc.integer({ min: -140, max: 100 }),
      length: fc.integer({ min: 1, max: 100 }),
    })
    .map(({ begin, length, ...rest }) => {
      const from = near + begin * 900_000;
      return { id: 'o', from, until: from + length * 900_000, by: 'ana', madeAt: 0, ...rest };
    });

const somebody = place.chain((where) =>
  fc.record({
    where: fc.constant(where),
    active: fc.constantFrom('all' as const, 'first' as const),
    layers: fc.array(someLayer(where), { minLength: 1, maxLength: 4 }),
    overrides: fc.oneof(fc.constant([]), fc.array(someOverride(where), { maxLength: 3 })),
  }),
);

const made = (zone: string, layers: readonly Omit<Layer, 'id'>[], active: Schedule['active']): Schedule =>
  schedule(
    zone,
    layers.map((one, index) => ({ ...one, id: `layer-${String(index)}` })),
    active,
  );

describe('who is on call, whatever the schedule', () => {
  it(
    'is whom somebody finds who watches the clocks minute by minute, in any mix of layers, hours and overrides',
    { timeout: 120_000 },
    () => {
      fc.assert(
        fc.property(somebody, ({ where: { zone, near }, layers, active, overrides }) => {
          const onCall = new OnCallSchedule(made(zone, layers, active));
          // Its gaps end a minute past midnight, and elapsed hours are counted from there.
          const closelyHours = zone === 'America/St_Johns' ? 36 : 3;
          const stretch = { from: near - 1.5 * dayMs, until: near + 1.5 * dayMs, near, closelyHours };
          expect(disagreements(onCall, overrides, stretch)).toEqual([]);
        }),
        { numRuns: 100 },
      );
    },
  );

  it('is never nobody from the start on, where there are no hours and nothing is overridden', () => {
    const anywhere = fc.integer({ min: -60 * 24, max: 60 * 24 * 400 });
    fc.assert(
      fc.property(somebody, fc.array(anywhere, { maxLength: 30 }), ({ where: { zone }, layers, active }, minutes) => {
        const always = layers.map((one) => ({ ...one, restrictions: [] }));
        const onCall = new OnCallSchedule(made(zone, always, active));
        const [first] = onCall.schedule.layers;
        const start = (first?.start.day ?? 0) * dayMs + 2 * dayMs;
        for (const minute of minutes.filter((one) => one >= 0)) expect(onCall.at(start + minute * 60_000)).not.toEqual([]);
      }),
    );
  });

  it('is one calendar without holes and overlaps, in which every shift is a change, and it says the same as any instant asked for', () => {
    fc.assert(
      fc.property(somebody, fc.integer({ min: 1, max: 40 }), ({ where: { zone, near }, layers, active, overrides }, days) => {
        const onCall = new OnCallSchedule(made(zone, layers, active));
        const [from, to] = [near - 5 * dayMs - 1, near + days * dayMs];
        const shifts = onCall.calendar(from, to, overrides);
        expect(shifts[0]?.from).toBe(from);
        expect(shifts.at(-1)?.until).toBe(to);
        shifts.forEach((shift, index) => {
          expect(shift.until).toBeGreaterThan(shift.from);
          for (const instant of [shift.from, Math.floor((shift.from + shift.until) / 2), shift.until - 1]) {
            expect(written(onCall.at(instant, overrides))).toBe(written(shift.people));
          }
          if (index === 0) return;
          expect(shift.from).toBe(shifts[index - 1]?.until);
          expect(written(shift.people)).not.toBe(written(shifts[index - 1]?.people ?? []));
        });
      }),
    );
  });

  it('changes at the next handoff, which lies strictly after the instant asked for, and not before it', () => {
    fc.assert(
      fc.property(somebody, fc.integer({ min: -200_000, max: 200_000 }), ({ where: { zone, near }, layers, active, overrides }, away) => {
        const onCall = new OnCallSchedule(made(zone, layers, active));
        const now = near + away * 1000;
        const next = onCall.nextHandoff(now, overrides);
        const same = written(onCall.at(now, overrides));
        if (next === null) return;
        expect(next).toBeGreaterThan(now);
        expect(written(onCall.at(next, overrides))).not.toBe(same);
        expect(written(onCall.at(next - 1, overrides))).toBe(same);
      }),
    );
  });
});

describe('the cost of finding who is on call', () => {
  const rotations: readonly Rotation[] = [
    { kind: 'daily', every: 1, at: 540 },
    { kind: 'weekly', every: 2, days: [1, 4], at: 540 },
    { kind: 'monthly', every: 1, day: 31, at: 540 },
    { kind: 'custom', length: 12 * 3600 },
  ];

  /** How often the zone is looked at for one answer. */
  function looks(rotations_: readonly Rotation[], start: string): number {
    const zone = new CountedZone('Europe/Berlin');
    const layers = rotations_.map((one, index) =>
      layer({
        id: `l${String(index)}`,
        rotation: one,
        start: { day: day(start), at: 540 },
        restrictions: [{ days: null, from: 0, to: 1440 }],
      }),
    );
    const onCall = new OnCallSchedule(schedule('Europe/Berlin', layers), zone);
    zone.looks = 0;
    expect(onCall.at(Date.parse('2026-07-01T12:00Z'))).not.toEqual([]);
    return zone.looks;
  }

  it('is the same whether a schedule began in 1970 or in 2020 [R-095]', () => {
    expect(looks(rotations, '1970-01-05')).toBe(looks(rotations, '2020-01-06'));
    expect(looks(rotations, '1970-01-05')).toBeLessThan(200);
  });

  it('of the next handoff is small where nothing ever changes, however many hours and turns there are', () => {
    const zone = new CountedZone('Europe/Berlin');
    const restrictions = Array.from({ length: 50 }, (_, index) => ({ days: null, from: index * 20, to: 1440 - index }));
    const alone = { people: ['ana'], rotation: { kind: 'custom', length: 3600 } as const, restrictions };
    const layers = Array.from({ length: 20 }, (_, index) => layer({ ...alone, id: `l${String(index)}` }));
    const onCall = new OnCallSchedule(schedule('Europe/Berlin', layers), zone);
    zone.looks = 0;
    expect(onCall.nextHandoff(Date.parse('2026-07-01T12:00Z'))).toBeNull();
    expect(zone.looks).toBeLessThan(2000);
  });
});
