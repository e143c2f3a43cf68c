import type { Policy } from '../../domain/policy.ts';
import type { ConfigStore, StoredConfig } from '../../ports.ts';

/** Configuration in memory. */
export function makeMapConfig(): ConfigStore {
  let current: StoredConfig | null = null;
  const policies = new Map<string, Map<number, Policy>>();

  const save = (config: StoredConfig, added: readonly Policy[], expected: number): boolean => {
    if ((current?.version ?? 0) !== expected) return false;
    const known = added.find(({ id, version }) => policies.get(id)?.has(version) === true);
    if (known !== undefined) throw new Error(`version ${known.version} of policy ${known.id} exists already and never changes`);
    for (const policy of added) {
      policies.set(policy.id, (policies.get(policy.id) ?? new Map<number, Policy>()).set(policy.version, policy));
    }
    current = config;
    return true;
  };

  return {
    current: () => Promise.resolve(current),
    save(config, added, expected): Promise<boolean> {
      return new Promise((resolve) => {
        resolve(save(config, added, expected));
      });
    },
    policy: (id, version) => Promise.resolve(policies.get(id)?.get(version) ?? null),
    latestPolicyVersions: (ids) =>
      Promise.resolve(
        new Map(
          ids.flatMap((id) => {
            const versions = policies.get(id)?.keys();
            return versions === undefined ? [] : [[id, Math.max(...versions)] as const];
          }),
        ),
      ),
  };
}
