import * as z from 'zod/mini';
import { count, incidentId, instant, instantOrNull, notificationKind, text, textOrNull } from './records-parts.ts';

// The small records beside incidents and configuration. Their types stand in the ports, which schemas may not import:
// a test proves that the two are the same.

export const ingestKey = z.lazy(() =>
  z.object({
    id: text,
    service: text,
    hash: text,
    createdAt: instant,
    lastUsedAt: instantOrNull,
  }),
);

export const replyCode = z.lazy(() =>
  z.object({
    number: text,
    code: text,
    incident: incidentId,
    person: text,
    cycle: count,
    level: count,
    expiresAt: instant,
  }),
);

export const replyGuard = z.lazy(() => z.object({ version: count, wrong: z.array(instant), ignoredUntil: instantOrNull }));

export const declinedSignal = z.lazy(() =>
  z.object({
    id: text,
    at: instant,
    service: text,
    dedupKey: text,
    title: text,
    action: z.enum(['trigger', 'acknowledge', 'resolve', 'record']),
    outcome: z.enum(['held', 'declined', 'ignored']),
    reason: text,
    incidentId: textOrNull,
  }),
);

export const mute = z.lazy(() => z.object({ service: text, until: instant, reason: text, by: text, since: instant }));

export const scheduleOverride = z.lazy(() =>
  z.object({
    schedule: text,
    id: text,
    from: instant,
    until: instant,
    change: z.enum(['replace', 'add', 'remove']),
    person: text,
    instead: textOrNull,
    by: text,
    madeAt: instant,
  }),
);

export const contactHealth = z.lazy(() =>
  z.object({
    person: text,
    contact: text,
    unhealthy: z.nullable(z.object({ code: text, since: instant })),
    lastSentAt: instantOrNull,
  }),
);

export const inboxMessage = z.lazy(() =>
  z.object({
    id: text,
    at: instant,
    channel: text,
    to: text,
    subject: textOrNull,
    text,
    kind: notificationKind,
    person: text,
    incidentId: textOrNull,
    notificationId: textOrNull,
    ackUrl: textOrNull,
    code: textOrNull,
  }),
);
