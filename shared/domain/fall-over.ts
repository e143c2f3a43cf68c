import type { Contact } from './directory.ts';
import type { Draft } from './draft.ts';
import type { IncidentRecord } from './incident.ts';
import type { NewNotification, Notification } from './notification.ts';
import { levelAt } from './policy.ts';
import { pagesFor, recipientById, type Recipient } from './recipients.ts';

/** The person with the contacts that this level allows. */
function reachable(draft: Draft, failed: Notification): Recipient | null {
  const recipient = recipientById(failed.person, draft.context.directory);
  if (recipient === null) return null;
  const channels = failed.purpose === 'level' ? (levelAt(draft.context.policy, failed.level)?.channels ?? null) : null;
  return { ...recipient, contacts: recipient.contacts.filter((contact) => channels === null || channels.includes(contact.channel)) };
}

function inOrder(contacts: readonly Contact[], failed: Notification): readonly Contact[] {
  const at = contacts.findIndex((contact) => contact.id === failed.contact);
  return [...contacts.slice(at + 1), ...contacts.slice(0, Math.max(0, at))];
}

/** The contacts that the person's rules had in this batch from the beginning: one of them that waits no more has been tried. */
function begunWith(draft: Draft, recipient: Recipient, failed: Notification): readonly string[] {
  const { made } = pagesFor(
    [recipient],
    draft.record.severity,
    { ...failed, from: failed.madeAt, at: failed.madeAt, made: 0 },
    recipient.contacts.length,
  );
  const contacts = made.map((one) => one.contact);
  return contacts.includes(failed.tried[0] ?? failed.contact) ? contacts : [];
}

const sameBatch = (one: NewNotification, failed: NewNotification): boolean => one.person === failed.person && one.batch === failed.batch;

/** Whether this batch has tried the contact, or is trying it. */
function inUse(record: IncidentRecord, failed: Notification, contact: Contact, begun: readonly string[], now: number): boolean {
  if (contact.id === failed.contact || failed.tried.includes(contact.id)) return true;
  const told = record.told.find((one) => one.person === failed.person)?.contacts[contact.id];
  if (told !== undefined && told.page >= failed.batch) return true;
  const pending = record.outbox.filter((one) => sameBatch(one, failed) && one.contact === contact.id);
  if (pending.length === 0) return begun.includes(contact.id);
  return pending.some((one) => one.lease !== null || one.bundle !== null || one.notBefore <= now || one.failures > 0);
}

/**
 * Asks the person's next contact in the order of their card, if there is one that this batch has not used; one that waits for its
 * time is brought forward.
 */
export function fallOver(draft: Draft, failed: Notification): void {
  const { record, context } = draft;
  const recipient = reachable(draft, failed);
  const begun = recipient === null ? [] : begunWith(draft, recipient, failed);
  const contact = inOrder(recipient?.contacts ?? [], failed).find((candidate) => !inUse(record, failed, candidate, begun, context.now));
  const waiting = contact === undefined ? [] : record.outbox.filter((one) => sameBatch(one, failed) && one.contact === contact.id);
  const notifications: readonly NewNotification[] =
    contact === undefined
      ? []
      : [
          {
            n: record.notificationsMade + 1,
            kind: failed.kind,
            purpose: failed.purpose,
            by: failed.by,
            person: failed.person,
            name: failed.name,
            zone: failed.zone,
            channel: contact.channel,
            contact: contact.id,
            cycle: failed.cycle,
            level: failed.level,
            repeat: failed.repeat,
            batch: failed.batch,
            tried: [...failed.tried, failed.contact],
            madeAt: context.now,
            notBefore: context.now,
          },
        ];
  draft.emit({ type: 'fallbackAdded', instead: failed.n, notifications, replaced: waiting.map((one) => one.n) });
}
