import { DateTime } from 'luxon';
import type { Instant } from '../time.ts';
import type { OnCall } from './on-call.ts';
import type { Override, Schedule } from './schedule.ts';

/** An instant on the calendar of a zone: `Mon 9 Nov 09:00`. */
export const localMinute = (instant: Instant, zone: string): string =>
  DateTime.fromMillis(instant, { zone, locale: 'en-GB', numberingSystem: 'latn' }).toFormat('ccc d LLL HH:mm');

/** `from Mon 9 Nov 09:00 to Mon 16 Nov 09:00`. */
export const localStretch = ({ from, until }: { readonly from: Instant; readonly until: Instant }, zone: string): string =>
  `from ${localMinute(from, zone)} to ${localMinute(until, zone)}`;

/** 1st, 2nd, 3rd, 4th … */
function ordinal(number: number): string {
  const teen = number % 100 > 10 && number % 100 < 14;
  const ending = teen ? undefined : ['th', 'st', 'nd', 'rd'][number % 10];
  return `${number}${ending ?? 'th'}`;
}

/**
 * Why somebody is on call, in a sentence, times in the schedule's zone: `Ana: layer week, turn 12 (3rd of 4), from Mon 9 Nov 09:00 to Mon 16 Nov 09:00
 * (Europe/Berlin)`. `nameOf` gives the name of a person's id.
 */
export function why({ person, layer, reason }: OnCall, { zone, layers }: Schedule, nameOf: (id: string) => string): string {
  const known = layers.find(({ id }) => id === layer);
  const layerName = known?.name ?? layer;
  switch (reason.kind) {
    case 'turn': {
      const { turn, hours } = reason;
      const place = `turn ${turn.number + 1} (${ordinal(turn.index + 1)} of ${known?.people.length ?? 1})`;
      const within = hours === null ? '' : `, on call ${localStretch(hours, zone)}`;
      return `${nameOf(person)}: layer ${layerName ?? ''}, ${place}, ${localStretch(turn, zone)}${within} (${zone})`;
    }
    case 'override': {
      const { instead, override } = reason;
      const place = instead === null ? 'added' : `instead of ${nameOf(instead)}${layerName === null ? '' : ` (layer ${layerName})`}`;
      return `${nameOf(person)}: ${place} by ${madeBy(override, nameOf)}, ${localStretch(override, zone)} (${zone})`;
    }
    default:
      return reason satisfies never;
  }
}

const madeBy = ({ by }: Override, nameOf: (id: string) => string): string =>
  by.startsWith('user:') ? nameOf(by.slice('user:'.length)) : by;
