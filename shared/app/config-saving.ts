import { configWarnings, placesIn, type ConfigWarning } from '../domain/config-warnings.ts';
import { secretName, type Directory } from '../domain/directory.ts';
import { readySchedules } from '../domain/on-call/ready.ts';
import type { Policy } from '../domain/policy.ts';
import type { Instant } from '../domain/time.ts';
import type { Ports, StoredConfig } from '../ports.ts';
import { buildDirectory } from '../schema/config-directory.ts';
import { checkDocument } from '../schema/config-check.ts';
import { checkWritten, emptyDocument, sourceOf, type CheckedDocument, type ConfigDocument } from '../schema/config-document.ts';
import { schedulesSchema } from '../schema/config-schedules.ts';
import { readConfigText } from '../schema/config-text.ts';
import type { AddressSchemas } from '../schema/config-targets.ts';
import type { ConfigError, Unparsable } from '../schema/config-source.ts';
import { attemptsFor, pause } from './attempts.ts';
import { configChanges, type ConfigChange } from './config-changes.ts';
import type { Imported } from './calendar-import.ts';
import { idOfThing, putThing, thingNamed, withoutThing, type ConfigKind } from './config-things.ts';
import type { CachedConfiguration } from './configuration.ts';
import { deletionWarnings } from './deletion-warnings.ts';
import { handoffsChanged } from './handoffs.ts';
import { inTime } from './in-time.ts';
import { Unavailable } from './use-cases.ts';

export interface SaveOptions {
  /** Only tells what would happen. */
  readonly dryRun: boolean;
  /** Whether the caller meant this version as the present one; null: whatever it is. */
  readonly ifMatch: ((version: number) => boolean) | null;
}

/** `saved` with the version that stands afterwards: the former one when nothing changed or nothing was to be saved. */
export type SaveResult =
  | {
      readonly kind: 'saved';
      readonly version: number;
      readonly changes: readonly ConfigChange[];
      readonly warnings: readonly ConfigWarning[];
      /** What came of a calendar that was saved as a schedule. */
      readonly imported?: Imported;
    }
  | { readonly kind: 'unparsable'; readonly error: Unparsable }
  | { readonly kind: 'invalid'; readonly errors: readonly ConfigError[] }
  | { readonly kind: 'stale' }
  | { readonly kind: 'not-found' };

/** Changes of the configuration. Each makes one new version or none; throws `Unavailable` when others keep coming first. */
export interface ConfigSaving {
  saveDocument(text: string, contentType: string | null, options: SaveOptions): Promise<SaveResult>;
  saveThing(kind: ConfigKind, id: string, text: string, contentType: string | null, options: SaveOptions): Promise<SaveResult>;
  /** An iCalendar file as the shifts of a schedule. `zone`: of times without one, and of a new schedule; null: the schedule's own, else the settings'. */
  saveCalendar(name: string, text: string, zone: string | null, options: SaveOptions): Promise<SaveResult>;
  deleteThing(kind: ConfigKind, id: string, options: SaveOptions): Promise<SaveResult>;
}

type SavingPorts = Pick<Ports, 'config' | 'clock' | 'state' | 'timers' | 'random' | 'handoffs' | 'queue' | 'log' | 'incidents' | 'keys'> & {
  readonly secrets: Pick<Ports['secrets'], 'named'>;
};
/** Null: what was to be changed is not there. */
type Edit = (stored: StoredConfig | null) => CheckedDocument | null;

/** `channels`: what a contact may name, and as what address. */
export function makeConfigSaving(
  ports: SavingPorts,
  configuration: Pick<CachedConfiguration, 'invalidate'>,
  channels: AddressSchemas,
): ConfigSaving {
  const attempt = async (edit: Edit, options: SaveOptions): Promise<SaveResult> => {
    for (let lost = 0; lost < attemptsFor.people; lost += 1) {
      if (lost > 0) await pause(ports, lost - 1);
      const result = await saveOnce(ports, configuration, edit, options);
      if (result !== 'conflict') return result;
      if (options.ifMatch !== null) return { kind: 'stale' };
    }
    throw new Unavailable('the configuration was changed by others each time');
  };
  // One after the other: however many come to this process at once, none of them overtakes another.
  let last: Promise<unknown> = Promise.resolve();
  const save = (edit: Edit, options: SaveOptions): Promise<SaveResult> => {
    const mine = last.then(() => attempt(edit, options));
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    async saveDocument(text, contentType, options) {
      const source = readConfigText(text, contentType);
      if (!('json' in source)) return { kind: 'unparsable', error: source };
      const checked = checkDocument(source, channels);
      return save(() => checked, options);
    },
    async saveThing(kind, id, text, contentType, options) {
      const source = readConfigText(text, contentType);
      if (!('json' in source)) return { kind: 'unparsable', error: source };
      return save((stored) => {
        const document = stored?.document ?? {};
        return putThing(document, kind, idOfThing(document, kind, id), source, channels);
      }, options);
    },
    async saveCalendar(name, text, zone, options) {
      // A library for calendars comes with it, which nobody else needs.
      const { readCalendar } = await import('./calendar-import.ts');
      const brought: Imported[] = [];
      const result = await save((stored) => {
        const document = stored?.document ?? {};
        const known = documentOf(stored) ?? emptyDocument();
        const schedule = thingNamed(document, 'schedules', name);
        const own = known.schedules.find(({ id }) => id === schedule?.['id'])?.zone ?? known.settings.zone;
        const read = readCalendar(text, { schedule, people: known.people, zone: zone ?? own, now: ports.clock.now() });
        if (!read.ok) return read;
        brought.push(read.imported);
        return putThing(document, 'schedules', idOfThing(document, 'schedules', name), sourceOf(read.schedule), channels);
      }, options);
      return withImported(result, brought.at(-1));
    },
    deleteThing(kind, id, options) {
      return save((stored) => {
        const document = stored?.document ?? {};
        const rest = withoutThing(document, kind, idOfThing(document, kind, id));
        return rest === null ? null : checkDocument(sourceOf(rest), channels);
      }, options);
    },
  };
}

/** What is no calendar at all is told like any other text that cannot be parsed. */
function withImported(result: SaveResult, imported: Imported | undefined): SaveResult {
  if (result.kind === 'saved') return imported === undefined ? result : { ...result, imported };
  const broken = result.kind === 'invalid' ? result.errors.find(({ code }) => code === 'not-icalendar') : undefined;
  return broken === undefined
    ? result
    : { kind: 'unparsable', error: { code: 'not-icalendar', detail: broken.detail, line: broken.line ?? 1 } };
}

async function saveOnce(
  ports: SavingPorts,
  configuration: Pick<CachedConfiguration, 'invalidate'>,
  edit: Edit,
  options: SaveOptions,
): Promise<SaveResult | 'conflict'> {
  const stored = await ports.config.current();
  const version = stored?.version ?? 0;
  if (options.ifMatch?.(version) === false) return { kind: 'stale' };
  const checked = edit(stored);
  if (checked === null) return { kind: 'not-found' };
  if (!checked.ok) return { kind: 'invalid', errors: checked.errors };
  const { document } = checked;
  const changes = configChanges(documentOf(stored), document);
  const directory = buildDirectory(document, version, {}, readySchedules(document.schedules));
  const missing = await missingSecrets(ports.secrets, directory);
  const warnings = [
    ...configWarnings(directory, await ports.state.contactHealth(), missing, ports.clock.now()),
    // A document is not refused because of what cannot be read for a warning.
    ...((await inTime(ports, 'deletions-not-looked-at', () => deletionWarnings(ports, changes))) ?? []),
  ];
  if (options.dryRun || changes.length === 0) return { kind: 'saved', version, changes, warnings };
  const savedAt = ports.clock.now();
  const { policyVersions, policies } = await versionPolicies(ports, stored, document, changes);
  const policyTimes = timesOfPolicies(stored, document, changes, savedAt);
  const next = { version: version + 1, savedAt, document: document.written, policyVersions, policyTimes };
  try {
    if (!(await ports.config.save(next, policies, version))) return 'conflict';
  } finally {
    configuration.invalidate();
  }
  await handoffsChanged(ports, directory);
  return { kind: 'saved', version: version + 1, changes, warnings };
}

/** The document of a stored version; null where there is none, or where it was valid only by the rules of an older release. */
function documentOf(stored: StoredConfig | null): ConfigDocument | null {
  const checked = stored === null ? null : checkWritten(stored.document, schedulesSchema);
  return checked?.ok === true ? checked.document : null;
}

/** The secrets that the directory names and nobody has; one that cannot be asked for now counts as there. */
async function missingSecrets(secrets: SavingPorts['secrets'], directory: Directory): Promise<ReadonlySet<string>> {
  const missing = new Set<string>();
  for (const { address } of placesIn(directory)) {
    const name = secretName(address);
    if (name === null || missing.has(name)) continue;
    if ((await secrets.named(name).catch(() => '')) === null) missing.add(name);
  }
  return missing;
}

/** A changed policy takes the number after the highest its id ever had, so that a number never means two things. */
async function versionPolicies(
  ports: SavingPorts,
  stored: StoredConfig | null,
  document: ConfigDocument,
  changes: readonly ConfigChange[],
): Promise<{ readonly policyVersions: Readonly<Record<string, number>>; readonly policies: readonly Policy[] }> {
  const changed = new Set(changes.filter((change) => change.kind === 'policy').map((change) => change.id));
  // What stands in the document has the highest its id ever had: only of the others it must be asked.
  const standing = new Map(Object.entries(stored?.policyVersions ?? {}));
  const others = await ports.config.latestPolicyVersions(document.policies.map(({ id }) => id).filter((id) => !standing.has(id)));
  const policies: Policy[] = [];
  const versions: [string, number][] = [];
  for (const policy of document.policies) {
    const known = changed.has(policy.id) ? undefined : standing.get(policy.id);
    const version = known ?? (standing.get(policy.id) ?? others.get(policy.id) ?? 0) + 1;
    versions.push([policy.id, version]);
    if (known === undefined) policies.push({ ...policy, version });
  }
  return { policyVersions: Object.fromEntries(versions), policies };
}

/** A policy that stands in the document again after it was deleted is a new one. */
function timesOfPolicies(
  stored: StoredConfig | null,
  document: ConfigDocument,
  changes: readonly ConfigChange[],
  now: Instant,
): StoredConfig['policyTimes'] {
  const before = new Map(Object.entries(stored?.policyTimes ?? {}));
  const made = new Map(changes.flatMap(({ kind, id, change }) => (kind === 'policy' ? [[id, change]] : [])));
  const timesOf = (id: string): StoredConfig['policyTimes'][string] => {
    const known = before.get(id) ?? { createdAt: null, updatedAt: null };
    const change = made.get(id);
    return change === undefined ? known : { createdAt: change === 'created' ? now : known.createdAt, updatedAt: now };
  };
  return Object.fromEntries(document.policies.map(({ id }) => [id, timesOf(id)]));
}
