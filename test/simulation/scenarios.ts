import { incidentKey } from '../../shared/app/incident-key.ts';
import { night, target } from '../fixtures.ts';
import { phone, withPolicy } from '../world.ts';
import type { Scenario, Simulation, Step } from './simulation.ts';

const minute = 60;
const at = (minutes: number): number => night + minutes * minute * 1000;

const person = (id: string, name: string, number: number): object => ({
  id,
  name,
  contacts: [
    { id: 'phone', channel: 'sms', address: `+1555555010${String(number)}` },
    { id: 'mail', channel: 'email', address: `${id}@example.com` },
  ],
  rules: [{ notify: ['phone'] }],
});
const people = [person('ana', 'Ana', 0), person('ben', 'Ben', 1), person('lead', 'Lee', 2)];
const document = (policy: object): string => withPolicy(policy, { people });

const ana = { targets: ['user:ana'] };
const both = { targets: ['user:ana', 'user:ben'] };
const ben = (delay: string): object => ({ delay, targets: ['user:ben'] });

const step = (minutes: number, what: Step['what']): Step => ({ at: minutes * minute, what });
async function alarms(one: Simulation, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) await one.trigger({ dedupKey: `alarm-${number}`, title: `alarm-${number}` });
}
const triggered = (minutes: number): Step => step(minutes, (one) => one.trigger());

const unanswered: Scenario = {
  name: 'nobody answers',
  document: document({
    levels: [{ ...ana, repeat: { count: 1, every: '4m' } }, ben('10m')],
    repeat: { times: 1, every: '10m' },
    exhaustedAfter: '10m',
  }),
  steps: [triggered(0), step(76, (one) => one.act(1, { type: 'resolve', by: 'user:lead', note: null, occurredAt: null, bySource: false }))],
  end: 90 * minute,
};

/** Acts are so far from what is due that a page two minutes late changes nothing about them. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'acknowledged by code, then resolved',
    document: document({ levels: [both, ben('15m')] }),
    steps: [triggered(0), step(4, (one) => one.reply('ana', (code) => code)), step(8, (one) => one.reply('ana', (code) => `${code} r`))],
    end: 25 * minute,
  },
  unanswered,
  { ...unanswered, name: 'nobody answers, and only the sweeper looks', timers: false },
  {
    name: 'duplicates, a raised severity, and a source that tells its own instants',
    document: document({ levels: [both, ben('25m')] }),
    steps: [
      step(0, (one) => one.trigger({ severity: 'medium', occurredAt: at(0) })),
      step(3, (one) => one.trigger({ severity: 'medium', occurredAt: at(1) })),
      step(4, (one) => one.trigger({ severity: 'critical', occurredAt: at(2) })),
      step(6, (one) => one.resolvedBySource(at(1))),
      step(9, (one) => one.resolvedBySource(at(8))),
      step(9.5, (one) => one.trigger({ occurredAt: at(3) })),
      step(15, (one) => one.trigger({ occurredAt: at(14) })),
      step(19, (one) => one.trigger({ occurredAt: at(18) })),
      step(22, (one) => one.resolvedBySource(at(21))),
    ],
    end: 60 * minute,
  },
  {
    name: 'a successor while a message of its predecessor waits',
    document: document({ levels: [both, ben('30m')] }),
    steps: [
      triggered(0),
      step(4, (one) => one.act(1, { type: 'resolve', by: 'user:ana', note: null, occurredAt: null, bySource: false })),
      triggered(5.5),
      step(16, (one) => one.reply('ana', (code) => code)),
      step(20, (one) => one.resolvedBySource()),
    ],
    noEmail: [4 * minute, 7.5 * minute],
    end: 35 * minute,
  },
  {
    name: 'a trigger held by a cooldown',
    document: document({ levels: [both, ben('30m')], cooldown: '20m' }),
    steps: [
      triggered(0),
      step(4, (one) => one.resolvedBySource()),
      triggered(7),
      triggered(9),
      step(25, (one) => one.reply('ben', (code) => `ack ${code}`)),
      step(29, (one) => one.reply('ben', (code) => `${code} r`)),
    ],
    end: 45 * minute,
  },
  {
    name: 'a trigger held by a mute that is ended before its time',
    document: document({ levels: [both, ben('30m')] }),
    steps: [
      step(0, (one) => one.mute('40m')),
      triggered(2),
      step(7, (one) => one.mute(null)),
      step(12, (one) => one.reply('ben', (code) => code)),
      step(16, (one) => one.reply('ben', (code) => `${code} r`)),
    ],
    end: 30 * minute,
  },
  {
    name: 'snoozed, handed over, escalated by hand, and an acknowledgement that runs out',
    document: document({ levels: [ana, ben('30m')], exhaustedAfter: '30m', acknowledgementTimeout: '10m' }),
    steps: [
      triggered(0),
      step(3, (one) => one.act(1, { type: 'snooze', by: 'user:ana', reason: null, for: 5 * minute })),
      step(12, (one) => one.act(1, { type: 'reassign', by: 'user:ana', reason: null, to: [target('user:lead')] })),
      step(16, (one) => one.act(1, { type: 'escalate', by: 'user:lead', reason: null, force: false, from: { cycle: 0, level: 1 } })),
      step(20, (one) => one.reply('ben', (code) => code)),
      step(40, (one) => one.reply('ben', (code) => code)),
      step(44, (one) => one.act(1, { type: 'resolve', by: 'user:ben', note: null, occurredAt: null, bySource: false })),
    ],
    end: 60 * minute,
  },
  {
    name: 'six alarms at once',
    document: document({ levels: [ana, ben('15m')] }),
    steps: [
      step(0, (one) => alarms(one, 6)),
      step(6, (one) => one.replyToAll('ana', (code) => code)),
      step(10, (one) => one.replyToAll('ana', (code) => `${code} r`)),
    ],
    flood: true,
    end: 18 * minute,
  },
  {
    name: 'three alarms that nobody answers, and the reminder of all of them',
    document: document({ levels: [ana], exhaustedAfter: '10m' }),
    steps: [
      step(0, (one) => alarms(one, 3)),
      step(46, (one) => one.replyToAll('lee', (code) => code)),
      step(50, (one) => one.replyToAll('lee', (code) => `${code} r`)),
    ],
    flood: true,
    end: 60 * minute,
  },
  {
    name: 'a number that is no more, beside one whose page takes its time',
    document: document({ levels: [both, ben('15m')] }),
    steps: [triggered(0), step(4, (one) => one.reply('ben', (code) => code)), step(8, (one) => one.reply('ben', (code) => `${code} r`))],
    gone: phone.ana,
    end: 25 * minute,
  },
  {
    name: 'acknowledged while the page is on its way',
    document: document({ levels: [ana, ben('6m')] }),
    steps: [
      triggered(0),
      step(12, (one) => one.act(1, { type: 'resolve', by: 'user:ben', note: null, occurredAt: null, bySource: false })),
    ],
    whileSending: (elsewhere) =>
      elsewhere.acts(
        { key: incidentKey('checkout', 'error-rate'), generation: 1 },
        { type: 'acknowledge', by: 'user:ben', note: null },
        { id: 'from-elsewhere', body: null },
      ),
    end: 20 * minute,
  },
];

const told = ['acknowledged by code', 'nobody answers', 'a successor while', 'snoozed'];

/** Some of them, where what happens to incidents is put on a bus. */
export const scenariosWithBus: readonly Scenario[] = told.flatMap((begin) => {
  const found = scenarios.find(({ name }) => name.startsWith(begin));
  return found === undefined ? [] : [{ ...found, name: `where a bus is told: ${found.name}`, bus: true }];
});
