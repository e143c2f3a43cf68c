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
export const text = z.string();
export const texts = z.array(text);
export const flag = z.boolean();
export const textOrNull = z.nullable(text);
export const instantOrNull = z.nullable(instant);
const labels = z.record(text, text);
export const jsonObject = z.record(text, z.json());
export const incidentId = z.object({ key: text, generation: count });
export const notificationKind = z.enum(['page', 'outcome', 'notice']);

export const target = z.object({
  type: z.enum(targetTypes),
  id: text,
  name: textOrNull,
  priority: z.number(),
  channels: z.nullable(texts),
  // Older records have none.
  next: z._default(flag, false),
  metadata: z.record(text, z.unknown()),
}) satisfies z.ZodMiniType<Target>;

const link = z.object({ href: text, text: textOrNull }) satisfies z.ZodMiniType<Link>;

/** What a signal and an incident say about the problem in the same words. */
export const subject = {
  service: text,
  dedupKey: text,
  title: text,
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
  person: text,
  name: text,
  zone: text,
  channel: text,
  contact: text,
  cycle: count,
  level: count,
  repeat: count,
  batch: count,
  tried: texts,
  madeAt: instant,
  notBefore: instant,
}) satisfies z.ZodMiniType<NewNotification>;

export const notification = z.extend(newNotification, {
  failures: count,
  failingSince: instantOrNull,
  fellOver: flag,
  lease: z.nullable(z.object({ claim: text, until: instant })),
  // Older records have none.
  bundle: z._default(textOrNull, null),
}) satisfies z.ZodMiniType<Notification>;

export const toldPerson = z.object({
  person: text,
  name: text,
  zone: text,
  contacts: z.record(text, z.object({ channel: text, page: count })),
  pages: z.array(count),
}) satisfies z.ZodMiniType<ToldPerson>;
