import type { Directory } from './directory.ts';
import type { Policy, Target } from './policy.ts';
import { resolveTargets } from './recipients.ts';

/** Something in a configuration that is allowed and risky. */
export interface ConfigWarning {
  readonly code:
    'resolves-to-nobody' | 'single-person' | 'no-catch-all-contact' | 'cooldown-drops' | 'contact-never-tested' | 'contact-unhealthy';
  /** RFC 6901, into the document. */
  readonly pointer: string;
  readonly detail: string;
}

/** What is known of a contact from sending to it. */
interface KnownContact {
  readonly person: string;
  readonly contact: string;
  readonly unhealthy: object | null;
  readonly lastSentAt: number | null;
}

/** All warnings about a directory whose maps are in the order of the document. */
export function configWarnings(directory: Directory, health: readonly KnownContact[]): readonly ConfigWarning[] {
  return [
    ...settingsWarnings(directory),
    ...[...directory.policies.values()].flatMap((policy, index) => policyWarnings(policy, `/policies/${index}`, directory)),
    ...contactWarnings(directory, health),
    ...teamWarnings(directory),
  ];
}

/** The people, or addresses, that have a contact which may be used. */
const reached = (targets: readonly Target[], channels: readonly string[] | null, directory: Directory): readonly string[] =>
  resolveTargets(targets, channels, directory).recipients.flatMap((recipient) => (recipient.contacts.length > 0 ? [recipient.person] : []));

const noCatchAllContact = (pointer: string): ConfigWarning => ({
  code: 'no-catch-all-contact',
  pointer,
  detail: 'Nobody named here has a contact: when nobody answers, nobody is told.',
});

function settingsWarnings(directory: Directory): readonly ConfigWarning[] {
  const { catchAll } = directory.settings;
  return catchAll !== null && reached(catchAll, null, directory).length === 0 ? [noCatchAllContact('/settings/catchAll')] : [];
}

function policyWarnings(policy: Policy, pointer: string, directory: Directory): readonly ConfigWarning[] {
  const warnings: ConfigWarning[] = [];
  const people = new Set(reached(policy.catchAll ?? directory.settings.catchAll ?? [], null, directory));
  if (policy.catchAll !== null && people.size === 0) warnings.push(noCatchAllContact(`${pointer}/catchAll`));
  policy.levels.forEach((level, index) => {
    const found = reached(level.targets, level.channels, directory);
    for (const person of found) people.add(person);
    if (found.length > 0) return;
    const detail = 'Nobody this level names has a contact that it may use; it will be skipped.';
    warnings.push({ code: 'resolves-to-nobody', pointer: `${pointer}/levels/${index}`, detail });
  });
  if (people.size === 1) {
    const detail = 'Every level and the catch-all reach one and the same person.';
    warnings.push({ code: 'single-person', pointer, detail });
  }
  if (policy.cooldown?.then === 'drop') {
    const detail = 'A problem that comes back during the cooldown is dropped, and nobody is told when the cooldown ends.';
    warnings.push({ code: 'cooldown-drops', pointer: `${pointer}/cooldown/then`, detail });
  }
  return warnings;
}

function contactWarnings(directory: Directory, health: readonly KnownContact[]): readonly ConfigWarning[] {
  const known = new Map(health.map((one) => [`${one.person}/${one.contact}`, one]));
  return [...directory.people.values()].flatMap((person, personIndex) =>
    person.contacts.flatMap((contact, index) => {
      const state = known.get(`${person.id}/${contact.id}`);
      const pointer = `/people/${personIndex}/contacts/${index}`;
      const warnings: ConfigWarning[] = [];
      if ((state?.unhealthy ?? null) !== null) {
        warnings.push({ code: 'contact-unhealthy', pointer, detail: 'The last message to this contact could not be delivered.' });
      }
      if ((state?.lastSentAt ?? null) === null) {
        warnings.push({ code: 'contact-never-tested', pointer, detail: 'Nothing was ever sent to this contact; send a test page.' });
      }
      return warnings;
    }),
  );
}

function teamWarnings(directory: Directory): readonly ConfigWarning[] {
  return [...directory.teams.values()].flatMap((team, index): readonly ConfigWarning[] =>
    team.members.some((id) => (directory.people.get(id)?.contacts.length ?? 0) > 0)
      ? []
      : [{ code: 'resolves-to-nobody', pointer: `/teams/${index}`, detail: 'Nobody in this team has a contact.' }],
  );
}
