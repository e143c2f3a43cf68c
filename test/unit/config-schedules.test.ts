import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { configErrors } from '../../shared/schema/config-fields.ts';
import { scheduleSchema } from '../../shared/schema/config-schedules.ts';
import { overrideBody } from '../../shared/schema/override-body.ts';
import { fieldErrors } from '../../shared/schema/field-errors.ts';
import type { Json } from '../../shared/domain/incident.ts';
import { known, onCallFrom } from '../on-call-document.ts';

const layer = {
  id: 'week',
  people: ['ana', 'ben'],
  rotation: { weekly: { days: ['monday'], at: '09:00' } },
  start: '2026-01-05',
};
const whole = { id: 'primary', zone: 'Europe/Berlin', layers: [layer] };
const withLayer = (fields: Readonly<Record<string, Json>>) => ({ ...whole, layers: [{ ...layer, ...fields }] });
const withHours = (fields: Readonly<Record<string, Json>>) => withLayer({ restrictions: [{ from: '18:00', to: '08:00', ...fields }] });

const shift = { person: 'ana', from: '2026-03-02T08:00:00Z', until: '2026-03-09T08:00:00Z' };
const withShift = (fields: Readonly<Record<string, Json>>) => ({ ...whole, shifts: [{ ...shift, ...fields }] });

/** `pointer code` of everything that is wrong. */
function problems(json: Json): readonly string[] {
  const result = scheduleSchema(known).safeParse(json);
  const source = { json, errors: [], stopped: false, lineOf: () => null };
  return result.success ? [] : configErrors(result.error, source).map(({ pointer, code }) => `${pointer} ${code}`);
}

describe('a schedule in the document', () => {
  it('means what it says, its defaults filled in', () => {
    expect(onCallFrom(whole).schedule).toEqual({
      id: 'primary',
      name: null,
      uuid: null,
      zone: 'Europe/Berlin',
      active: 'all',
      layers: [
        {
          id: 'week',
          name: null,
          people: ['ana', 'ben'],
          rotation: { kind: 'weekly', days: [1], at: 540, every: 1 },
          start: { day: 20458, at: 540 },
          restrictions: [],
        },
      ],
      shifts: [],
    });
  });

  it('starts at its handoff when only a day is given, and at midnight when the rotation has no time of its own', () => {
    expect(onCallFrom(withLayer({ start: '2026-01-05T10:30' })).schedule.layers[0]?.start.at).toBe(630);
    expect(onCallFrom(withLayer({ rotation: { custom: { length: '12h' } } })).schedule.layers[0]?.start.at).toBe(0);
  });

  it('takes the days of the week in any order and case', () => {
    const rotation = { weekly: { days: ['Sunday', 'monday', 'MONDAY'], at: '9:00' } };
    expect(onCallFrom(withLayer({ rotation })).schedule.layers[0]?.rotation).toMatchObject({ days: [1, 7], at: 540 });
  });

  it.each(['Etc/GMT+2', 'Etc/GMT-14', 'US/Eastern', 'Asia/Calcutta', 'EST5EDT', 'CET', 'UTC', 'EST'])(
    'can be in the zone %s, as the IANA database names it',
    (zone) => {
      expect(onCallFrom({ ...whole, zone }).schedule.zone).toBe(zone);
    },
  );

  const wrong: readonly (readonly [string, Json, string])[] = [
    ['an unknown zone', { ...whole, zone: 'Europe/Berlim' }, '/zone invalid-zone'],
    ['an offset as its zone', { ...whole, zone: '+02:00' }, '/zone invalid-zone'],
    ['an offset of hours as its zone', { ...whole, zone: '-05' }, '/zone invalid-zone'],
    ['an offset with a typographic minus as its zone', { ...whole, zone: '\u221202:00' }, '/zone invalid-zone'],
    ['an abbreviation that the runtime takes for Dhaka', { ...whole, zone: 'BST' }, '/zone invalid-zone'],
    ['an abbreviation in small letters', { ...whole, zone: 'ast' }, '/zone invalid-zone'],
    ['no zone', { id: 'a', layers: [layer] }, '/zone required'],
    ['no layers', { ...whole, layers: [] }, '/layers too-few'],
    ['neither layers nor shifts', { id: 'a', zone: 'UTC' }, '/layers too-few'],
    ['a shift of somebody unknown', withShift({ person: 'bem' }), '/shifts/0/person unknown-reference'],
    ['a shift that ends before it starts', withShift({ until: '2026-03-01T00:00:00Z' }), '/shifts/0/until ends-before-start'],
    ['a shift that ends when it starts', withShift({ until: '2026-03-02T10:00:00+02:00' }), '/shifts/0/until ends-before-start'],
    ['a shift of more than 366 days', withShift({ until: '2027-03-03T08:00:01Z' }), '/shifts/0/until too-long'],
    ['a shift in local time', withShift({ from: '2026-03-02T08:00:00' }), '/shifts/0/from invalid-instant'],
    ['a shift on a day', withShift({ from: '2026-03-02' }), '/shifts/0/from invalid-instant'],
    ['a shift a century ago', withShift({ from: '1926-03-02T08:00:00Z' }), '/shifts/0/from out-of-range'],
    ['a shift of layers', withShift({ rotation: {} }), '/shifts/0/rotation unknown-field'],
    ['21 shifts at once', { ...whole, shifts: Array.from({ length: 21 }, () => shift) }, '/shifts too-many-at-once'],
    ['5,001 shifts', { ...whole, shifts: Array.from({ length: 5001 }, () => shift) }, '/shifts too-many'],
    ['two layers of one id', { ...whole, layers: [layer, layer] }, '/layers/1/id duplicate-id'],
    ['an unknown field', { ...whole, timezone: 'UTC' }, '/timezone unknown-field'],
    ['another word for active', { ...whole, active: 'last' }, '/active invalid-value'],
    ['a UUID that is none', { ...whole, uuid: '1234' }, '/uuid invalid-uuid'],
    ['a rotation of nobody', withLayer({ people: [] }), '/layers/0/people too-few'],
    ['somebody unknown', withLayer({ people: ['ana', 'bem'] }), '/layers/0/people/1 unknown-reference'],
    ['no rotation', withLayer({ rotation: {} }), '/layers/0/rotation invalid-rotation'],
    [
      'two rotations at once',
      withLayer({ rotation: { daily: { at: '09:00' }, custom: { length: '12h' } } }),
      '/layers/0/rotation invalid-rotation',
    ],
    ['a rotation of no kind', withLayer({ rotation: { hourly: {} } }), '/layers/0/rotation/hourly unknown-field'],
    ['length 0', withLayer({ rotation: { custom: { length: 0 } } }), '/layers/0/rotation/custom/length invalid-duration'],
    ['a length under an hour', withLayer({ rotation: { custom: { length: '59m' } } }), '/layers/0/rotation/custom/length invalid-duration'],
    ['every 0 days', withLayer({ rotation: { daily: { at: '09:00', every: 0 } } }), '/layers/0/rotation/daily/every out-of-range'],
    ['a week without days', withLayer({ rotation: { weekly: { days: [], at: '09:00' } } }), '/layers/0/rotation/weekly/days too-few'],
    [
      'a day that is none',
      withLayer({ rotation: { weekly: { days: ['funday'], at: '09:00' } } }),
      '/layers/0/rotation/weekly/days/0 invalid-weekday',
    ],
    ['the 32nd', withLayer({ rotation: { monthly: { day: 32, at: '09:00' } } }), '/layers/0/rotation/monthly/day out-of-range'],
    ['a handoff at 24:00', withLayer({ rotation: { daily: { at: '24:00' } } }), '/layers/0/rotation/daily/at invalid-time'],
    ['a handoff at 9', withLayer({ rotation: { daily: { at: 9 } } }), '/layers/0/rotation/daily/at invalid-time'],
    ['no start', { ...whole, layers: [{ id: 'week', people: ['ana'], rotation: layer.rotation }] }, '/layers/0/start required'],
    ['a start that is no day', withLayer({ start: '2026-02-30' }), '/layers/0/start invalid-start'],
    ['a start that is no time', withLayer({ start: '2026-02-03T24:00' }), '/layers/0/start invalid-start'],
    ['a start a century ago', withLayer({ start: '1926-01-05' }), '/layers/0/start start-out-of-range'],
    ['a start in a century', withLayer({ start: '2126-01-05' }), '/layers/0/start start-out-of-range'],
    ['hours that end when they begin', withHours({ to: '18:00' }), '/layers/0/restrictions/0/to never-matches'],
    ['hours on no day', withHours({ days: [] }), '/layers/0/restrictions/0/days too-few'],
    ['hours from 25:00', withHours({ from: '25:00' }), '/layers/0/restrictions/0/from invalid-time'],
    ['hours to 24:30', withHours({ to: '24:30' }), '/layers/0/restrictions/0/to invalid-time'],
  ];
  test.each(wrong)('is refused with %s, and told where', (_, json, problem) => {
    expect(problems(json)).toEqual([problem]);
  });

  it('is told everything that is wrong with it at once', () => {
    expect(
      problems({ ...withLayer({ people: [], start: 'soon', restrictions: [{ from: 'x', to: '24:00' }] }), zone: 'Mars' }),
    ).toHaveLength(4);
  });

  it('is refused, and never breaks, whatever stands there', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('zone', 'layers', 'uuid', 'active'), (value, key) => {
        scheduleSchema(known).safeParse({ ...whole, [key]: value });
        scheduleSchema(known).safeParse({ ...whole, layers: [{ ...layer, rotation: value }] });
      }),
    );
  });
});

describe('the body of an override', () => {
  const body = { from: '2026-01-06T00:00:00Z', until: '2026-01-07T02:00:00+02:00', person: 'eve' };
  const schema = overrideBody((id) => known.people.has(id));
  const found = (fields: object) => {
    const result = schema.safeParse({ ...body, ...fields });
    return result.success ? [] : fieldErrors(result.error).map(({ pointer, code }) => `${pointer} ${code}`);
  };

  it('replaces everybody when nothing else is said', () => {
    expect(schema.parse(body)).toEqual({
      from: Date.parse('2026-01-06T00:00Z'),
      until: Date.parse('2026-01-07T00:00Z'),
      person: 'eve',
      change: 'replace',
      instead: null,
      by: null,
    });
  });

  test.each([
    ['an end before its start', { until: '2026-01-05T00:00:00Z' }, '/until ends-before-start'],
    ['an end at its start', { until: body.from }, '/until ends-before-start'],
    ['more than 366 days', { until: '2027-01-07T00:00:01Z' }, '/until too-long'],
    [
      'a start in the year 9999',
      { from: '9999-12-31T00:00:00Z', until: '9999-12-31T01:00:00Z' },
      '/from out-of-range',
      '/until out-of-range',
    ],
    ['somebody unknown', { person: 'nobody' }, '/person unknown-person'],
    ['somebody unknown to be replaced', { instead: 'nobody' }, '/instead unknown-person'],
    ['themselves to be replaced', { instead: 'eve' }, '/instead same-person'],
    ['somebody to be replaced by an addition', { change: 'add', instead: 'ana' }, '/instead nobody-replaced'],
    ['another change', { change: 'swap' }, '/change unknown-value'],
    ['a local time', { from: '2026-01-06T00:00:00' }, '/from invalid-format'],
  ])('is refused with %s', (_, fields, ...problems_) => {
    expect(found(fields)).toEqual(problems_);
  });

  it('may last exactly 366 days', () => {
    expect(found({ until: '2027-01-07T00:00:00Z' })).toEqual([]);
  });
});
