import type { FunctionName } from '../shared/schema/function-environments.ts';

/** One way in which Tocsin itself can be ill. Its name is the end of the alarm's name and a heading of docs/runbook.md. */
export interface Illness {
  readonly name: string;
  /** What it means for those who rely on being paged; the first thing that the receiver reads. */
  readonly impact: string;
}

export const illnesses = {
  overdue: { name: 'overdue', impact: 'Incidents are not looked at in time: levels fire late or not at all.' },
  sweeperSilent: {
    name: 'sweeper-silent',
    impact: 'The second path is down: whatever the queue or a schedule loses stays lost until the sweeper runs again.',
  },
  lateSteps: { name: 'late-steps', impact: 'People are being told later than their policy says.' },
  queueAge: { name: 'queue-age', impact: 'The worker does not keep up: notifications wait in the queue.' },
  workDeadLetters: { name: 'work-dead-letters', impact: 'The worker gave up on looks at incidents: their levels may not go on.' },
  scheduleDeadLetters: {
    name: 'schedule-dead-letters',
    impact: 'Schedules could not wake the worker: levels fire only when the sweeper finds them, up to 90 seconds late.',
  },
  signalDeadLetters: { name: 'signal-dead-letters', impact: 'Alarms of monitors were not taken in: nobody was paged for them.' },
  replyDeadLetters: { name: 'reply-dead-letters', impact: 'SMS replies were not taken in: people who answered are paged again.' },
  ownAlarm: { name: 'own-alarm', impact: 'Tocsin met something that only a person can put right, and wrote it to a log.' },
  httpFaults: {
    name: 'http-faults',
    impact: 'The API answers with faults: senders must repeat their alarms, and people cannot acknowledge by link.',
  },
  turnedAway: {
    name: 'requests-turned-away',
    impact: 'More alarms come at once than are let in: those of senders that do not repeat what is answered with 429 are lost.',
  },
  smsSpend: {
    name: 'sms-spend',
    impact: 'SMS cost more this month than expected; at the limit of the account AWS stops sending them without a word.',
  },
} as const satisfies Record<string, Illness>;

const without: Readonly<Record<FunctionName, string>> = {
  trigger: 'alarms of monitors are not taken in',
  ack: 'people cannot acknowledge by link',
  resolve: 'incidents cannot be resolved or cancelled over the API',
  api: 'configuration and incidents cannot be read or changed over the API',
  reply: 'SMS replies are not taken in',
  escalate: 'nobody is told and no level fires',
  sweep: 'the second path is down',
};

export const failing = (name: FunctionName): Illness => ({
  name: `${name}-errors`,
  impact: `The function ${name} fails: ${without[name]}.`,
});

export const throttled = (name: FunctionName): Illness => ({
  name: `${name}-throttles`,
  impact: `AWS runs the function ${name} less often than it is called; while that lasts, ${without[name]}.`,
});
