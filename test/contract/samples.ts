import type { IncidentEvent } from '../../shared/domain/events.ts';
import type { Incident, Signal } from '../../shared/domain/incident.ts';
import type { Notification } from '../../shared/domain/notification.ts';
import type { Policy } from '../../shared/domain/policy.ts';

/** Monday 5 January 2026, 09:00 UTC. */
export const t0 = Date.UTC(2026, 0, 5, 9);
export const minute = 60_000;

const alphabet = '234567abcdefghijklmnopqrstuvwxyz';

/** A key of the right form; greater numbers give greater keys. */
export function keyOf(number: number): string {
  let rest = number;
  let text = '';
  for (let place = 0; place < 26; place += 1) {
    text = alphabet.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

export const signal: Signal = {
  service: 'checkout',
  dedupKey: 'errors',
  title: 'error rate 12%',
  severity: 'critical',
  severityText: 'P0',
  source: 'prometheus',
  type: null,
  environment: 'production',
  description: null,
  labels: { region: 'eu' },
  links: [{ href: 'https://grafana.example/d/1', text: 'graph' }],
  details: { rate: 0.12, hosts: ['a', 'b'], nested: { deep: null } },
  context: null,
  occurredAt: t0 - 1000,
};

export const page: Notification = {
  n: 1,
  kind: 'page',
  purpose: 'level',
  by: null,
  person: 'ana',
  name: 'Ana',
  zone: 'Europe/Berlin',
  channel: 'sms',
  contact: 'phone',
  cycle: 0,
  level: 1,
  repeat: 0,
  batch: 1,
  tried: [],
  madeAt: t0,
  notBefore: t0,
  failures: 0,
  failingSince: null,
  fellOver: false,
  lease: { claim: 'c1', until: t0 + 30_000 },
  bundle: null,
};

const { occurredAt, ...subject } = signal;

const base: Incident = {
  ...subject,
  schema: 1,
  key: keyOf(1),
  generation: 1,
  version: 1,
  updatedAt: t0,
  seq: 1,
  unfiled: [],
  publishing: null,
  commands: [],
  detailsRow: null,
  finish: [],
  lookAt: t0 + minute,
  sourceTriggeredAt: occurredAt,
  sourceResolvedAt: null,
  policyId: 'default',
  policyVersion: 1,
  routedBy: 'service',
  assignees: [],
  state: 'active',
  endReason: null,
  position: {
    level: 1,
    cycle: 0,
    repeat: 0,
    levelFiredAt: t0,
    lastFiredAt: t0,
    cycleStartedAt: t0,
    levelReached: true,
    roundReached: true,
    levelEmpty: false,
    roundReported: false,
    unplaced: 0,
  },
  escalationCount: 0,
  notificationCount: 1,
  createdAt: t0,
  acknowledged: null,
  firstAcknowledgedAt: null,
  resolved: null,
  cancelled: null,
  endedAt: null,
  snoozedUntil: null,
  due: {
    step: { at: t0 + minute, what: 'next', byHand: false },
    levelRepeat: null,
    acknowledgementTimeout: null,
    snoozeEnd: null,
    autoResolve: null,
    reminder: null,
  },
  outcomesToTell: [],
  outbox: [],
  notificationsMade: 1,
  told: [],
  held: null,
};

/** An active incident whose next level is due in a minute, with what the test says differently. */
export const incident = (changes: Partial<Incident> = {}): Incident => ({ ...base, ...changes });

/** The same incident one write later. */
export const nextVersion = (of: Incident, changes: Partial<Incident> = {}): Incident => ({ ...of, ...changes, version: of.version + 1 });

export const at = ({ generation, version }: Incident): { generation: number; version: number } => ({ generation, version });

/** Resolved, with nothing left to do. */
export const resolved: Partial<Incident> = { state: 'resolved', resolved: { by: 'user:ana', at: t0 }, endedAt: t0, lookAt: null };

export const note = (seq: number): IncidentEvent => ({ type: 'noteAdded', by: 'user:ana', note: `note ${seq}`, seq, at: t0 + seq });

export const policy = (version: number, changes: Partial<Policy> = {}): Policy => ({
  id: 'default',
  version,
  description: null,
  severities: null,
  levels: [
    {
      label: 'first',
      delay: 0,
      anchor: 'previous',
      minWait: 0,
      targets: [{ type: 'user', id: 'ana', name: null, priority: 1, channels: null, next: false, metadata: { pager: true } }],
      channels: ['sms'],
      repeat: { count: 2, every: 300 },
      stopOnAck: true,
      requireAck: true,
      autoResolve: null,
    },
  ],
  repeat: { times: 3, every: 1200, anchor: 'chainEnd' },
  exhaustedAfter: 900,
  catchAll: null,
  reminder: 1800,
  maxEscalations: null,
  acknowledgementTimeout: 3600,
  cooldown: { for: 300, then: 'hold' },
  enabled: true,
  ...changes,
});
