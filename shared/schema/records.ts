import * as z from 'zod/mini';
import type { Incident, IncidentRecord } from '../domain/incident.ts';
import type { IncidentEvent } from '../domain/events.ts';
import type { Policy } from '../domain/policy.ts';
import { storedStates } from '../domain/states.ts';
import { bundle, bundleMember, traffic } from './records-bundle.ts';
import { incidentEvent } from './records-event.ts';
import {
  count,
  flag,
  held,
  instant,
  instantOrNull,
  jsonObject,
  notification,
  severity,
  subject,
  target,
  text,
  textOrNull,
  texts,
  toldPerson,
} from './records-parts.ts';
import { contactHealth, declinedSignal, inboxMessage, ingestKey, mute, replyCode, replyGuard, scheduleOverride } from './records-rows.ts';

const act = () => z.object({ by: text, at: instant });

const due = () =>
  z.object({
    step: z.nullable(z.object({ at: instant, what: z.enum(['next', 'again']), byHand: flag })),
    levelRepeat: instantOrNull,
    acknowledgementTimeout: instantOrNull,
    snoozeEnd: instantOrNull,
    autoResolve: instantOrNull,
    reminder: instantOrNull,
  });

const position = () =>
  z.object({
    level: count,
    cycle: count,
    repeat: count,
    levelFiredAt: instantOrNull,
    lastFiredAt: instantOrNull,
    cycleStartedAt: instant,
    levelReached: flag,
    roundReached: flag,
    levelEmpty: flag,
    roundReported: flag,
    unplaced: count,
  });

const incidentRecord = () =>
  z.object({
    ...subject,
    sourceTriggeredAt: instantOrNull,
    sourceResolvedAt: instantOrNull,
    policyId: text,
    policyVersion: count,
    routedBy: z.literal('service'),
    assignees: z.array(target),
    state: z.enum(storedStates),
    endReason: z.nullable(z.enum(['exhausted', 'limit', 'cancelled', 'failed'])),
    position: position(),
    escalationCount: count,
    notificationCount: count,
    createdAt: instant,
    acknowledged: z.nullable(act()),
    firstAcknowledgedAt: instantOrNull,
    resolved: z.nullable(act()),
    cancelled: z.nullable(z.extend(act(), { reason: textOrNull })),
    endedAt: instantOrNull,
    snoozedUntil: instantOrNull,
    due: due(),
    // Older records were told to everybody at once.
    outcomesToTell: z.array(
      z.object({ what: z.enum(['acknowledged', 'resolved', 'cancelled']), by: text, after: z._default(textOrNull, null) }),
    ),
    outbox: z.array(notification),
    notificationsMade: count,
    told: z.array(toldPerson),
    held: z.nullable(held),
  }) satisfies z.ZodMiniType<IncidentRecord>;

// A function reads few of these, and of a new alarm nothing: each schema is made when its first record is read.
const incident = z.lazy(() =>
  z.extend(incidentRecord(), {
    schema: z.literal(1),
    key: text,
    generation: count,
    version: count,
    updatedAt: instant,
    seq: count,
    unfiled: z.array(incidentEvent),
    commands: z.array(z.object({ id: text, at: instant, body: textOrNull, answer: text })),
    detailsRow: z.nullable(text),
    finish: z.array(z.object({ generation: count, at: instant })),
    // Older records have none.
    publishing: z._default(z.nullable(z.object({ through: count, failures: count, retryAt: instantOrNull })), null),
    lookAt: instantOrNull,
  }),
) satisfies z.ZodMiniType<Incident>;

const level = () =>
  z.object({
    label: textOrNull,
    delay: count,
    anchor: z.enum(['previous', 'cycleStart']),
    minWait: count,
    targets: z.array(target),
    channels: z.nullable(texts),
    repeat: z.nullable(z.object({ count, every: count })),
    stopOnAck: flag,
    requireAck: flag,
    autoResolve: z.nullable(count),
  });

const policy = z.lazy(() =>
  z.object({
    id: text,
    version: count,
    description: textOrNull,
    severities: z.nullable(z.array(severity)),
    levels: z.array(level()),
    repeat: z.nullable(z.object({ times: count, every: count, anchor: z.enum(['chainEnd', 'cycleStart']) })),
    exhaustedAfter: count,
    catchAll: z.nullable(z.array(target)),
    reminder: count,
    maxEscalations: z.nullable(count),
    acknowledgementTimeout: z.nullable(count),
    cooldown: z.nullable(z.object({ for: count, then: z.enum(['hold', 'drop']) })),
    enabled: flag,
  }),
) satisfies z.ZodMiniType<Policy>;

const storedConfig = z.lazy(() =>
  z.object({
    version: count,
    savedAt: instant,
    document: jsonObject,
    policyVersions: z.record(text, count),
    // Older records have none.
    policyTimes: z._default(z.record(text, z.object({ createdAt: instantOrNull, updatedAt: instantOrNull })), {}),
  }),
);

const detailsRow = z.lazy(() => z.object({ at: instant, details: z.nullable(jsonObject), context: z.nullable(jsonObject) }));

/**
 * Every record that outlives the process, with the version it is written in. A record of another version is unreadable, so a change of
 * shape takes a new version and a reader that lifts the old one; a test holds the shapes to their versions.
 */
export const storedRecords = {
  incident: { version: 1, schema: incident },
  event: { version: 1, schema: incidentEvent },
  policy: { version: 1, schema: policy },
  config: { version: 1, schema: storedConfig },
  details: { version: 1, schema: detailsRow },
  ingestKey: { version: 1, schema: ingestKey },
  replyCode: { version: 1, schema: replyCode },
  replyGuard: { version: 1, schema: replyGuard },
  declined: { version: 2, schema: declinedSignal },
  mute: { version: 1, schema: mute },
  contactHealth: { version: 1, schema: contactHealth },
  scheduleOverride: { version: 1, schema: scheduleOverride },
  inboxMessage: { version: 1, schema: inboxMessage },
  traffic: { version: 1, schema: traffic },
  bundle: { version: 1, schema: bundle },
  bundleMember: { version: 1, schema: bundleMember },
} as const;

type Kind = keyof typeof storedRecords;

const versionOf = (json: unknown): unknown => (typeof json === 'object' && json !== null && 'schema' in json ? json.schema : undefined);

/** `also`: older versions whose every record is one of this version as it stands. */
const reader =
  <T>(kind: Kind, schema: z.ZodMiniType<T>, also: readonly number[] = []) =>
  (json: unknown): T | null => {
    const version = versionOf(json);
    if (version !== storedRecords[kind].version && !also.some((older) => older === version)) return null;
    const parsed = schema.safeParse(json);
    return parsed.success ? parsed.data : null;
  };

/** The value with its schema version, ready to be stored as JSON; what the readers below expect. An incident carries its own. */
export const toRecord = <T extends object>(kind: Kind, value: T): T & { readonly schema: number } => ({
  ...value,
  schema: storedRecords[kind].version,
});

// Each reader takes parsed JSON; null: unreadable, or of a version this build does not know. Unknown fields are left out.
export const readIncident: (json: unknown) => Incident | null = reader('incident', incident);
export const readEvent: (json: unknown) => IncidentEvent | null = reader('event', incidentEvent);
export const readPolicy: (json: unknown) => Policy | null = reader('policy', policy);
export const readStoredConfig = reader('config', storedConfig);
export const readDetails = reader('details', detailsRow);
// Version 1 knew no action `record`.
export const readDeclined = reader('declined', declinedSignal, [1]);
export const readMute = reader('mute', mute);
export const readContactHealth = reader('contactHealth', contactHealth);
export const readOverride = reader('scheduleOverride', scheduleOverride);
export const readInboxMessage = reader('inboxMessage', inboxMessage);
export const readTraffic = reader('traffic', traffic);
export const readBundle = reader('bundle', bundle);
export const readBundleMember = reader('bundleMember', bundleMember);
