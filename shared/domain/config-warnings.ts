import { outboxLimit } from './catch-all.ts';
import { scheduleNamed, secretName, type Directory } from './directory.ts';
import { scheduleFindings } from './on-call/gaps.ts';
import { peopleIn } from './on-call/schedule.ts';
import { ZoneOffsets } from './on-call/zone-offsets.ts';
import type { Policy, Target } from './policy.ts';
import { resolveTargets, type Recipient } from './recipients.ts';
import type { Instant } from './time.ts';

/** Something in a configuration that is allowed and risky. */
export interface ConfigWarning {
  readonly code:
    | 'resolves-to-nobody'
    | 'single-person'
    | 'gap'
    | 'night-handoff'
    | 'no-catch-all-contact'
    | 'catch-all-too-large'
    | 'cooldown-drops'
    | 'contact-never-tested'
    | 'contact-unhealthy'
    | 'unknown-secret'
    | 'secret-in-document'
    | 'service-in-use';
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

/** All warnings about a directory whose maps are in the order of the document; `missing` are secrets that it names and nobody has. */
export function configWarnings(
  directory: Directory,
  health: readonly KnownContact[],
  missing: ReadonlySet<string>,
  now: Instant,
): readonly ConfigWarning[] {
  return [
    ...catchAllWarnings(directory.settings.catchAll, '/settings/catchAll', directory),
    ...[...directory.policies.values()].flatMap((policy, index) => policyWarnings(policy, `/policies/${index}`, directory)),
    ...contactWarnings(directory, health),
    ...teamWarnings(directory),
    ...roomWarnings(directory, health),
    ...scheduleWarnings(directory, now),
    ...secretWarnings(directory, missing),
  ];
}

const everybody = (targets: readonly Target[], channels: readonly string[] | null, directory: Directory): readonly Recipient[] =>
  resolveTargets(
    targets.flatMap((target) => atAnyTime(target, directory)),
    channels,
    directory,
    0,
  ).recipients;

/** The people, or addresses, that have a contact which may be used. */
const reached = (targets: readonly Target[], channels: readonly string[] | null, directory: Directory): readonly string[] =>
  everybody(targets, channels, directory).flatMap(({ person, contacts }) => (contacts.length > 0 ? [person] : []));

/** Instead of a schedule, all who ever take a turn in it. */
function atAnyTime(target: Target, directory: Directory): readonly Target[] {
  const found = target.type === 'schedule' ? scheduleNamed(target.id, directory) : undefined;
  if (found === undefined) return [target];
  return [...peopleIn(found.schedule)].map((id) => ({ ...target, type: 'user' as const, id }));
}

function scheduleWarnings({ schedules }: Directory, now: Instant): readonly ConfigWarning[] {
  const zones = new Map<string, ZoneOffsets>();
  const zoneOf = (name: string): ZoneOffsets => {
    const zone = zones.get(name) ?? new ZoneOffsets(name);
    zones.set(name, zone);
    return zone;
  };
  return [...schedules.values()].flatMap(({ schedule }, index) =>
    scheduleFindings(schedule, now, zoneOf(schedule.zone)).map((found) => ({ ...found, pointer: `/schedules/${index}${found.pointer}` })),
  );
}

function catchAllWarnings(catchAll: readonly Target[] | null, pointer: string, directory: Directory): readonly ConfigWarning[] {
  if (catchAll === null) return [];
  const contacts = everybody(catchAll, null, directory).flatMap((recipient) => recipient.contacts).length;
  if (contacts === 0) {
    const detail = 'Nobody named here has a contact: when nobody answers, nobody is told.';
    return [{ code: 'no-catch-all-contact', pointer, detail }];
  }
  if (contacts <= outboxLimit) return [];
  const detail = `Those named here have ${contacts} contacts, and at most ${outboxLimit} are told: the others hear nothing.`;
  return [{ code: 'catch-all-too-large', pointer, detail }];
}

function policyWarnings(policy: Policy, pointer: string, directory: Directory): readonly ConfigWarning[] {
  const warnings: ConfigWarning[] = [...catchAllWarnings(policy.catchAll, `${pointer}/catchAll`, directory)];
  const people = new Set(reached(policy.catchAll ?? directory.settings.catchAll ?? [], null, directory));
  policy.levels.forEach((level, index) => {
    const found = reached(level.targets, level.channels, directory);
    for (const person of found) people.add(person);
    if (found.length > 0) return;
    const detail = 'Nobody this level names has a contact that it may use; it will be skipped.';
    warnings.push({ code: 'resolves-to-nobody', pointer: `${pointer}/levels/${index}`, detail });
  });
  // Many read a room.
  if (people.size === 1 && ![...people].some((person) => person.startsWith('channel:'))) {
    const detail = 'Every level and the catch-all reach one and the same person.';
    warnings.push({ code: 'single-person', pointer, detail });
  }
  if (policy.cooldown?.then === 'drop') {
    const detail = 'A problem that comes back during the cooldown is dropped, and nobody is told when the cooldown ends.';
    warnings.push({ code: 'cooldown-drops', pointer: `${pointer}/cooldown/then`, detail });
  }
  return warnings;
}

const unhealthy = (pointer: string): ConfigWarning => ({
  code: 'contact-unhealthy',
  pointer,
  detail: 'The last message to this contact could not be delivered.',
});

function contactWarnings(directory: Directory, health: readonly KnownContact[]): readonly ConfigWarning[] {
  const known = new Map(health.map((one) => [`${one.person}/${one.contact}`, one]));
  return [...directory.people.values()].flatMap((person, personIndex) =>
    person.contacts.flatMap((contact, index) => {
      const state = known.get(`${person.id}/${contact.id}`);
      const pointer = `/people/${personIndex}/contacts/${index}`;
      const warnings: ConfigWarning[] = [];
      if ((state?.unhealthy ?? null) !== null) {
        warnings.push(unhealthy(pointer));
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

function roomWarnings(directory: Directory, health: readonly KnownContact[]): readonly ConfigWarning[] {
  const ill = new Set(health.flatMap((one) => (one.unhealthy === null ? [] : [one.person])));
  return [...directory.rooms.keys()].flatMap((id, index) => (ill.has(`channel:${id}`) ? [unhealthy(`/channels/${index}`)] : []));
}

/** An address that the document holds, and where. */
interface Place {
  readonly pointer: string;
  readonly channel: string;
  readonly address: string;
}

/** Every address in the document that may stand for a secret: of contacts, of rooms, of webhooks that are targets. */
export function placesIn({ people, rooms, policies, settings }: Directory): readonly Place[] {
  const webhooks = (targets: readonly Target[] | null, list: string): readonly Place[] =>
    (targets ?? []).flatMap(({ type, id }, index) =>
      type === 'webhook' ? [{ pointer: `${list}/${index}`, channel: type, address: id }] : [],
    );
  return [
    ...webhooks(settings.catchAll, '/settings/catchAll'),
    ...[...policies.values()].flatMap(({ levels, catchAll }, index) => [
      ...levels.flatMap(({ targets }, level) => webhooks(targets, `/policies/${index}/levels/${level}/targets`)),
      ...webhooks(catchAll, `/policies/${index}/catchAll`),
    ]),
    ...[...people.values()].flatMap(({ contacts }, person) =>
      contacts.map(({ channel, address }, index) => ({ pointer: `/people/${person}/contacts/${index}/address`, channel, address })),
    ),
    ...[...rooms.values()].map(({ channel, address }, index) => ({ pointer: `/channels/${index}/address`, channel, address })),
  ];
}

function secretWarnings(directory: Directory, missing: ReadonlySet<string>): readonly ConfigWarning[] {
  return placesIn(directory).flatMap(({ pointer, channel, address }): readonly ConfigWarning[] => {
    const name = secretName(address);
    if (name !== null && missing.has(name)) {
      return [{ code: 'unknown-secret', pointer, detail: `There is no secret ${name}: nothing can be sent here.` }];
    }
    if (name !== null || channel !== 'slack') return [];
    const detail = 'Whoever reads this address can write to the room; keep it as a secret and name it here as secret:NAME.';
    return [{ code: 'secret-in-document', pointer, detail }];
  });
}
