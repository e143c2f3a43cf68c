import * as z from 'zod/mini';
import type { EventType, IncidentEvent } from '../domain/events.ts';
import {
  count,
  flag,
  heldReason,
  instant,
  instantOrNull,
  newNotification,
  notificationKind,
  severity,
  signal,
  target,
  text,
  textOrNull,
  texts,
} from './records-parts.ts';

const event = <T extends EventType, S extends z.core.$ZodShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), seq: count, at: instant, ...shape });

const numbers = z.array(count);
const notifications = z.array(newNotification);
const stopped = { dropped: numbers, inFlight: numbers };
const firing = {
  cycle: count,
  level: count,
  repeat: count,
  label: textOrNull,
  notifications,
  unplaced: count,
  unknown: texts,
  nextStepAt: instantOrNull,
  nextRepeatAt: instantOrNull,
  replaced: numbers,
};
const sentTo = { n: count, person: text, channel: text, contact: text };
const asked = { by: text, reason: textOrNull };
// Older records have none.
const takenUpAgain = { nextReminderAt: z._default(instantOrNull, null) };
const outcome = z.enum(['acknowledged', 'resolved', 'cancelled']);

const beginnings = () =>
  [
    event('triggered', {
      signal,
      policy: text,
      policyVersion: count,
      firstStepAt: instant,
      heldSince: instantOrNull,
      sourceResolvedAt: instantOrNull,
    }),
    event('triggerHeld', { reason: heldReason, until: instant, signal }),
    event('heldTriggerWithdrawn', { reason: text }),
    event('severityRaised', { from: severity, to: severity, severityText: textOrNull }),
    event('sourceResolved', { occurredAt: instant }),
  ] as const;

const firings = () =>
  [
    event('levelFired', {
      cause: z.enum(['due', 'again', 'byHand', 'reassigned', 'empty']),
      cycleStartedAt: instant,
      autoResolveAt: instantOrNull,
      ...firing,
    }),
    event('levelRepeated', firing),
    event('levelContinued', { notifications, unplaced: count }),
    event('levelEmpty', {
      cycle: count,
      level: count,
      label: textOrNull,
      reason: z.enum(['nobody', 'undeliverable']),
      unknown: texts,
      cycleStartedAt: instant,
      nextStepAt: instantOrNull,
    }),
    event('catchAllTold', {
      reason: z.enum(['exhausted', 'limit', 'nobodyReached', 'failed', 'reminder']),
      notifications,
      nextReminderAt: instant,
    }),
  ] as const;

const endings = () =>
  [event('exhausted', {}), event('limitReached', {}), event('failed', { reason: text, nextReminderAt: instant })] as const;

const sendings = () =>
  [
    event('fallbackAdded', { instead: count, notifications, replaced: numbers }),
    event('notificationSent', {
      ...{ ...sentTo, kind: notificationKind, name: text, providerId: textOrNull, plain: flag },
      bundle: z.optional(text),
    }),
    event('notificationBundled', { ...sentTo, bundle: text, until: instant }),
    event('notificationFailed', { ...sentTo, code: text, permanent: flag, retryAt: instantOrNull }),
    event('notificationExpired', { ...sentTo, reason: text }),
    event('notificationRetaken', { n: count }),
    event('outcomeTold', { what: outcome, by: text, notifications, upTo: z._default(textOrNull, null) }),
  ] as const;

const acts = () =>
  [
    event('acknowledged', { by: text, note: textOrNull, stops: flag, timeoutAt: instantOrNull, ...stopped }),
    event('acknowledgementTimedOut', { by: text, notifications, nextStepAt: instant }),
    event('resolved', { by: text, note: textOrNull, occurredAt: instantOrNull, ...stopped }),
    event('cancelled', { ...asked, ...stopped }),
    event('escalationRequested', { ...asked, ...takenUpAgain, reactivated: flag }),
    event('snoozed', { ...asked, until: instant, ...stopped }),
    event('snoozeEnded', { reason: z.enum(['time', 'severity']) }),
    event('reassigned', { ...asked, ...takenUpAgain, to: z.array(target), ...stopped }),
    event('noteAdded', { by: text, note: text }),
  ] as const;

/** An event of the timeline as it is stored, in the item until it is filed and then as a row. A new alarm reads none. */
export const incidentEvent = z.lazy(() =>
  z.discriminatedUnion('type', [...beginnings(), ...firings(), ...endings(), ...sendings(), ...acts()]),
) satisfies z.ZodMiniType<IncidentEvent>;
