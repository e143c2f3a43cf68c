import { outboxLimit } from './catch-all.ts';
import { isLeased } from './commands.ts';
import type { Draft } from './draft.ts';
import type { NewNotification } from './notification.ts';
import { notifyContacts, pagesFor, recipientById, type Batch } from './recipients.ts';
import { personOf } from './person-of.ts';
import { after, type Seconds } from './time.ts';

/** How long the acknowledger alone has before the level fires whole again. */
const acknowledgerAlone: Seconds = 300;

const batchOf = (draft: Draft, kind: Batch['kind'], purpose: Batch['purpose'], by: string | null, made: number): Batch => ({
  kind,
  purpose,
  by,
  cycle: draft.record.position.cycle,
  level: draft.record.position.level,
  repeat: draft.record.position.repeat,
  from: draft.context.now,
  at: draft.context.now,
  made,
});

/** The acknowledgement ran out: the incident is active again and the acknowledger is told alone; nobody to tell, the level fires at once. */
export function tellAcknowledger(draft: Draft): void {
  const { record, context } = draft;
  const by = record.acknowledged?.by ?? 'api';
  const person = personOf(by);
  const recipient = person === null ? null : recipientById(person, context.directory);
  const { made } = pagesFor(
    recipient === null ? [] : [recipient],
    record.severity,
    batchOf(draft, 'page', 'acknowledgementTimedOut', by, record.notificationsMade),
    outboxLimit,
  );
  draft.emit({
    type: 'acknowledgementTimedOut',
    by,
    notifications: made,
    nextStepAt: made.length === 0 ? context.now : after(context.now, acknowledgerAlone),
  });
}

function outcomeFor(
  draft: Draft,
  told: string,
  what: 'acknowledged' | 'resolved' | 'cancelled',
  by: string,
  made: number,
): readonly NewNotification[] {
  const recipient = recipientById(told, draft.context.directory);
  if (recipient === null || told === personOf(by)) return [];
  const bySms = draft.context.directory.people.get(told)?.tellOutcomeBySms ?? false;
  const contacts = recipient.contacts.filter((contact) => contact.channel !== 'sms' || bySms);
  return notifyContacts(recipient, contacts, batchOf(draft, 'outcome', what, by, made));
}

/** Everyone who got a page, or is getting one at this moment, by their ids. */
function paged({ record, context }: Draft): readonly string[] {
  const inFlight = record.outbox.filter((one) => one.kind === 'page' && isLeased(one, context));
  return [...new Set([...record.told, ...inFlight].map((one) => one.person))].sort();
}

/**
 * Tells everyone who was paged what somebody did, by e-mail and chat; by SMS only those who want that; never the one who did it. Whoever the outbox has
 * no room for is told when it has.
 */
export function tellOutcomes(draft: Draft): void {
  for (;;) {
    const [outcome] = draft.record.outcomesToTell;
    const room = outboxLimit - draft.record.outbox.length;
    if (outcome === undefined || room <= 0) return;
    const { what, by, after: last } = outcome;
    const people = paged(draft).filter((person) => last === null || person > last);
    const notifications: NewNotification[] = [];
    let count = 0;
    for (const person of people) {
      const made = outcomeFor(draft, person, what, by, draft.record.notificationsMade + notifications.length);
      if (notifications.length > 0 && notifications.length + made.length > room) break;
      notifications.push(...made);
      count += 1;
    }
    draft.emit({ type: 'outcomeTold', what, by, notifications, upTo: count < people.length ? (people[count - 1] ?? null) : null });
  }
}
