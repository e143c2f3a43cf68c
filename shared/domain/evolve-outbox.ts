import type { IncidentEvent } from './events.ts';
import type { IncidentRecord } from './incident.ts';
import type { NewNotification, Notification, ToldPerson } from './notification.ts';

type Of<T extends IncidentEvent['type']> = Extract<IncidentEvent, { type: T }>;

/** How many page numbers an item keeps for each person, for links and replies of long incidents. */
const pagesKept = 100;

/** The outbox with new notifications at its end. */
export function addPages(outbox: readonly Notification[], made: readonly NewNotification[]): readonly Notification[] {
  if (made.length === 0) return outbox;
  return [...outbox, ...made.map((one) => ({ ...one, failures: 0, failingSince: null, fellOver: false, lease: null, bundle: null }))];
}

/** The record without the notifications of these numbers. */
export const withoutPages = <R extends IncidentRecord>(record: R, numbers: readonly number[]): R =>
  numbers.length === 0 ? record : { ...record, outbox: record.outbox.filter((one) => !numbers.includes(one.n)) };

function toldWith(told: readonly ToldPerson[], page: Notification): readonly ToldPerson[] {
  const before = told.find((one) => one.person === page.person);
  const contacts = { ...before?.contacts, [page.contact]: { channel: page.channel, page: page.n } };
  const pages = [...(before?.pages ?? []), page.n].slice(-pagesKept);
  const now: ToldPerson = { person: page.person, name: page.name, zone: page.zone, contacts, pages };
  return before === undefined ? [...told, now] : told.map((one) => (one === before ? now : one));
}

/** Handed over: settled, and remembered if it was a page. */
function afterSent<R extends IncidentRecord>(record: R, event: Of<'notificationSent'>): R {
  const sent = record.outbox.find((one) => one.n === event.n);
  if (sent === undefined) return record;
  const outbox = record.outbox.filter((one) => one !== sent);
  if (sent.kind !== 'page') return { ...record, outbox };
  const inRound = (sent.purpose === 'level' || sent.purpose === 'reassigned') && sent.cycle === record.position.cycle;
  const inLevel = inRound && sent.level === record.position.level;
  return {
    ...record,
    outbox,
    told: toldWith(record.told, sent),
    notificationCount: record.notificationCount + 1,
    position:
      inRound && !(record.position.roundReached && record.position.levelReached)
        ? { ...record.position, roundReached: true, levelReached: inLevel || record.position.levelReached }
        : record.position,
  };
}

/** Failed: given up, or waiting for its next attempt. */
function afterFailure<R extends IncidentRecord>(record: R, event: Of<'notificationFailed'>): R {
  const retryAt = event.retryAt;
  if (retryAt === null) return withoutPages(record, [event.n]);
  return {
    ...record,
    outbox: record.outbox.map((one) =>
      one.n === event.n
        ? { ...one, failures: one.failures + 1, failingSince: one.failingSince ?? event.at, notBefore: retryAt, lease: null, bundle: null }
        : one,
    ),
  };
}

/** Waits in a bundle, which is neither an attempt nor a failure. */
const afterBundling = <R extends IncidentRecord>(record: R, { n, bundle, until }: Of<'notificationBundled'>): R => ({
  ...record,
  outbox: record.outbox.map((one) => (one.n === n ? { ...one, bundle, notBefore: until, lease: null } : one)),
});

/** The record after something came of one notification. */
export function afterSending<R extends IncidentRecord>(
  record: R,
  event: Of<'notificationSent' | 'notificationBundled' | 'notificationFailed' | 'notificationExpired'>,
): R {
  switch (event.type) {
    case 'notificationSent':
      return afterSent(record, event);
    case 'notificationBundled':
      return afterBundling(record, event);
    case 'notificationFailed':
      return afterFailure(record, event);
    case 'notificationExpired':
      return withoutPages(record, [event.n]);
    default:
      return event satisfies never;
  }
}
