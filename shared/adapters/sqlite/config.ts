import type { DatabaseSync } from 'node:sqlite';
import type { Policy } from '../../domain/policy.ts';
import type { ConfigStore, StoredConfig } from '../../ports.ts';
import { readPolicy, readStoredConfig, toRecord } from '../../schema/records.ts';
import { jsonIn, numberIn } from './columns.ts';
import type { Row } from './columns.ts';
import type { CommitQueue } from './commit-queue.ts';

// Taking an unreadable configuration for none would let an example take its place, so it is a fault.
function configIn(row: Row): StoredConfig {
  const config = readStoredConfig(jsonIn(row, 'body'));
  if (config === null) throw new Error(`version ${numberIn(row, 'version')} of the configuration cannot be read`);
  return config;
}

/** Configuration in the database. A version of a policy that cannot be read is reported and counts as missing: something else can stand in for it. */
export function makeSqliteConfig(database: DatabaseSync, queue: CommitQueue, onError: (error: Error) => void): ConfigStore {
  const current = database.prepare('SELECT version, body FROM config ORDER BY version DESC LIMIT 1');
  const put = database.prepare('INSERT INTO config (version, body) VALUES (?, ?)');
  const policy = database.prepare('SELECT version, body FROM policy WHERE id = ? AND version = ?');
  const putPolicy = database.prepare('INSERT INTO policy (id, version, body) VALUES (?, ?, ?)');
  const latest = database.prepare('SELECT version FROM policy WHERE id = ? ORDER BY version DESC LIMIT 1');

  const save = (config: StoredConfig, policies: readonly Policy[], expected: number): boolean => {
    if ((current.get()?.['version'] ?? 0) !== expected) return false;
    for (const added of policies) putPolicy.run(added.id, added.version, JSON.stringify(toRecord('policy', added)));
    put.run(config.version, JSON.stringify(toRecord('config', config)));
    return true;
  };

  const policyIn = (row: Row, id: string, version: number): Policy | null => {
    const found = readPolicy(jsonIn(row, 'body'));
    if (found?.id === id && found.version === version) return found;
    onError(new Error(`version ${version} of policy ${id} cannot be read and counts as missing`));
    return null;
  };

  return {
    current: () =>
      queue.read(() => {
        const row = current.get();
        return row === undefined ? null : configIn(row);
      }),
    save: (config, policies, expected) =>
      queue.write(
        queue.atomic(() => {
          const saved = save(config, policies, expected);
          return () => saved;
        }),
      ),
    policy: (id, version) =>
      queue.read(() => {
        const row = policy.get(id, version);
        return row === undefined ? null : policyIn(row, id, version);
      }),
    latestPolicyVersions: (ids) =>
      queue.read(
        () =>
          new Map(
            ids.flatMap((id) => {
              const row = latest.get(id);
              return row === undefined ? [] : [[id, numberIn(row, 'version')] as const];
            }),
          ),
      ),
  };
}
