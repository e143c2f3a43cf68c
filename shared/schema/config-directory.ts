import type { Directory } from '../domain/directory.ts';
import type { ConfigDocument } from './config-document.ts';

type Schedules = Pick<Directory, 'schedules' | 'scheduleUuids'>;

const noSchedules: Schedules = { schedules: new Map(), scheduleUuids: new Map() };

/** The document indexed for look-up, in its own order; `policyVersions` must know every policy in it. */
export function buildDirectory(
  document: ConfigDocument,
  version: number,
  policyVersions: Readonly<Record<string, number>>,
  schedules: Schedules = noSchedules,
): Directory {
  const byId = <T extends { readonly id: string }>(things: readonly T[]): ReadonlyMap<string, T> =>
    new Map(things.map((thing) => [thing.id, thing]));
  const peopleByPhone = new Map<string, string[]>();
  for (const person of document.people) {
    const numbers = new Set(person.contacts.filter((contact) => contact.channel === 'sms').map((contact) => contact.address));
    for (const number of numbers) peopleByPhone.set(number, [...(peopleByPhone.get(number) ?? []), person.id]);
  }
  return {
    version,
    settings: document.settings,
    services: byId(document.services),
    policies: byId(document.policies.map((policy) => ({ ...policy, version: policyVersions[policy.id] ?? 1 }))),
    people: byId(document.people),
    teams: byId(document.teams),
    rooms: byId(document.channels),
    ...schedules,
    peopleByPhone,
  };
}
