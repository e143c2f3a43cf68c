import type { Context } from '../shared/domain/commands.ts';
import type { Directory, Person } from '../shared/domain/directory.ts';
import { targetTypes, type Level, type Policy, type Target } from '../shared/domain/policy.ts';
import type { Signal } from '../shared/domain/signal.ts';
import type { Sns } from '../shared/ports.ts';

/** 2026-03-02T02:00:00Z: a night like any other. */
export const night = Date.UTC(2026, 2, 2, 2);

export const target = (text: string): Target => {
  const [type, ...id] = text.split(':');
  const known = targetTypes.find((one) => one === type);
  if (known === undefined) throw new Error(text);
  return { type: known, id: id.join(':'), name: null, priority: 1, channels: null, next: false, metadata: {} };
};

export const level = (targets: readonly string[], rest: Partial<Level> = {}): Level => ({
  label: null,
  delay: 0,
  anchor: 'previous',
  minWait: 0,
  targets: targets.map(target),
  channels: null,
  repeat: null,
  stopOnAck: true,
  requireAck: true,
  autoResolve: null,
  ...rest,
});

export const policy = (levels: readonly Level[], rest: Partial<Policy> = {}): Policy => ({
  id: 'default',
  version: 1,
  description: null,
  severities: null,
  levels,
  repeat: null,
  exhaustedAfter: 900,
  catchAll: [target('user:lead')],
  reminder: 1800,
  maxEscalations: null,
  acknowledgementTimeout: null,
  cooldown: null,
  enabled: true,
  ...rest,
});

const person = (id: string, number: number, rest: Partial<Person> = {}): Person => ({
  id,
  name: id,
  zone: null,
  contacts: [
    { id: 'phone', channel: 'sms', address: `+1555555010${String(number)}` },
    { id: 'mail', channel: 'email', address: `${id}@example.com` },
  ],
  rules: [],
  tellOutcomeBySms: false,
  handoffNotices: [],
  calendarLink: 1,
  ...rest,
});

function directory(chosen: Policy, people: readonly Person[] = [person('ana', 0), person('ben', 1), person('lead', 2)]): Directory {
  return {
    version: 1,
    settings: {
      catchAll: [target('user:lead')],
      zone: 'UTC',
      baseUrl: null,
      retention: { incidents: 400 * 86_400, messages: 30 * 86_400 },
      enabled: true,
      maxOpen: null,
      acknowledgementTimeout: 3600,
      ingest: { perSecond: 120, burst: 1000 },
      snsTopics: [],
    },
    services: new Map([['checkout', { id: 'checkout', name: null, policy: chosen.id, severity: null, labels: {}, enabled: true }]]),
    policies: new Map([[chosen.id, chosen]]),
    people: new Map(people.map((one) => [one.id, one])),
    teams: new Map(),
    rooms: new Map(),
    schedules: new Map(),
    scheduleUuids: new Map(),
    peopleByPhone: new Map(),
  };
}

export const context = (chosen: Policy, rest: Partial<Context> = {}): Context => ({
  now: night,
  real: night,
  speed: 1,
  leasesVoidBefore: 0,
  directory: directory(chosen),
  policy: chosen,
  ...rest,
});

export const signal = (rest: Partial<Signal> = {}): Signal => ({
  service: 'checkout',
  dedupKey: 'error-rate',
  title: 'error rate 12%',
  severity: 'critical',
  severityText: null,
  source: null,
  type: null,
  environment: null,
  description: null,
  labels: {},
  links: [],
  details: null,
  context: null,
  occurredAt: null,
  ...rest,
});

/** A world in which Amazon SNS cannot be reached. */
export const noSns: Sns = {
  certificate: () => Promise.reject(new Error('SNS cannot be reached')),
  confirm: () => Promise.reject(new Error('SNS cannot be reached')),
};
