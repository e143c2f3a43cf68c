import * as z from 'zod/mini';
import type { Held, Link, Signal } from '../domain/incident.ts';
import type { NewNotification, Notification, ToldPerson } from '../domain/notification.ts';
import { targetTypes } from '../domain/policy.ts';
import type { Target } from '../domain/policy.ts';
import { severities } from '../domain/severity.ts';

// What several stored records are made of. Instants may be fractions of a millisecond: a sped-up clock gives such.
export const instant = z.number();
export const count = z.int();
export const severity = z.enum(severities);
export const textOrNull = z.nullable(z.string());
export const instantOrNull = z.nullable(instant);
const labels = z.record(z.string(), z.string());
export const jsonObject = z.record(z.string(), z.json());
export const incidentId = z.object({ key: z.string(), generation: count });
export const notificationKind = z.enum(['page', 'outcome', 'notice']);

export const target = z.object({
  type: z.enum(targetTypes),
  id: z.string(),
  name: textOrNull,
  priority: z.number(),
  channels: z.nullable(z.array(z.string())),
  // Older records have none.
  next: z._default(z.boolean(), false),
  metadata: z.record(z.string(), z.unknown()),
}) satisfies z.ZodMiniType<Target>;

const link = z.object({ href: z.string(), text: textOrNull }) satisfies z.ZodMiniType<Link>;

/** What a signal and an incident say about the problem in the same words. */
export const subject = {
  service: z.string(),
  dedupKey: z.string(),
  title: z.string(),
  severity,
  severityText: textOrNull,
  source: textOrNull,
  type: textOrNull,
  environment: textOrNull,
  description: textOrNull,
  labels,
  links: z.array(link),
  details: z.nullable(jsonObject),
  context: z.nullable(jsonObject),
};

export const signal = z.object({ ...subject, occurredAt: instantOrNull }) satisfies z.ZodMiniType<Signal>;

export const heldReason = z.enum(['cooldown', 'muted', 'capacity', 'stale']);

export const held = z.object({ reason: heldReason, since: instant, until: instant, signal }) satisfies z.ZodMiniType<Held>;

export const newNotification = z.object({
  n: count,
  kind: notificationKind,
  purpose: z.enum([
    'level',
    'reassigned',
    'acknowledgementTimedOut',
    'exhausted',
    'limit',
    'nobodyReached',
    'reminder',
    'acknowledged',
    'resolved',
    'cancelled',
    'failed',
    'test',
  ]),
  by: textOrNull,
  person: z.string(),
  name: z.string(),
  zone: z.string(),
  channel: z.string(),
  contact: z.string(),
  cycle: count,
  level: count,
  repeat: count,
  batch: count,
  tried: z.array(z.string()),
  madeAt: instant,
  notBefore: instant,
}) satisfies z.ZodMiniType<NewNotification>;

export const notification = z.extend(newNotification, {
  failures: count,
  failingSince: instantOrNull,
  fellOver: z.boolean(),
  lease: z.nullable(z.object({ claim: z.string(), until: instant })),
  // Older records have none.
  bundle: z._default(textOrNull, null),
}) satisfies z.ZodMiniType<Notification>;

export const toldPerson = z.object({
  person: z.string(),
  name: z.string(),
  zone: z.string(),
  contacts: z.record(z.string(), z.object({ channel: z.string(), page: count })),
  pages: z.array(count),
}) satisfies z.ZodMiniType<ToldPerson>;
