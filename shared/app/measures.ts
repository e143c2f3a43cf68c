import type { ClaimOutcome } from '../domain/commands.ts';
import type { IncidentEvent } from '../domain/events.ts';
import type { Incident } from '../domain/incident.ts';
import type { Notification } from '../domain/notification.ts';
import { levelAt } from '../domain/policy.ts';
import type { Instant } from '../domain/time.ts';
import type { Ports } from '../ports.ts';
import type { Sending } from './send.ts';

type MeasuringPorts = Pick<Ports, 'log' | 'clock'>;

/** What has just been written: how late each level fired, and whose leases had ended before they settled. */
export function measureWritten({ log, clock }: MeasuringPorts, before: Incident, events: readonly IncidentEvent[]): void {
  const late = (due: Instant | null): void => {
    if (due !== null) log.measure('StepLatenessSeconds', Math.max(0, clock.now() - due) / 1000);
  };
  let stepAt = before.due.step?.at ?? null;
  for (const event of events) {
    if (event.type === 'levelFired') late(stepAt);
    if (event.type === 'levelRepeated') late(before.due.levelRepeat);
    if (event.type === 'notificationRetaken') log.measure('ExpiredLeases', 1);
    if (event.type === 'levelFired' || event.type === 'levelEmpty' || event.type === 'acknowledgementTimedOut') stepAt = event.nextStepAt;
    if (event.type === 'snoozeEnded') stepAt = event.at;
  }
}

/** Of the first firing of the first level, which nothing holds back: neither its policy nor the rules of its receiver. */
const isImmediate = (one: Notification, { policy }: Pick<Sending, 'policy'>): boolean =>
  one.purpose === 'level' && one.level === 1 && one.batch === 1 && one.notBefore <= one.madeAt && levelAt(policy, 1)?.delay === 0;

/** What a provider said of a message: how long after its trigger the first page was handed over, or why it was refused. */
export function measureSent({ log, clock }: MeasuringPorts, sending: Sending, one: Notification, outcome: ClaimOutcome | null): void {
  if (outcome?.sent === false) log.measure('Refusals', 1, outcome.code);
  if (outcome?.sent === true && isImmediate(one, sending)) log.measure('HandOverMilliseconds', clock.now() - sending.incident.createdAt);
}
