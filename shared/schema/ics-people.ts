import type { Person } from '../domain/directory.ts';

/** Ids of people, or why nobody can be taken. */
export type Named = readonly string[] | 'unknown-person' | 'ambiguous-person';

const comparable = (name: string): string => name.normalize('NFC').replace(/\s+/g, ' ').trim().toLowerCase();

/** What stands around a name: `On call - Ana - Primary`, `On call: Ana`, `Ana, Ben`, `[L1] ana`. */
const around = /\s[-–—]\s|[,;:/|&+()[\]<>]/;

/**
 * Finds whom an event means. A summary names people by id, name or e-mail address, alone or as a part that is set off from the rest; where it names
 * nobody, the attendees do by their addresses, and each of them must be known. Capitals do not matter. Two people of one name are ambiguous.
 */
export function peopleFinder(people: readonly Person[]): (summary: string, attendees: readonly string[]) => Named {
  const byName = new Map<string, Set<string>>();
  for (const { id, name, contacts } of people) {
    const addresses = contacts.filter(({ channel }) => channel === 'email').map(({ address }) => address);
    for (const key of [id, name, ...addresses].map(comparable)) byName.set(key, (byName.get(key) ?? new Set<string>()).add(id));
  }
  const find = (name: string): ReadonlySet<string> => byName.get(comparable(name)) ?? new Set();

  return (summary, attendees) => {
    const whole = find(summary);
    const parts = whole.size > 0 ? [whole] : summary.split(around).map(find);
    const named = parts.filter(({ size }) => size > 0);
    const found = named.length > 0 ? named : attendees.map(find);
    if (found.length === 0 || found.some(({ size }) => size === 0)) return 'unknown-person';
    return found.some(({ size }) => size > 1) ? 'ambiguous-person' : [...new Set(found.flatMap((ids) => [...ids]))];
  };
}
