import * as z from 'zod/mini';
import { count, incidentId, instant, instantOrNull, notificationKind, textOrNull } from './records-parts.ts';

// The small records beside incidents and configuration. Their types stand in the ports, which schemas may not import:
// a test proves that the two are the same.

export const ingestKey = z.object({
  id: z.string(),
  service: z.string(),
  hash: z.string(),
  createdAt: instant,
  lastUsedAt: instantOrNull,
});

export const replyCode = z.object({
  number: z.string(),
  code: z.string(),
  incident: incidentId,
  person: z.string(),
  cycle: count,
  level: count,
  expiresAt: instant,
});

export const replyGuard = z.object({ version: count, wrong: z.array(instant), ignoredUntil: instantOrNull });

export const declinedSignal = z.object({
  id: z.string(),
  at: instant,
  service: z.string(),
  dedupKey: z.string(),
  title: z.string(),
  action: z.enum(['trigger', 'acknowledge', 'resolve', 'record']),
  outcome: z.enum(['held', 'declined', 'ignored']),
  reason: z.string(),
  incidentId: textOrNull,
});

export const mute = z.object({ service: z.string(), until: instant, reason: z.string(), by: z.string(), since: instant });

export const scheduleOverride = z.object({
  schedule: z.string(),
  id: z.string(),
  from: instant,
  until: instant,
  change: z.enum(['replace', 'add', 'remove']),
  person: z.string(),
  instead: textOrNull,
  by: z.string(),
  madeAt: instant,
});

export const contactHealth = z.object({
  person: z.string(),
  contact: z.string(),
  unhealthy: z.nullable(z.object({ code: z.string(), since: instant })),
  lastSentAt: instantOrNull,
});

export const inboxMessage = z.object({
  id: z.string(),
  at: instant,
  channel: z.string(),
  to: z.string(),
  subject: textOrNull,
  text: z.string(),
  kind: notificationKind,
  person: z.string(),
  incidentId: textOrNull,
  notificationId: textOrNull,
  ackUrl: textOrNull,
  code: textOrNull,
});
