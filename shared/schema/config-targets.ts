import * as z from 'zod/mini';
import { roomId } from '../domain/directory.ts';
import { targetTypes, type Target, type TargetType } from '../domain/policy.ts';
import {
  didYouMean,
  fields,
  isObject,
  leaf,
  notSupported,
  or,
  refused,
  shorthand,
  taken,
  text,
  unknownReference,
  type Names,
  type Read,
} from './config-fields.ts';

/** The ids that a document holds, whether or not the things themselves are valid. */
export interface KnownIds {
  readonly people: Names;
  readonly teams: Names;
  readonly policies: Names;
  /** Their UUIDs too, in lower case. */
  readonly schedules: Names;
  /** With their sign, as `readRoomId` gives them. */
  readonly rooms: Names;
  /** Null: any; what was saved was judged then, and a channel that is gone since must not take everything else with it. */
  readonly channels: AddressSchemas | null;
}

/** What an address looks like, by the name of its channel. */
export type AddressSchemas = ReadonlyMap<string, { readonly address: z.ZodMiniType<string> }>;

const laterChannels = ['voice', 'push'];
/** No address of any kind is longer. */
export const longestAddress = 2048;

export const channel = ({ channels }: KnownIds) =>
  leaf((value): Read<string> => {
    if (typeof value === 'string' && channels?.has(value) !== false) return taken(value);
    if (typeof value === 'string' && laterChannels.includes(value)) return notSupported('This channel');
    return refused('unknown-channel', `A channel is one of ${[...(channels?.keys() ?? [])].join(', ')}.`);
  });

/** The id of a room, with its sign whether or not it was written: `#ops`. */
export function readRoomId(value: unknown): Read<string> {
  const name = typeof value === 'string' ? roomId(value) : null;
  return name === null
    ? refused(
        'invalid-id',
        'A channel is named "#ops": at most 64 letters, digits, dots, underscores and hyphens after the sign, in quotes.',
      )
    : taken(name);
}

/** An address as its channel wants it, refused in the channel's own words; what there is no channel for is refused where the channel stands. */
export function readAddress(name: string, value: string, { channels }: KnownIds): Read<string> {
  const issue = channels?.get(name)?.address.safeParse(value).error?.issues[0];
  if (issue === undefined) return taken(value);
  const code: unknown = issue.code === 'custom' ? issue.params?.['code'] : null;
  return refused(typeof code === 'string' ? code : 'invalid-address', issue.message);
}

/** The id of a schedule as it is, its UUID in lower case. */
function readScheduleName(written: string, { schedules }: KnownIds): Read<string> {
  const name = /^[0-9a-f-]{36}$/i.test(written) && !schedules.has(written) ? written.toLowerCase() : written;
  return schedules.has(name) ? taken(name) : unknownReference('schedule', name, schedules);
}

function readTargetType(value: unknown): Read<TargetType> {
  const found = targetTypes.find((type) => type === value);
  if (found !== undefined) return taken(found);
  if (typeof value !== 'string') return refused('wrong-type', 'The type of a target must be text.');
  return refused('unknown-target-type', `A target is one of ${targetTypes.join(', ')}${didYouMean(value, targetTypes)}`);
}

function readTargetId(type: TargetType, name: string, known: KnownIds): Read<string> {
  switch (type) {
    case 'user':
      return known.people.has(name) ? taken(name) : unknownReference('person', name, known.people);
    case 'team':
      return known.teams.has(name) ? taken(name) : unknownReference('team', name, known.teams);
    case 'schedule':
      return readScheduleName(name, known);
    case 'email':
      return readAddress('email', name, known);
    case 'phone':
      return readAddress('sms', name, known);
    case 'webhook':
      return readAddress('webhook', name, known);
    case 'custom':
      return readAddress('custom', name, known);
    case 'channel': {
      const room = readRoomId(name);
      return !room.ok || known.rooms.has(room.value) ? room : unknownReference('channel', room.value, known.rooms);
    }
    default:
      return type satisfies never;
  }
}

function readShortTarget(value: unknown, known: KnownIds): Read<Target> {
  const colon = typeof value === 'string' ? value.indexOf(':') : -1;
  if (typeof value !== 'string' || colon === -1) return refused('invalid-target', 'A target is written "user:ana", or with type and id.');
  const type = readTargetType(value.slice(0, colon));
  if (!type.ok) return type;
  const name = readTargetId(type.value, value.slice(colon + 1), known);
  if (!name.ok) return name;
  return taken({ type: type.value, id: name.value, name: null, priority: 1, channels: null, next: false, metadata: {} });
}

export const channelFilter = (known: KnownIds) => z.array(channel(known)).check(z.minLength(1), z.maxLength(20));

/** `user:ana`, or the long form. */
export const targetSchema = (known: KnownIds): z.ZodMiniType<Target> =>
  shorthand<Target>(
    leaf((value) => readShortTarget(value, known)),
    z.pipe(
      fields(
        {
          type: leaf(readTargetType),
          id: text(longestAddress),
          name: or(text(255), null),
          priority: or(z.int().check(z.minimum(1), z.maximum(1000)), 1),
          channels: or(channelFilter(known), null),
          next: or(z.boolean(), false),
          metadata: or(z.record(z.string(), z.unknown()), {}),
        },
        ['minSeverity'],
      ).check(
        z.superRefine(
          (target, ctx) => {
            const type = readTargetType(target.type);
            const name: Read<unknown> = type.ok && typeof target.id === 'string' ? readTargetId(type.value, target.id, known) : taken(null);
            if (!name.ok) ctx.addIssue({ code: 'custom', path: ['id'], message: name.detail, params: { code: name.code } });
            if (target.next && type.ok && type.value !== 'schedule') {
              const message = 'Only a schedule has somebody who comes next.';
              ctx.addIssue({ code: 'custom', path: ['next'], message, params: { code: 'not-a-schedule' } });
            }
          }, // Also when something else in the target is wrong, so that all is told at once.
          { when: ({ value }) => isObject(value) },
        ),
      ),
      z.transform((target) => {
        const name = readTargetId(target.type, target.id, known);
        return name.ok ? { ...target, id: name.value } : target;
      }),
    ),
  );
