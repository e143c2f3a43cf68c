import { scheduleNamed, type Contact, type Directory, type Person, type PersonRule } from './directory.ts';
import type { NewNotification, NotificationKind, Purpose } from './notification.ts';
import { addressTypeOf, type AddressType } from './person-of.ts';
import type { Target } from './policy.ts';
import type { Severity } from './severity.ts';
import { after, type Instant } from './time.ts';

/** A person (or an address or room that stands for one) and the contacts that may be used. */
export interface Recipient {
  readonly person: string;
  readonly name: string;
  readonly zone: string;
  readonly contacts: readonly Contact[];
  readonly rules: readonly PersonRule[];
}

interface Resolved {
  readonly recipients: readonly Recipient[];
  /** Targets, or members of a team, that exist no more. */
  readonly unknown: readonly string[];
}

/** The text form of a target: `user:ana`. */
export const formatTarget = (target: Pick<Target, 'type' | 'id'>): string => `${target.type}:${target.id}`;

/** Where messages to such a target go; null: it exists no more. */
function placeOf(type: AddressType, id: string, directory: Directory): Omit<Contact, 'id'> | null {
  switch (type) {
    case 'email':
      return { channel: 'email', address: id };
    case 'phone':
      return { channel: 'sms', address: id };
    case 'webhook':
      return { channel: 'webhook', address: id };
    case 'custom':
      return { channel: 'custom', address: id };
    case 'channel':
      return directory.rooms.get(id) ?? null;
    default:
      return type satisfies never;
  }
}

/** A URL may hold a secret, so its host is all that is shown of it. */
const nameOfAddress = (type: AddressType, id: string): string => (type === 'webhook' ? (URL.parse(id)?.host ?? 'webhook') : id);

function asAddress(type: AddressType, id: string, name: string | null, directory: Directory): Recipient | null {
  const place = placeOf(type, id, directory);
  return place === null
    ? null
    : {
        person: `${type}:${id}`,
        name: name ?? nameOfAddress(type, id),
        zone: directory.settings.zone,
        contacts: [{ id: 'address', channel: place.channel, address: place.address }],
        rules: [],
      };
}

const asRecipient = (person: Person, directory: Directory): Recipient => ({
  person: person.id,
  name: person.name,
  zone: person.zone ?? directory.settings.zone,
  contacts: person.contacts,
  rules: person.rules,
});

/** The person behind an id as notifications carry it: one of the directory, an address, or a room. Null: nobody. */
export function recipientById(person: string, directory: Directory): Recipient | null {
  const known = directory.people.get(person);
  if (known !== undefined) return asRecipient(known, directory);
  const type = addressTypeOf(person);
  return type === null ? null : asAddress(type, person.slice(type.length + 1), null, directory);
}

function peopleBy(ids: readonly string[], directory: Directory): readonly (Recipient | string)[] {
  return ids.map((id) => {
    const person = directory.people.get(id);
    return person === undefined ? `user:${id}` : asRecipient(person, directory);
  });
}

function membersOf(target: Target, directory: Directory, now: Instant): readonly (Recipient | string)[] {
  switch (target.type) {
    case 'user': {
      const person = directory.people.get(target.id);
      return [person === undefined ? formatTarget(target) : asRecipient(person, directory)];
    }
    case 'team': {
      const team = directory.teams.get(target.id);
      return team === undefined ? [formatTarget(target)] : peopleBy(team.members, directory);
    }
    case 'schedule': {
      const found = scheduleNamed(target.id, directory);
      if (found === undefined) return [formatTarget(target)];
      const onCall = found.onCall();
      const people = onCall.at(now, found.overrides).map(({ person }) => person);
      return peopleBy(target.next ? [...people, ...onCall.nextPeople(now, found.overrides)] : people, directory);
    }
    case 'email':
    case 'phone':
    case 'channel':
    case 'webhook':
    case 'custom':
      return [asAddress(target.type, target.id, target.name, directory) ?? formatTarget(target)];
    default:
      return target.type satisfies never;
  }
}

const usable = (contacts: readonly Contact[], ...filters: readonly (readonly string[] | null)[]): readonly Contact[] =>
  contacts.filter((contact) => filters.every((filter) => filter === null || filter.includes(contact.channel)));

/**
 * Whom targets mean at an instant, in order of priority, each person once with every contact that one of the targets allows.
 * Total: what does not exist any more is reported, never thrown.
 */
export function resolveTargets(
  targets: readonly Target[],
  channels: readonly string[] | null,
  directory: Directory,
  now: Instant,
): Resolved {
  const found = new Map<string, Recipient>();
  const unknown: string[] = [];
  const ordered = targets.length < 2 ? targets : [...targets].sort((a, b) => a.priority - b.priority);
  for (const target of ordered) {
    for (const member of membersOf(target, directory, now)) {
      if (typeof member === 'string') {
        unknown.push(member);
        continue;
      }
      const contacts = usable(member.contacts, channels, target.channels);
      const before = found.get(member.person);
      const added = before === undefined ? contacts : contacts.filter((contact) => !before.contacts.some((one) => one.id === contact.id));
      found.set(member.person, { ...member, contacts: before === undefined ? added : [...before.contacts, ...added] });
    }
  }
  return { recipients: [...found.values()], unknown };
}

interface Planned {
  readonly recipient: Recipient;
  readonly contact: Contact;
  readonly after: number;
}

/** Which contacts a person's own rules choose; when a rule leaves none that may be used, all that may be. */
function contactsByRule(recipient: Recipient, severity: Severity): readonly Planned[] {
  const all = recipient.contacts.map((contact) => ({ recipient, contact, after: 0 }));
  const rule = recipient.rules.find((candidate) => candidate.severities === null || candidate.severities.includes(severity));
  if (rule === undefined || recipient.contacts.length === 0) return all;
  if (rule.notify.length === 0) return [];
  const chosen = rule.notify.flatMap((wish) => {
    const contact = recipient.contacts.find((candidate) => candidate.id === wish.contact);
    return contact === undefined ? [] : [{ recipient, contact, after: wish.after }];
  });
  return chosen.length === 0 ? all : chosen;
}

/** What a batch of notifications has in common. */
export interface Batch {
  readonly kind: NotificationKind;
  readonly purpose: Purpose;
  readonly by: string | null;
  readonly cycle: number;
  readonly level: number;
  readonly repeat: number;
  /** Delays of personal rules count from here. */
  readonly from: Instant;
  readonly at: Instant;
  /** Numbers start after this one. */
  readonly made: number;
}

function notification(batch: Batch, planned: Planned, index: number): NewNotification {
  return {
    n: batch.made + 1 + index,
    kind: batch.kind,
    purpose: batch.purpose,
    by: batch.by,
    person: planned.recipient.person,
    name: planned.recipient.name,
    zone: planned.recipient.zone,
    channel: planned.contact.channel,
    contact: planned.contact.id,
    cycle: batch.cycle,
    level: batch.level,
    repeat: batch.repeat,
    batch: batch.made + 1,
    tried: [],
    madeAt: batch.at,
    notBefore: after(batch.from, planned.after),
  };
}

/**
 * The pages that the personal rules of these people ask for, in order, at most `limit`. `remaining`: only that many from the end, for a firing
 * that was begun before; null: all.
 */
export function pagesFor(
  recipients: readonly Recipient[],
  severity: Severity,
  batch: Batch,
  limit: number,
  remaining: number | null = null,
): { readonly made: readonly NewNotification[]; readonly left: number } {
  const planned = recipients.flatMap((recipient) => contactsByRule(recipient, severity));
  const open = remaining === null ? planned : planned.slice(Math.max(0, planned.length - remaining));
  return { made: open.slice(0, limit).map((one, index) => notification(batch, one, index)), left: Math.max(0, open.length - limit) };
}

/** One notification for each contact named, whatever the personal rules say. */
export const notifyContacts = (recipient: Recipient, contacts: readonly Contact[], batch: Batch): readonly NewNotification[] =>
  contacts.map((contact, index) => notification(batch, { recipient, contact, after: 0 }, index));
