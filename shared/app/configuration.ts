import { catchAllOf, catchAllPolicy } from '../domain/catch-all-policy.ts';
import type { Directory } from '../domain/directory.ts';
import type { Policy } from '../domain/policy.ts';
import type { Configuration, Ports, StoredConfig } from '../ports.ts';
import { checkWritten, type ConfigDocument } from '../schema/config-document.ts';
import { buildDirectory } from '../schema/config-directory.ts';

export interface CachedConfiguration extends Configuration {
  /** Lets the next look see what was just saved. */
  invalidate(): void;
}

const keptPolicies = 1000;

/**
 * The configuration as the handlers see it. A directory is at most `maxAgeMs` of real time old (0: the store is asked every time); versions of
 * policies never change and are kept. Failures and absences are never kept.
 */
export function makeConfiguration(ports: Pick<Ports, 'config' | 'clock'>, options: { readonly maxAgeMs: number }): CachedConfiguration {
  // Promises are kept rather than what they bring: these are asked for several times in every command.
  const policies = new Map<string, Promise<Policy>>();
  let kept: { readonly directory: Promise<Directory>; readonly readAt: number } | null = null;
  let built: Directory | null = null;
  let era = 0;

  const load = async (): Promise<Directory> => {
    const readIn = era;
    const readAt = ports.clock.real();
    const stored = await ports.config.current();
    const directory = built !== null && stored?.version === built.version ? built : directoryOf(stored);
    // What was read before a save must not hide what it saved.
    if (readIn === era) {
      built = directory;
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
    return kept !== null && age !== null && age >= 0 && age < options.maxAgeMs ? kept.directory : load();
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
    },
  };
}

function directoryOf(stored: StoredConfig | null): Directory {
  const checked = checkWritten(stored?.document ?? {});
  if (checked.ok) return buildDirectory(checked.document, stored?.version ?? 0, stored?.policyVersions ?? {});
  const places = checked.errors.slice(0, 5).map((error) => `${error.pointer} ${error.code}`);
  throw new Error(`version ${stored?.version ?? 0} of the configuration does not hold any more: ${places.join(', ')}`);
}

/** The document of a stored version; null where there is none, or where it was valid only by the rules of an older release. */
export function documentOf(stored: StoredConfig | null): ConfigDocument | null {
  const checked = stored === null ? null : checkWritten(stored.document);
  return checked?.ok === true ? checked.document : null;
}
