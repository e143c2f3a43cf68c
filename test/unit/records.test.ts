import { describe, expect, expectTypeOf, test } from 'vitest';
import type * as z from 'zod';
import type { ContactHealth } from '../../shared/domain/contact-health.ts';
import type { Bundle, BundleMember } from '../../shared/domain/bundle.ts';
import type { EventType, IncidentEvent } from '../../shared/domain/events.ts';
import type { Traffic } from '../../shared/domain/flood.ts';
import type { Incident, Json } from '../../shared/domain/incident.ts';
import type { Mute } from '../../shared/domain/mute.ts';
import type { NewNotification } from '../../shared/domain/notification.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import type { DeclinedSignal, DetailsRow, InboxMessage, IngestKey, ReplyCode, ReplyGuard, StoredConfig } from '../../shared/ports.ts';
import { readEvent, readIncident, readPolicy, readStoredConfig, toRecord } from '../../shared/schema/records.ts';
import type { storedRecords } from '../../shared/schema/records.ts';
import { incident, note, page, policy, signal, t0 } from '../contract/samples.ts';

/** The same type, read-only throughout, which schemas do not tell. */
type Frozen<T> = unknown extends T
  ? unknown
  : [z.core.util.JSONType] extends [T]
    ? Json
    : T extends object
      ? { readonly [K in keyof T]: Frozen<T[K]> }
      : T;
type Shape<K extends keyof typeof storedRecords> = Frozen<z.output<(typeof storedRecords)[K]['schema']>>;

const made: NewNotification = {
  ...{ n: 1, kind: 'page', purpose: 'level', by: null, person: 'ana', name: 'Ana', zone: 'UTC', channel: 'sms', contact: 'phone' },
  ...{ cycle: 0, level: 1, repeat: 0, batch: 1, tried: ['mail'], madeAt: t0, notBefore: t0 },
};
const stopped = { dropped: [2], inFlight: [3] };
const firing = {
  ...{ cycle: 0, level: 1, repeat: 0, label: 'first', notifications: [made], unplaced: 0, unknown: ['user:gone'] },
  ...{ nextStepAt: t0, nextRepeatAt: null, replaced: [1] },
};
const sentTo = { n: 1, person: 'ana', channel: 'sms', contact: 'phone' };
const asked = { by: 'user:ana', reason: null };
const numbered = { seq: 1, at: t0 };
const target = { type: 'user', id: 'ana', name: null, priority: 1, channels: null, next: false, metadata: {} } as const;

/** One of each kind: a new kind of event does not compile until it stands here. */
const events: { readonly [T in EventType]: Extract<IncidentEvent, { type: T }> } = {
  triggered: {
    ...{ type: 'triggered', ...numbered, signal, policy: 'default', policyVersion: 1 },
    ...{ firstStepAt: t0, heldSince: null, sourceResolvedAt: null },
  },
  triggerHeld: { type: 'triggerHeld', ...numbered, reason: 'muted', until: t0, signal },
  heldTriggerWithdrawn: { type: 'heldTriggerWithdrawn', ...numbered, reason: 'resolved' },
  severityRaised: { type: 'severityRaised', ...numbered, from: 'low', to: 'high', severityText: null },
  sourceResolved: { type: 'sourceResolved', ...numbered, occurredAt: t0 },
  levelFired: { type: 'levelFired', ...numbered, cause: 'due', cycleStartedAt: t0, autoResolveAt: null, ...firing },
  levelRepeated: { type: 'levelRepeated', ...numbered, ...firing },
  levelContinued: { type: 'levelContinued', ...numbered, notifications: [made], unplaced: 1 },
  levelEmpty: {
    ...{ type: 'levelEmpty', ...numbered, cycle: 0, level: 2, label: null, reason: 'nobody', unknown: [] },
    ...{ cycleStartedAt: t0, nextStepAt: null },
  },
  catchAllTold: { type: 'catchAllTold', ...numbered, reason: 'exhausted', notifications: [made], nextReminderAt: t0 },
  exhausted: { type: 'exhausted', ...numbered },
  limitReached: { type: 'limitReached', ...numbered },
  failed: { type: 'failed', ...numbered, reason: 'unreadable', nextReminderAt: t0 },
  fallbackAdded: { type: 'fallbackAdded', ...numbered, instead: 1, notifications: [made], replaced: [] },
  notificationSent: {
    type: 'notificationSent',
    ...numbered,
    ...sentTo,
    kind: 'page',
    name: 'Ana',
    providerId: 'p1',
    plain: false,
    bundle: 'b1',
  },
  notificationBundled: { type: 'notificationBundled', ...numbered, ...sentTo, bundle: 'b1', until: t0 },
  notificationFailed: { type: 'notificationFailed', ...numbered, ...sentTo, code: 'timeout', permanent: false, retryAt: t0 },
  notificationExpired: { type: 'notificationExpired', ...numbered, ...sentTo, reason: 'resolved' },
  notificationRetaken: { type: 'notificationRetaken', ...numbered, n: 1 },
  outcomeTold: { type: 'outcomeTold', ...numbered, what: 'resolved', by: 'user:ana', notifications: [made], upTo: 'ana' },
  acknowledged: { type: 'acknowledged', ...numbered, by: 'user:ana', note: 'on it', stops: true, timeoutAt: t0, ...stopped },
  acknowledgementTimedOut: { type: 'acknowledgementTimedOut', ...numbered, by: 'user:ana', notifications: [made], nextStepAt: t0 },
  resolved: { type: 'resolved', ...numbered, by: 'user:ana', note: null, occurredAt: null, ...stopped },
  cancelled: { type: 'cancelled', ...numbered, ...asked, ...stopped },
  escalationRequested: { type: 'escalationRequested', ...numbered, ...asked, reactivated: true, nextReminderAt: null },
  snoozed: { type: 'snoozed', ...numbered, ...asked, until: t0, ...stopped },
  snoozeEnded: { type: 'snoozeEnded', ...numbered, reason: 'time' },
  reassigned: { type: 'reassigned', ...numbered, ...asked, to: [target], nextReminderAt: t0, ...stopped },
  noteAdded: { type: 'noteAdded', ...numbered, by: 'user:ana', note: 'seen' },
};

const full: Incident = incident({
  ...{
    assignees: [target],
    snoozedUntil: t0,
    outcomesToTell: [{ what: 'acknowledged', by: 'user:ana', after: null }],
    finish: [{ generation: 1, at: t0 }],
    publishing: { through: 3, failures: 2, retryAt: t0 },
  },
  ...{ acknowledged: { by: 'user:ana', at: t0 }, cancelled: { by: 'api', at: t0, reason: 'test' }, outbox: [page] },
  commands: [{ id: 'c1', at: t0, body: null, answer: 'done' }],
  told: [{ person: 'ana', name: 'Ana', zone: 'UTC', contacts: { phone: { channel: 'sms', page: 1 } }, pages: [1] }],
  held: { reason: 'capacity', since: t0, until: t0 + 0.5, signal },
  unfiled: Object.values(events),
});

const stored = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a stored record', () => {
  test('has exactly the type of the thing it keeps', () => {
    expectTypeOf<Incident>().toExtend<Shape<'incident'>>();
    expectTypeOf<Shape<'incident'>>().toExtend<Incident>();
    expectTypeOf<IncidentEvent>().toExtend<Shape<'event'>>();
    expectTypeOf<Shape<'event'>>().toExtend<IncidentEvent>();
    expectTypeOf<Policy>().toExtend<Shape<'policy'>>();
    expectTypeOf<Shape<'policy'>>().toExtend<Policy>();
    expectTypeOf<StoredConfig>().toExtend<Shape<'config'>>();
    expectTypeOf<Shape<'config'>>().toExtend<StoredConfig>();
    expectTypeOf<DetailsRow>().toExtend<Shape<'details'>>();
    expectTypeOf<Shape<'details'>>().toExtend<DetailsRow>();
    expectTypeOf<IngestKey>().toExtend<Shape<'ingestKey'>>();
    expectTypeOf<Shape<'ingestKey'>>().toExtend<IngestKey>();
    expectTypeOf<ReplyCode>().toExtend<Shape<'replyCode'>>();
    expectTypeOf<Shape<'replyCode'>>().toExtend<ReplyCode>();
    expectTypeOf<ReplyGuard>().toExtend<Shape<'replyGuard'>>();
    expectTypeOf<Shape<'replyGuard'>>().toExtend<ReplyGuard>();
    expectTypeOf<DeclinedSignal>().toExtend<Shape<'declined'>>();
    expectTypeOf<Shape<'declined'>>().toExtend<DeclinedSignal>();
    expectTypeOf<Mute>().toExtend<Shape<'mute'>>();
    expectTypeOf<Shape<'mute'>>().toExtend<Mute>();
    expectTypeOf<ContactHealth>().toExtend<Shape<'contactHealth'>>();
    expectTypeOf<Shape<'contactHealth'>>().toExtend<ContactHealth>();
    expectTypeOf<InboxMessage>().toExtend<Shape<'inboxMessage'>>();
    expectTypeOf<Shape<'inboxMessage'>>().toExtend<InboxMessage>();
    expectTypeOf<Traffic>().toExtend<Shape<'traffic'>>();
    expectTypeOf<Shape<'traffic'>>().toExtend<Traffic>();
    expectTypeOf<Bundle>().toExtend<Shape<'bundle'>>();
    expectTypeOf<Shape<'bundle'>>().toExtend<Bundle>();
    expectTypeOf<BundleMember>().toExtend<Shape<'bundleMember'>>();
    expectTypeOf<Shape<'bundleMember'>>().toExtend<BundleMember>();
  });

  test('of a notification made before there were bundles is in none', () => {
    const { bundle, ...older } = page;
    expect(readIncident(stored({ ...full, outbox: [older] }))?.outbox).toEqual([{ ...older, bundle }]);
  });

  test.each([
    [events.escalationRequested, 'nextReminderAt'],
    [events.reassigned, 'nextReminderAt'],
    [events.outcomeTold, 'upTo'],
  ] as const)('of the event $0.type from before it had $1 has none', (event, name) => {
    expect(readEvent(stored({ ...toRecord('event', event), [name]: undefined }))).toEqual({ ...event, [name]: null });
  });

  test('of an outcome to tell from before people were told one after the other has told nobody', () => {
    const outcome = { what: 'resolved', by: 'api' };
    expect(readIncident(stored({ ...full, outcomesToTell: [outcome] }))?.outcomesToTell).toEqual([{ ...outcome, after: null }]);
  });

  test('of a time when no target asked for the next person of a schedule means that none did', () => {
    const { next, ...older } = target;
    const [level] = policy(1).levels;
    expect(readIncident(stored({ ...full, assignees: [older] }))?.assignees).toEqual([{ ...older, next }]);
    expect(readEvent(stored(toRecord('event', { ...events.reassigned, to: [older] })))).toEqual(events.reassigned);
    const kept = toRecord('policy', { ...policy(1), levels: [{ ...level, targets: [older] }] });
    expect(readPolicy(stored(kept))?.levels[0]?.targets).toEqual([target]);
  });

  test('of an incident made before there was a bus is told of on none', () => {
    const { publishing, ...older } = incident();
    expect(readIncident(stored(older))).toEqual({ ...older, publishing });
    expect(publishing).toBeNull();
  });

  test('of an incident comes back whole', () => {
    expect(readIncident(stored(full))).toEqual(full);
  });

  test.each(Object.entries(events))('of the event %s comes back whole', (_, event) => {
    expect(readEvent(stored(toRecord('event', event)))).toEqual(event);
  });

  test('of a policy and of the configuration comes back whole', () => {
    const policyTimes = { default: { createdAt: null, updatedAt: t0 } };
    const config: StoredConfig = { version: 2, savedAt: t0, document: { people: [] }, policyVersions: { default: 1 }, policyTimes };
    expect(readPolicy(stored(toRecord('policy', policy(3))))).toEqual(policy(3));
    expect(readStoredConfig(stored(toRecord('config', config)))).toEqual(config);
  });

  test('of a configuration made before times of policies were kept has none', () => {
    const older = { version: 2, savedAt: t0, document: {}, policyVersions: { default: 1 } };
    expect(readStoredConfig(stored(toRecord('config', older)))).toEqual({ ...older, policyTimes: {} });
  });

  test('loses fields that this build does not know', () => {
    const foreign = { ...incident(), colour: 'red', due: { ...incident().due, moon: t0 } };
    expect(readIncident(stored(foreign))).toEqual(incident());
    expect(readPolicy(stored({ ...toRecord('policy', policy(1)), colour: 'red' }))).toEqual(policy(1));
  });

  test.each([
    ['another schema version', { ...incident(), schema: 2 }],
    ['no schema version', { ...incident(), schema: undefined }],
    ['a missing part', { ...incident(), outbox: undefined }],
    ['a state nobody knows', { ...incident(), state: 'asleep' }],
    ['an event nobody knows', { ...incident(), unfiled: [{ ...note(1), type: 'danced' }] }],
    ['a list', []],
    ['nothing', null],
    ['text', 'incident'],
  ])('with %s is unreadable, and no reason to throw', (_, value) => {
    expect(readIncident(value)).toBeNull();
    expect(readPolicy(value)).toBeNull();
    expect(readStoredConfig(value)).toBeNull();
    expect(readEvent(value)).toBeNull();
  });
});
