import * as z from 'zod/mini';
import { roomId } from '../domain/directory.ts';
import { targetTypes, type Target, type TargetType } from '../domain/policy.ts';
import { common, duration, finding, text } from './act-bodies.ts';
import { or } from './config-fields.ts';
import { idPattern } from './id-pattern.ts';
import { webhookAddress } from './webhook-address.ts';

// Bodies of the rarer acts, each made when the first comes. Unknown members are ignored.

const addressPatterns: Readonly<Record<TargetType, RegExp>> = {
  user: idPattern,
  team: idPattern,
  schedule: idPattern,
  email: /^[^\s@<>",;:\\()[\]]{1,64}@[^\s@<>",;:\\()[\]]{1,255}$/,
  phone: /^\+[1-9][0-9]{6,14}$/,
  channel: /^#?[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  webhook: /^(?:https:\/\/|secret:)/,
  custom: idPattern,
};

/** Whether an address is one of its kind; a URL of this very machine is none here. */
const isAddress = (type: TargetType, id: string): boolean =>
  addressPatterns[type].test(id) && (type !== 'webhook' || webhookAddress({ loopback: false }).safeParse(id).success);

const targetObject = z.lazy(() =>
  z.object({
    type: z.enum(targetTypes),
    id: z.string(),
    name: or(z.string().check(z.maxLength(255)), null),
    priority: or(z.int().check(z.minimum(1), z.maximum(1000)), 1),
    channels: or(z.array(z.string()).check(z.maxLength(32)), null),
    next: or(z.boolean(), false),
    metadata: or(z.record(z.string(), z.unknown()), {}),
  }),
);

/** `"user:ana"`, or an object with type and id. */
const target = z.pipe(
  z.unknown(),
  z.transform((value, context): Target => {
    const parsed = targetObject.safeParse(typeof value === 'string' ? splitTarget(value) : value);
    if (parsed.success && isAddress(parsed.data.type, parsed.data.id)) {
      const { type, id, next } = parsed.data;
      if (next && type !== 'schedule') {
        context.issues.push({ ...finding(next, 'not-a-schedule', 'Only a schedule has somebody who comes next.'), path: ['next'] });
      }
      return { ...parsed.data, id: type === 'channel' ? (roomId(id) ?? id) : id };
    }
    context.issues.push(
      finding(value, 'invalid-target', `Must be a target such as "user:ana", of one of the types ${targetTypes.join(', ')}.`),
    );
    return z.NEVER;
  }),
);

function splitTarget(value: string): unknown {
  const colon = value.indexOf(':');
  return { type: value.slice(0, Math.max(0, colon)), id: value.slice(colon + 1) };
}

export const escalateBody = z.lazy(() =>
  z.object({
    ...common,
    force: z.nullish(z.boolean()),
    from: z.nullish(z.object({ cycle: z.int().check(z.minimum(0)), level: z.int().check(z.minimum(0)) })),
  }),
);

export const snoozeBody = z.lazy(() => z.object({ ...common, for: duration }));

export const reassignBody = z.lazy(() => z.object({ ...common, to: z.array(target).check(z.minLength(1), z.maxLength(100)) }));

export const notesBody = z.lazy(() => {
  const filled = text.check(z.refine((value) => value.trim() !== '', { message: 'May not be blank.', params: { code: 'blank' } }));
  return z.object({ ...common, note: filled });
});
