import * as z from 'zod';
import { targetTypes, type Level, type Policy, type Target, type TargetType } from '../domain/policy.ts';
import type { Seconds } from '../domain/time.ts';
import {
  didYouMean,
  duration,
  fields,
  id,
  isObject,
  leaf,
  notSupported,
  or,
  refused,
  severityList,
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
  /** Null: any; what was saved was judged then, and a channel that is gone since must not take everything else with it. */
  readonly channels: AddressSchemas | null;
}

/** What an address looks like, by the name of its channel. */
export type AddressSchemas = ReadonlyMap<string, { readonly address: z.ZodType<string> }>;

/** A policy before it has a version. */
export type PolicyContent = Omit<Policy, 'version'>;

const laterTargets = ['schedule', 'channel', 'webhook', 'custom'];
const laterChannels = ['webhook', 'slack', 'voice', 'push'];
/** A round a second would page people without end. */
const shortestRound: Seconds = 60;

export const channel = ({ channels }: KnownIds) =>
  leaf((value): Read<string> => {
    if (typeof value === 'string' && channels?.has(value) !== false) return taken(value);
    if (typeof value === 'string' && laterChannels.includes(value)) return notSupported('This channel');
    return refused('unknown-channel', `A channel is one of ${[...(channels?.keys() ?? [])].join(', ')}.`);
  });

/** An address as its channel wants it, refused in the channel's own words; what there is no channel for is refused where the channel stands. */
export function readAddress(name: string, value: string, { channels }: KnownIds): Read<string> {
  const issue = channels?.get(name)?.address.safeParse(value).error?.issues[0];
  if (issue === undefined) return taken(value);
  const code: unknown = issue.code === 'custom' ? issue.params?.['code'] : null;
  return refused(typeof code === 'string' ? code : 'invalid-address', issue.message);
}

function readTargetType(value: unknown): Read<TargetType> {
  const found = targetTypes.find((type) => type === value);
  if (found !== undefined) return taken(found);
  if (typeof value !== 'string') return refused('wrong-type', 'The type of a target must be text.');
  if (laterTargets.includes(value)) return notSupported('This type of target');
  return refused('unknown-target-type', `A target is one of ${targetTypes.join(', ')}${didYouMean(value, targetTypes)}`);
}

function readTargetId(type: TargetType, name: string, known: KnownIds): Read<string> {
  switch (type) {
    case 'user':
      return known.people.has(name) ? taken(name) : unknownReference('person', name, known.people);
    case 'team':
      return known.teams.has(name) ? taken(name) : unknownReference('team', name, known.teams);
    case 'email':
      return readAddress('email', name, known);
    case 'phone':
      return readAddress('sms', name, known);
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
  return taken({ type: type.value, id: name.value, name: null, priority: 1, channels: null, metadata: {} });
}

const channelFilter = (known: KnownIds) => z.array(channel(known)).min(1).max(20);

/** `user:ana`, or the long form. */
const targetSchema = (known: KnownIds): z.ZodType<Target> =>
  shorthand<Target>(
    leaf((value) => readShortTarget(value, known)),
    fields(
      {
        type: leaf(readTargetType),
        id: text(254),
        name: or(text(255), null),
        priority: or(z.int().min(1).max(1000), 1),
        channels: or(channelFilter(known), null),
        metadata: or(z.record(z.string(), z.unknown()), {}),
      },
      ['minSeverity'],
    ).superRefine(
      (target, ctx) => {
        const type = readTargetType(target.type);
        const name: Read<unknown> = type.ok && typeof target.id === 'string' ? readTargetId(type.value, target.id, known) : taken(null);
        if (!name.ok) ctx.addIssue({ code: 'custom', path: ['id'], message: name.detail, params: { code: name.code } });
      },
      // Also when something else in the target is wrong, so that all is told at once.
      { when: ({ value }) => isObject(value) },
    ),
  );

/** A catch-all that nobody stands behind would be none. */
export const catchAllSchema = (known: KnownIds) => z.array(targetSchema(known)).min(1).max(100);

const levelRepeat = fields({ count: z.int().min(0).max(1000), every: duration(1) }).transform(({ count, every }) =>
  count > 0 ? { count, every } : null,
);

const levelSchema = (known: KnownIds): z.ZodType<Level> =>
  fields(
    {
      label: or(text(255), null),
      delay: or(duration(0), 0),
      anchor: or(z.enum(['previous', 'cycleStart']), 'previous' as const),
      minWait: or(duration(0), 0),
      targets: z.array(targetSchema(known)).max(100),
      channels: or(channelFilter(known), null),
      repeat: or(levelRepeat, null),
      stopOnAck: or(z.boolean(), true),
      requireAck: or(z.boolean(), true),
      autoResolve: or(duration(1), null),
    },
    ['conditions'],
  );

type Cooldown = NonNullable<Policy['cooldown']>;

const cooldownSchema = shorthand<Cooldown>(
  duration(1).transform((seconds): Cooldown => ({ for: seconds, then: 'hold' })),
  fields({ for: duration(1), then: or(z.enum(['hold', 'drop']), 'hold' as const) }),
);

const policyRepeat = fields({
  times: z.int().min(0).max(1000),
  every: duration(shortestRound),
  anchor: or(z.enum(['chainEnd', 'cycleStart']), 'chainEnd' as const),
}).transform(({ times, every, anchor }) => (times > 0 ? { times, every, anchor } : null));

/** From the start of a round to the last repeat of its last level, when nothing is late. */
function chainLength(levels: readonly Level[]): Seconds {
  let fired = 0;
  let freeAt = 0;
  for (const level of levels) {
    const wanted = level.anchor === 'cycleStart' ? level.delay : fired + level.delay;
    fired = Math.max(wanted, freeAt, fired);
    freeAt = fired + level.minWait;
  }
  const repeat = levels.at(-1)?.repeat;
  return fired + (repeat ? repeat.count * repeat.every : 0);
}

/** `settingsCatchAll`: the settings have a catch-all, so that a policy need not. */
export const policySchema = (known: KnownIds, settingsCatchAll: boolean): z.ZodType<PolicyContent> =>
  fields(
    {
      id,
      description: or(text(4096), null),
      severities: or(severityList, null),
      levels: z.array(levelSchema(known)).min(1).max(50),
      repeat: or(policyRepeat, null),
      exhaustedAfter: or(duration(1), 900),
      catchAll: or(catchAllSchema(known), null),
      reminder: or(duration(1), 1800),
      maxEscalations: or(z.int().min(1).max(100_000), null),
      acknowledgementTimeout: or(duration(1), null),
      cooldown: or(cooldownSchema, null),
      enabled: or(z.boolean(), true),
    },
    ['hours', 'outside', 'triggers', 'conditions', 'priority'],
  )
    .superRefine(
      (policy, ctx) => {
        if (settingsCatchAll || (policy.catchAll ?? null) !== null) return;
        const message = 'Either the policy or the settings must have a catch-all: whom to tell when nobody answers.';
        ctx.addIssue({ code: 'custom', path: ['catchAll'], message, params: { code: 'catch-all-missing' } });
      },
      { when: ({ value }) => isObject(value) },
    )
    .superRefine(({ repeat, levels }, ctx) => {
      const chain = chainLength(levels);
      if (repeat?.anchor !== 'cycleStart' || repeat.every >= chain) return;
      const message = `With the anchor cycleStart rounds must be at least as far apart as the levels take: ${chain} s.`;
      ctx.addIssue({ code: 'custom', path: ['repeat', 'every'], message, params: { code: 'repeat-shorter-than-chain' } });
    });
