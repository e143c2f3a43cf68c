import * as z from 'zod/mini';
import type { Level, Policy } from '../domain/policy.ts';
import type { Seconds } from '../domain/time.ts';
import { duration, fields, id, isObject, or, severityList, shorthand, text } from './config-fields.ts';
import { channelFilter, targetSchema, type KnownIds } from './config-targets.ts';

/** A policy before it has a version. */
export type PolicyContent = Omit<Policy, 'version'>;

/** A round a second would page people without end. */
const shortestRound: Seconds = 60;

/** A catch-all that nobody stands behind would be none. */
export const catchAllSchema = (known: KnownIds) => z.array(targetSchema(known)).check(z.minLength(1), z.maxLength(100));

const levelRepeat = () =>
  z.pipe(
    fields({ count: z.int().check(z.minimum(0), z.maximum(1000)), every: duration(1) }),
    z.transform(({ count, every }) => (count > 0 ? { count, every } : null)),
  );

const levelSchema = (known: KnownIds): z.ZodMiniType<Level> =>
  fields(
    {
      label: or(text(255), null),
      delay: or(duration(0), 0),
      anchor: or(z.enum(['previous', 'cycleStart']), 'previous' as const),
      minWait: or(duration(0), 0),
      targets: z.array(targetSchema(known)).check(z.maxLength(100)),
      channels: or(channelFilter(known), null),
      repeat: or(levelRepeat(), null),
      stopOnAck: or(z.boolean(), true),
      requireAck: or(z.boolean(), true),
      autoResolve: or(duration(1), null),
    },
    ['conditions'],
  );

type Cooldown = NonNullable<Policy['cooldown']>;

const cooldownSchema = () =>
  shorthand<Cooldown>(
    z.pipe(
      duration(1),
      z.transform((seconds): Cooldown => ({ for: seconds, then: 'hold' })),
    ),
    fields({ for: duration(1), then: or(z.enum(['hold', 'drop']), 'hold' as const) }),
  );

const policyRepeat = () =>
  z.pipe(
    fields({
      times: z.int().check(z.minimum(0), z.maximum(1000)),
      every: duration(shortestRound),
      anchor: or(z.enum(['chainEnd', 'cycleStart']), 'chainEnd' as const),
    }),
    z.transform(({ times, every, anchor }) => (times > 0 ? { times, every, anchor } : null)),
  );

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
export const policySchema = (known: KnownIds, settingsCatchAll: boolean): z.ZodMiniType<PolicyContent> =>
  fields(
    {
      id,
      description: or(text(4096), null),
      severities: or(severityList, null),
      levels: z.array(levelSchema(known)).check(z.minLength(1), z.maxLength(50)),
      repeat: or(policyRepeat(), null),
      exhaustedAfter: or(duration(1), 900),
      catchAll: or(catchAllSchema(known), null),
      reminder: or(duration(1), 1800),
      maxEscalations: or(z.int().check(z.minimum(1), z.maximum(100_000)), null),
      acknowledgementTimeout: or(duration(1), null),
      cooldown: or(cooldownSchema(), null),
      enabled: or(z.boolean(), true),
    },
    ['hours', 'outside', 'triggers', 'conditions', 'priority'],
  ).check(
    z.superRefine(
      (policy, ctx) => {
        if (settingsCatchAll || (policy.catchAll ?? null) !== null) return;
        const message = 'Either the policy or the settings must have a catch-all: whom to tell when nobody answers.';
        ctx.addIssue({ code: 'custom', path: ['catchAll'], message, params: { code: 'catch-all-missing' } });
      },
      { when: ({ value }) => isObject(value) },
    ),
    z.superRefine(({ repeat, levels }, ctx) => {
      const chain = chainLength(levels);
      if (repeat?.anchor !== 'cycleStart' || repeat.every >= chain) return;
      const message = `With the anchor cycleStart rounds must be at least as far apart as the levels take: ${chain} s.`;
      ctx.addIssue({ code: 'custom', path: ['repeat', 'every'], message, params: { code: 'repeat-shorter-than-chain' } });
    }),
  );
