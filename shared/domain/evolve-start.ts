import type { IncidentEvent } from './events.ts';
import type { IncidentRecord } from './incident.ts';
import type { Signal } from './signal.ts';
import type { Instant } from './time.ts';

function blank(signal: Signal, at: Instant): IncidentRecord {
  return {
    service: signal.service,
    dedupKey: signal.dedupKey,
    title: signal.title,
    severity: signal.severity,
    severityText: signal.severityText,
    source: signal.source,
    type: signal.type,
    environment: signal.environment,
    description: signal.description,
    labels: signal.labels,
    links: signal.links,
    details: signal.details,
    context: signal.context,
    sourceTriggeredAt: signal.occurredAt,
    sourceResolvedAt: null,
    policyId: '',
    policyVersion: 0,
    routedBy: 'service',
    assignees: [],
    state: 'pending',
    endReason: null,
    position: {
      level: 0,
      cycle: 0,
      repeat: 0,
      levelFiredAt: null,
      lastFiredAt: null,
      cycleStartedAt: at,
      levelReached: false,
      roundReached: false,
      levelEmpty: false,
      roundReported: false,
      unplaced: 0,
    },
    escalationCount: 0,
    notificationCount: 0,
    createdAt: at,
    acknowledged: null,
    firstAcknowledgedAt: null,
    resolved: null,
    cancelled: null,
    endedAt: null,
    snoozedUntil: null,
    due: { step: null, levelRepeat: null, acknowledgementTimeout: null, snoozeEnd: null, autoResolve: null, reminder: null },
    outcomesToTell: [],
    outbox: [],
    notificationsMade: 0,
    told: [],
    held: null,
  };
}

/** The record that the first event of a generation makes. A held trigger makes one that is no incident and only waits. */
export function start(event: IncidentEvent): IncidentRecord {
  if (event.type === 'triggerHeld') {
    const { reason, at, until, signal } = event;
    return { ...blank(signal, at), held: { reason, since: at, until, signal } };
  }
  if (event.type !== 'triggered') throw new Error(`a record cannot start with ${event.type}`);
  const first = blank(event.signal, event.at);
  return {
    ...first,
    policyId: event.policy,
    policyVersion: event.policyVersion,
    sourceResolvedAt: event.sourceResolvedAt,
    due: { ...first.due, step: { at: event.firstStepAt, what: 'next', byHand: false } },
  };
}
