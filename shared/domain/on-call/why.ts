import { DateTime, Duration } from 'luxon';
import type { Instant, Seconds } from '../time.ts';
import type { OnCall } from './on-call.ts';
import { clockTime, type Override, type Rotation, type Schedule } from './schedule.ts';

/** An instant on the calendar of a zone: `Mon 9 Nov 09:00`. */
export const localMinute = (instant: Instant, zone: string, year: '' | ' yyyy' = ''): string =>
  DateTime.fromMillis(instant, { zone, locale: 'en-GB', numberingSystem: 'latn' }).toFormat(`ccc d LLL${year} HH:mm`);

/** `from Mon 9 Nov 09:00 to Mon 16 Nov 09:00`; the year of an end in another year is named. */
export function localStretch({ from, until }: { readonly from: Instant; readonly until: Instant }, zone: string): string {
  const sameYear = DateTime.fromMillis(from, { zone }).year === DateTime.fromMillis(until, { zone }).year;
  return `from ${localMinute(from, zone)} to ${localMinute(until, zone, sameYear ? '' : ' yyyy')}`;
}

/** 1st, 2nd, 3rd, 4th … */
function ordinal(number: number): string {
  const teen = number % 100 > 10 && number % 100 < 14;
  const ending = teen ? undefined : ['th', 'st', 'nd', 'rd'][number % 10];
  return `${number}${ending ?? 'th'}`;
}

/** 1970-01-05 was a Monday. */
const dayName = (weekday: number): string => DateTime.utc(1970, 1, 4 + weekday, { locale: 'en-GB' }).toFormat('cccc');

const each = (every: number, one: string, unit: string): string => (every === 1 ? one : `every ${every} ${unit}`);

/** `1 hour, 30 minutes`. */
const lengthWords = (seconds: Seconds): string =>
  Duration.fromObject({ hours: 0, minutes: 0, seconds }, { locale: 'en-GB', numberingSystem: 'latn' })
    .normalize()
    .removeZeros()
    .toHuman({ unitDisplay: 'long' });

/** `weekly on Monday, Thursday at 09:00`. */
function rotationWords(rotation: Rotation): string {
  switch (rotation.kind) {
    case 'daily':
      return `${each(rotation.every, 'daily', 'days')} at ${clockTime(rotation.at)}`;
    case 'weekly':
      return `${each(rotation.every, 'weekly', 'weeks')} on ${rotation.days.map(dayName).join(', ')} at ${clockTime(rotation.at)}`;
    case 'monthly':
      return `${each(rotation.every, 'monthly', 'months')} on the ${ordinal(rotation.day)} at ${clockTime(rotation.at)}`;
    case 'custom':
      return `every ${lengthWords(rotation.length)}`;
    default:
      return rotation satisfies never;
  }
}

/**
 * Why somebody is on call, in a sentence, times in the schedule's zone: `Ana: layer week (weekly on Monday at 09:00), turn 12 (3rd of 4), from Mon 9 Nov
 * 09:00 to Mon 16 Nov 09:00 (Europe/Berlin)`. `nameOf` gives the name of a person's id.
 */
export function why({ person, layer, reason }: OnCall, { zone, layers }: Schedule, nameOf: (id: string) => string): string {
  const known = layers.find(({ id }) => id === layer);
  const layerName = known?.name ?? layer;
  switch (reason.kind) {
    case 'turn': {
      const { turn, hours } = reason;
      const rotation = known === undefined ? '' : ` (${rotationWords(known.rotation)})`;
      const place = `turn ${turn.number + 1} (${ordinal(turn.index + 1)} of ${known?.people.length ?? 1})`;
      const within = hours === null ? '' : `, on call ${localStretch(hours, zone)}`;
      return `${nameOf(person)}: layer ${layerName ?? ''}${rotation}, ${place}, ${localStretch(turn, zone)}${within} (${zone})`;
    }
    case 'shift':
      return `${nameOf(person)}: shift ${localStretch(reason.shift, zone)} (${zone})`;
    case 'override': {
      const { instead, override } = reason;
      const names = instead.map(nameOf).join(', ');
      const place = instead.length === 0 ? 'added' : `instead of ${names}${layerName === null ? '' : ` (layer ${layerName})`}`;
      return `${nameOf(person)}: ${place} by ${madeBy(override, nameOf)}, ${localStretch(override, zone)} (${zone})`;
    }
    default:
      return reason satisfies never;
  }
}

const madeBy = ({ by }: Override, nameOf: (id: string) => string): string =>
  by.startsWith('user:') ? nameOf(by.slice('user:'.length)) : by;
