import { leaseHolds, type Context } from './commands.ts';
import { outboxLimit } from './catch-all.ts';
import type { Incident, IncidentRecord } from './incident.ts';
import type { Notification } from './notification.ts';
import { publishDue } from './publishing.ts';
import { after, earliest, type Instant, type Seconds } from './time.ts';

/** Work that nobody has claimed is looked for this long after it came up, in case the nudge was lost. */
const unclaimedMs = 10_000;

/** After this long without success a notification's next contact is tried as well. */
export const fallbackAfter: Seconds = 60;

/** So many unfiled events may stand in an item before the worker files them. */
export const fileAt = 24;

type Looked = IncidentRecord & Pick<Incident, 'finish' | 'unfiled' | 'seq' | 'publishing'>;

type Times = Pick<Context, 'now' | 'real' | 'speed' | 'leasesVoidBefore'>;

function notificationDue(one: Notification, times: Times): Instant {
  if (one.lease !== null) {
    const left = leaseHolds(one.lease.until, times) ? one.lease.until - times.real : 0;
    return times.now + left * times.speed;
  }
  const fallback =
    one.kind === 'page' && one.failingSince !== null && !one.fellOver ? after(one.failingSince, fallbackAfter) : one.notBefore;
  return Math.min(one.notBefore, fallback);
}

/** The earliest instant at which there is something to do; null when there is nothing. */
export function nextDue(record: Looked, times: Times): Instant | null {
  const { due, position } = record;
  let found = earliest(
    due.step?.at ?? null,
    due.levelRepeat,
    due.acknowledgementTimeout,
    due.snoozeEnd,
    due.autoResolve,
    due.reminder,
    record.held?.until ?? null,
    (record.outcomesToTell.length > 0 || position.unplaced > 0) && record.outbox.length < outboxLimit ? times.now : null,
    record.unfiled.length >= fileAt ? times.now : null,
    publishDue(record, times.now),
  );
  for (const one of record.outbox) found = earliest(found, notificationDue(one, times));
  for (const one of record.finish) found = earliest(found, one.at);
  return found;
}

/** When somebody must look: at the next due instant; for work due already, a little later than its nudge should take. */
export function lookAt(record: Looked, times: Times): Instant | null {
  const due = nextDue(record, times);
  return due === null || due > times.now ? due : times.now + unclaimedMs * times.speed;
}
