import * as z from 'zod/mini';
import {
  clockTime,
  type Layer,
  type Restriction,
  type Rotation,
  type Schedule,
  type TimeOfDay,
  type Weekday,
} from '../domain/on-call/schedule.ts';
import { distinct, duration, fields, id, isObject, leaf, or, reference, refused, taken, text, type Read } from './config-fields.ts';
import { zone } from './config-people.ts';
import { shiftsSchema } from './config-shifts.ts';
import type { KnownIds } from './config-targets.ts';

const dayMs = 86_400_000;
const minutesOfDay = 1440;
/** Handoffs more often than this would be no rotation of people. */
const shortestCustom = 3600;
const mostPeople = 500;
const mostLayers = 20;
const earliestStart = 1970;
const latestStart = 2099;

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/** Minutes after midnight from `09:00`; null when it is no time of a day. `24:00` is the end of one. */
function minutesOf(written: unknown): TimeOfDay | null {
  const match = typeof written === 'string' ? /^([01]?[0-9]|2[0-4]):([0-5][0-9])$/.exec(written) : null;
  const minutes = match === null ? null : Number(match[1]) * 60 + Number(match[2]);
  return minutes !== null && minutes <= minutesOfDay ? minutes : null;
}

const timeOfDay = (latest: TimeOfDay) =>
  leaf((value): Read<TimeOfDay> => {
    const minutes = minutesOf(value);
    return minutes !== null && minutes <= latest
      ? taken(minutes)
      : refused('invalid-time', `A time of the day is written "09:00", in quotes, from 00:00 to ${clockTime(latest)}.`);
  });

const handoffTime = timeOfDay(minutesOfDay - 1);

const weekday = leaf((value): Read<Weekday> => {
  const number = typeof value === 'string' ? weekdays.findIndex((name) => name === value.toLowerCase()) + 1 : 0;
  return number >= 1
    ? // The place in a list of seven, from 1.
      // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
      taken(number as Weekday)
    : refused('invalid-weekday', `A day is one of ${weekdays.join(', ')}.`);
});

/** Each day once, in the order of the week. */
const days = z.pipe(
  z.array(weekday).check(z.minLength(1), z.maxLength(50)),
  z.transform((list) => [...new Set(list)].sort((a, b) => a - b)),
);

const every = (most: number) => or(z.int().check(z.minimum(1), z.maximum(most)), 1);

const daily = z.pipe(
  fields({ at: handoffTime, every: every(366) }),
  z.transform((found): Rotation => ({ kind: 'daily', ...found })),
);
const weekly = z.pipe(
  fields({ days, at: handoffTime, every: every(52) }),
  z.transform((found): Rotation => ({ kind: 'weekly', ...found })),
);
const monthly = z.pipe(
  fields({ day: z.int().check(z.minimum(1), z.maximum(31)), at: handoffTime, every: every(12) }),
  z.transform((found): Rotation => ({
    kind: 'monthly',
    ...found,
  })),
);
const custom = z.pipe(
  fields({ length: duration(shortestCustom) }),
  z.transform((found): Rotation => ({ kind: 'custom', ...found })),
);

const kinds = { daily: z.optional(daily), weekly: z.optional(weekly), monthly: z.optional(monthly), custom: z.optional(custom) };

const rotation = z.pipe(
  fields(kinds),
  z.transform((written, ctx): Rotation => {
    const [found, more] = [written.daily, written.weekly, written.monthly, written.custom].filter((one) => one !== undefined);
    if (found !== undefined && more === undefined) return found;
    const message = `A rotation is exactly one of ${Object.keys(kinds).join(', ')}.`;
    ctx.issues.push({ code: 'custom', message, params: { code: 'invalid-rotation' }, input: written });
    return z.NEVER;
  }),
);

interface Start {
  readonly day: number;
  /** Null: none was written. */
  readonly at: TimeOfDay | null;
}

const invalidStart = refused('invalid-start', 'A start is a day "2026-01-05" or a local time "2026-01-05T09:00", in quotes.');

const start = leaf((value): Read<Start> => {
  const match = typeof value === 'string' ? /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}:\d{2}))?$/.exec(value) : null;
  if (match === null) return invalidStart;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const midnight = new Date(Date.UTC(year, month - 1, day));
  const at = match[4] === undefined ? null : minutesOf(match[4]);
  const exists = midnight.getUTCMonth() === month - 1 && midnight.getUTCDate() === day;
  if (!exists || at === minutesOfDay || (at === null && match[4] !== undefined)) return invalidStart;
  if (year < earliestStart || year > latestStart) {
    return refused('start-out-of-range', `A start lies between ${earliestStart} and ${latestStart}.`);
  }
  return taken({ day: midnight.getTime() / dayMs, at });
});

const restriction: z.ZodMiniType<Restriction> = fields({
  days: or(days, null),
  from: handoffTime,
  to: timeOfDay(minutesOfDay),
}).check(
  z.superRefine(({ from, to }, ctx) => {
    if (from !== to) return;
    const message = 'Hours that end when they begin never match; a whole day is from "00:00" to "24:00".';
    ctx.addIssue({ code: 'custom', path: ['to'], message, params: { code: 'never-matches' } });
  }),
);

const layer = (known: KnownIds): z.ZodMiniType<Layer> =>
  z.pipe(
    fields({
      id,
      name: or(text(255), null),
      people: z.array(reference('person', known.people)).check(z.minLength(1), z.maxLength(mostPeople)),
      rotation,
      start,
      restrictions: or(z.array(restriction).check(z.maxLength(50)), []),
    }),
    z.transform((found): Layer => {
      const { day, at } = found.start;
      const { id: own, name, people, rotation: turns, restrictions } = found;
      // A start without a time is that day's handoff.
      const handoff = turns.kind === 'custom' ? 0 : turns.at;
      return { id: own, name, people, rotation: turns, start: { day, at: at ?? handoff }, restrictions };
    }),
  );

const uuid = leaf((value) =>
  typeof value === 'string' && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
    ? taken(value.toLowerCase())
    : refused('invalid-uuid', 'A UUID is written 123e4567-e89b-12d3-a456-426614174000.'),
);

/** One on-call schedule of the document. */
export const scheduleSchema = (known: KnownIds): z.ZodMiniType<Schedule> =>
  fields({
    // `GET /v1/schedules/primary.ics` is the calendar of `primary`.
    id: id.check(
      z.refine((own) => !own.endsWith('.ics'), {
        message: 'An id that ends in .ics would be taken for the calendar of another schedule.',
        params: { code: 'invalid-id' },
      }),
    ),
    name: or(text(255), null),
    uuid: or(uuid, null),
    zone: zone(known),
    active: or(z.enum(['all', 'first']), 'all' as const),
    layers: or(distinct(layer(known), mostLayers), []),
    shifts: or(shiftsSchema(known), []),
  }).check(
    z.superRefine(
      ({ layers, shifts }, ctx) => {
        if (!isEmpty(layers) || !isEmpty(shifts)) return;
        const message = 'A schedule has at least one layer or one shift.';
        ctx.addIssue({ code: 'custom', path: ['layers'], message, params: { code: 'too-few' } });
      },
      // Also when something else in the schedule is wrong, so that all is told at once.
      { when: ({ value }) => isObject(value) },
    ),
  );

const isEmpty = (list: unknown): boolean => Array.isArray(list) && list.length === 0;

const mostSchedules = 500;

/** A schedule goes by its id and by its UUID: no two may share a name. */
function sharedNames(list: readonly unknown[], ctx: z.core.$RefinementCtx): void {
  const names = new Set(list.flatMap((one) => (isObject(one) && typeof one['id'] === 'string' ? [one['id']] : [])));
  for (const [index, one] of list.entries()) {
    const name = isObject(one) ? one['uuid'] : null;
    if (typeof name !== 'string') continue;
    const lower = name.toLowerCase();
    const message = 'This UUID is the name of another schedule.';
    if (names.has(lower)) ctx.addIssue({ code: 'custom', path: [index, 'uuid'], message, params: { code: 'duplicate-uuid' } });
    names.add(lower);
  }
}

/** All on-call schedules of the document. */
export const schedulesSchema = (known: KnownIds): z.ZodMiniType<readonly Schedule[]> =>
  distinct(scheduleSchema(known), mostSchedules).check(z.superRefine(sharedNames, { when: ({ value }) => Array.isArray(value) }));
