import * as z from 'zod/mini';
import type { Contact, Person, PersonRule, Room, Team } from '../domain/directory.ts';
import {
  alongside,
  distinct,
  duration,
  fields,
  id,
  isObject,
  leaf,
  names,
  or,
  refused,
  severityList,
  shorthand,
  taken,
  reference,
  text,
  unknownReference,
} from './config-fields.ts';
import { channel, longestAddress, readAddress, readRoomId, type KnownIds } from './config-targets.ts';
import { isIanaZone, isZone } from './iana-zone.ts';

/** A zone of the IANA database. In what was saved an offset may stand, which must not take everything else with it. */
export const zone = ({ channels }: KnownIds) =>
  leaf((value) =>
    typeof value === 'string' && value.length <= 64 && (channels === null ? isZone(value) : isIanaZone(value))
      ? taken(value)
      : refused('invalid-zone', 'A zone is a name of the IANA database, such as Europe/Berlin.'),
  );

/** A channel, and an address as that channel wants it. */
const place = (own: z.ZodMiniType<string>, known: KnownIds) =>
  fields({ id: own, channel: channel(known), address: text(longestAddress) }).check(
    z.superRefine(
      (value, ctx) => {
        const written: Readonly<Record<string, unknown>> = value;
        if (typeof written['channel'] !== 'string' || typeof written['address'] !== 'string') return;
        const address = readAddress(written['channel'], written['address'], known);
        if (!address.ok) ctx.addIssue({ code: 'custom', path: ['address'], message: address.detail, params: { code: address.code } });
      },
      // Also when the id is wrong, so that all is told at once.
      { when: ({ value }) => isObject(value) },
    ),
  );

const contact = (known: KnownIds) => place(id, known);

/** A chat room, or another place where many read. */
export const roomSchema = (known: KnownIds): z.ZodMiniType<Room> => place(leaf(readRoomId), known);

type Wish = PersonRule['notify'][number];

const notify = () =>
  shorthand<Wish>(
    z.pipe(
      id,
      z.transform((name): Wish => ({ contact: name, after: 0 })),
    ),
    fields({ contact: id, after: or(duration(0), 0) }),
  );

const rule = () => fields({ severities: or(severityList, null), notify: z.array(notify()).check(z.maxLength(50)) });

const listIn = (value: unknown, key: string): readonly unknown[] => {
  const list = isObject(value) ? value[key] : undefined;
  return Array.isArray(list) ? list : [];
};

/** The contacts that rules or notices name and the person does not have, as far as the person can be read. */
function unknownContacts(person: unknown) {
  const known = names(listIn(person, 'contacts').flatMap((one) => (isObject(one) && typeof one['id'] === 'string' ? [one['id']] : [])));
  const wishes = listIn(person, 'rules').flatMap((one, ruleIndex) =>
    listIn(one, 'notify').map((wish, index) => {
      const path = ['rules', ruleIndex, 'notify', index];
      return isObject(wish) ? { name: wish['contact'], path: [...path, 'contact'] } : { name: wish, path };
    }),
  );
  const notices = listIn(person, 'handoffNotices').map((name, index) => ({ name, path: ['handoffNotices', index] }));
  return [...wishes, ...notices].flatMap(({ name, path }) =>
    typeof name !== 'string' || known.has(name) ? [] : [{ path, ...unknownReference('contact', name, known) }],
  );
}

const person = (known: KnownIds): z.ZodMiniType<Person> =>
  fields({
    id,
    name: text(255),
    zone: or(zone(known), null),
    contacts: or(distinct<Contact>(contact(known), 20), []),
    rules: or(z.array(rule()).check(z.maxLength(50)), []),
    tellOutcomeBySms: or(z.boolean(), false),
    handoffNotices: or(z.array(id).check(z.maxLength(20)), []),
    calendarLink: or(z.int().check(z.minimum(1), z.maximum(1_000_000)), 1),
  });

export function personSchema(known: KnownIds): z.ZodMiniType<Person> {
  const schema = person(known);
  return alongside<Person>(() => schema, unknownContacts);
}

const members = (known: KnownIds) =>
  z.pipe(
    z.array(reference('person', known.people)).check(z.maxLength(1000)),
    z.transform((list) => [...new Set(list)]),
  );

export const teamSchema = (known: KnownIds): z.ZodMiniType<Team> => fields({ id, name: or(text(255), null), members: members(known) });
