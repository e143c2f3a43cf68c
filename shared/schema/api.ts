import * as z from 'zod';
import { roomId } from '../domain/directory.ts';
import { parseDuration } from '../domain/duration.ts';
import { targetTypes, type Target, type TargetType } from '../domain/policy.ts';
import { parseSeverity } from '../domain/severity.ts';
import { storedStates, type State } from '../domain/states.ts';
import type { Seconds } from '../domain/time.ts';
import { or } from './config-fields.ts';
import { idPattern } from './id-pattern.ts';
import { webhookAddress } from './webhook-address.ts';

const maxTextBytes = 4096;

const finding = (code: string, message: string) => ({ code: 'custom' as const, message, params: { code } });

const text = z
  .string()
  .refine((value) => Buffer.byteLength(value) <= maxTextBytes, { message: 'Must be at most 4 KB.', params: { code: 'too-large' } });
const filledText = text.refine((value) => value.trim() !== '', { message: 'May not be blank.', params: { code: 'blank' } });

/** At least a second, at most 366 days. */
const duration = z.unknown().transform((value, context): Seconds => {
  const seconds = typeof value === 'string' || typeof value === 'number' ? parseDuration(value) : null;
  if (seconds !== null && seconds >= 1) return seconds;
  context.addIssue(
    finding('invalid-duration', 'Must be a duration such as "15m", "1h30m" or a number of seconds, from 1 second to 366 days.'),
  );
  return z.NEVER;
});

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

const targetObject = z.object({
  type: z.enum(targetTypes),
  id: z.string(),
  name: or(z.string().max(255), null),
  priority: or(z.int().min(1).max(1000), 1),
  channels: or(z.array(z.string()).max(32), null),
  next: or(z.boolean(), false),
  metadata: or(z.record(z.string(), z.unknown()), {}),
});

/** `"user:ana"`, or an object with type and id. */
const target = z.unknown().transform((value, context): Target => {
  const parsed = targetObject.safeParse(typeof value === 'string' ? splitTarget(value) : value);
  if (parsed.success && isAddress(parsed.data.type, parsed.data.id)) {
    const { type, id, next } = parsed.data;
    if (next && type !== 'schedule') {
      context.addIssue({ ...finding('not-a-schedule', 'Only a schedule has somebody who comes next.'), path: ['next'] });
    }
    return { ...parsed.data, id: type === 'channel' ? (roomId(id) ?? id) : id };
  }
  context.addIssue(finding('invalid-target', `Must be a target such as "user:ana", of one of the types ${targetTypes.join(', ')}.`));
  return z.NEVER;
});

function splitTarget(value: string): unknown {
  const colon = value.indexOf(':');
  return { type: value.slice(0, Math.max(0, colon)), id: value.slice(colon + 1) };
}

const by = z.string().trim().min(1).max(255).nullish();
const common = { by, reason: text.nullish(), note: text.nullish() };

/** Bodies of `POST /v1/incidents/{id}/…`; unknown members are ignored. */
export const actBodies = {
  acknowledge: z.object(common),
  resolve: z.object(common),
  cancel: z.object(common),
  escalate: z.object({
    ...common,
    force: z.boolean().nullish(),
    from: z.object({ cycle: z.int().min(0), level: z.int().min(0) }).nullish(),
  }),
  snooze: z.object({ ...common, for: duration }),
  reassign: z.object({ ...common, to: z.array(target).min(1).max(100) }),
  notes: z.object({ ...common, note: filledText }),
};

/** Body of `POST /v1/services/{id}/mute`. */
export const muteBody = z.object({ for: duration, reason: text.nullish(), by });

/** The empty object: bodies that say nothing, and may say anything. */
export const anyObject = z.object({});

const wholeNumber = (from: number, to: number, otherwise: number) =>
  z
    .string()
    .regex(/^[0-9]{1,9}$/, 'Must be a whole number.')
    .transform(Number)
    .pipe(z.int().min(from).max(to))
    .default(otherwise);

const states: readonly (State | 'open')[] = [...storedStates, 'escalating', 'open'];
const id = z.string().regex(idPattern, 'Must be an id: letters, digits, dots, underscores and hyphens, at most 64.');

const severity = z.string().transform((value, context) => {
  const found = parseSeverity(value);
  if (found !== null) return found;
  context.addIssue(finding('unknown-severity', 'Must be critical, high, medium, low or info, or one of their aliases.'));
  return z.NEVER;
});

/** Query of `GET /v1/incidents`. */
export const incidentQuery = z.object({
  state: z.enum(states).nullable().default(null),
  service: id.nullable().default(null),
  severity: severity.nullable().default(null),
  policy: id.nullable().default(null),
  limit: wholeNumber(1, 200, 50),
  cursor: z.string().min(1).max(1024).nullable().default(null),
});

/** Query of `GET /v1/incidents/{id}/timeline`: events with a `seq` above `after`. */
export const timelineQuery = z.object({ after: wholeNumber(0, 999_999_999, 0), limit: wholeNumber(1, 1000, 500) });

/** Query of `GET /v1/declined`. */
export const declinedQuery = z.object({ service: id.nullable().default(null), limit: wholeNumber(1, 200, 50) });

const instant = z.iso.datetime({ offset: true }).transform((value) => Date.parse(value));

/** Query of `GET /v1/stats`. */
export const statsQuery = z.object({ from: instant.nullable().default(null), to: instant.nullable().default(null) });

/** Body of `POST /v1/explain`, besides the event: whose signal it would be. */
export const explainBody = z.object({ service: id });
