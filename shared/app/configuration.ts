import { catchAllOf, catchAllPolicy } from '../domain/catch-all-policy.ts';
import type { Directory } from '../domain/directory.ts';
import type { Policy } from '../domain/policy.ts';
import type { Configuration, Ports, StoredConfig } from '../ports.ts';
import { checkWritten } from '../schema/config-document.ts';
import { buildDirectory } from '../schema/config-directory.ts';
import type { OnCallReading } from './on-call-reading.ts';

export interface CachedConfiguration extends Configuration {
  /** Lets the next look see what was just saved. */
  invalidate(): void;
}

interface ConfigurationOptions {
  readonly maxAgeMs: number;
  /** How on-call schedules are read; left out where no level is fired and nobody asks who is on call. */
  readonly onCall?: OnCallReading;
}

const keptPolicies = 1000;

/**
 * The configuration as the handlers see it. A directory is at most `maxAgeMs` of real time old (0: the store is asked every time); versions of
 * policies never change and are kept. Failures and absences are never kept.
 */
export function makeConfiguration(ports: Pick<Ports, 'config' | 'clock'>, options: ConfigurationOptions): CachedConfiguration {
  const onCall = options.onCall ?? null;
  // Promises are kept rather than what they bring: these are asked for several times in every command.
  const policies = new Map<string, Promise<Policy>>();
  let kept: { readonly directory: Promise<Directory>; readonly readAt: number } | null = null;
  /** Everybody who asks while it is being read gets the same: reading it takes long, and hundreds may ask at once. */
  let reading: Promise<Directory> | null = null;
  let built: Directory | null = null;
  let era = 0;

  const load = async (): Promise<Directory> => {
    const readIn = era;
    const readAt = ports.clock.real();
    const stored = await ports.config.current();
    const known = built !== null && stored?.version === built.version ? built : directoryOf(stored, onCall);
    const directory = known.schedules.size === 0 ? known : ((await onCall?.withOverrides(known)) ?? known);
    // What was read before a save must not hide what it saved.
    if (readIn === era) {
      built = known;
      kept = { directory: Promise.resolve(directory), readAt };
    }
    return directory;
  };

  const loadPolicy = async (id: string, version: number): Promise<Policy | null> => {
    const policy = await ports.config.policy(id, version);
    if (policy === null) return null;
    policies.set(`${id}/${version}`, Promise.resolve(policy));
    const oldest = policies.size > keptPolicies ? policies.keys().next().value : undefined;
    if (oldest !== undefined) policies.delete(oldest);
    return policy;
  };

  const directory = (): Promise<Directory> => {
    const age = kept === null ? null : ports.clock.real() - kept.readAt;
    if (kept !== null && age !== null && age >= 0 && age < options.maxAgeMs) return kept.directory;
    if (reading !== null) return reading;
    const mine = load().finally(() => {
      if (reading === mine) reading = null;
    });
    // Where nothing may be kept, each asks for itself.
    if (options.maxAgeMs > 0) reading = mine;
    return mine;
  };

  const policy = (id: string, version: number): Promise<Policy | null> => policies.get(`${id}/${version}`) ?? loadPolicy(id, version);

  const policyForCatchAll = async (id: string, version: number): Promise<Policy | null> => {
    const found = await policy(id, version);
    return found === null ? null : catchAllPolicy(found, (await directory()).settings);
  };

  return {
    directory,
    policy(id, version) {
      const made = catchAllOf(id);
      return made === null ? policy(id, version) : policyForCatchAll(made, version);
    },
    invalidate() {
      era += 1;
      kept = null;
      reading = null;
    },
  };
}

const nothingSaved: Pick<StoredConfig, 'document' | 'version' | 'policyVersions'> = { document: {}, version: 0, policyVersions: {} };

function directoryOf(stored: StoredConfig | null, onCall: OnCallReading | null): Directory {
  const { document, version, policyVersions } = stored ?? nothingSaved;
  const checked = checkWritten(document, onCall?.schema ?? null);
  if (checked.ok) return buildDirectory(checked.document, version, policyVersions, onCall?.ready(checked.document.schedules));
  const places = checked.errors.slice(0, 5).map((error) => `${error.pointer} ${error.code}`);
  throw new Error(`version ${version} of the configuration does not hold any more: ${places.join(', ')}`);
}
