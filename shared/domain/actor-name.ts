import type { Directory } from './directory.ts';
import { personOf, withoutAddress } from './person-of.ts';

/** The name to show for whoever acted. */
export function nameOfActor(by: string, directory: Directory): string {
  const person = personOf(by);
  return person === null ? by : (directory.people.get(person)?.name ?? withoutAddress(person));
}
