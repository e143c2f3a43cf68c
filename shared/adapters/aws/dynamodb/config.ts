import type { Policy } from '../../../domain/policy.ts';
import type { ConfigStore, StoredConfig } from '../../../ports.ts';
import { readPolicy, readStoredConfig, toRecord } from '../../../schema/records.ts';
import * as z from 'zod/mini';
import { n, numberIn, packed, s, sortable, textIn, unpackedIn, type Item } from './attributes.ts';
import type { Key, Table } from './table.ts';

const currentKey: Key = { pk: 'config', sk: 'current' };
const versionKey = (version: number): Key => ({ pk: 'config', sk: `version#${sortable(version)}` });
const policyKey = (id: string, version: number): Key => ({ pk: `policy#${id}`, sk: sortable(version) });
const ifAbsent = { expression: 'attribute_not_exists(pk)' };

const policyIds = z.array(z.object({ id: z.string(), version: z.number() }));

// Taking an unreadable configuration for none would let an example take its place, so it is a fault.
function configIn(row: Item): StoredConfig {
  const config = readStoredConfig(unpackedIn(row, 'body'));
  if (config === null) throw new Error(`version ${numberIn(row, 'version')} of the configuration cannot be read`);
  return config;
}

/** The policy that a record holds, if it is that version of that policy; what cannot be read is reported. */
function policyIn(json: unknown, id: string, version: number, onError: (error: Error) => void): Policy | null {
  const found = readPolicy(json);
  if (found?.id === id && found.version === version) return found;
  onError(new Error(`version ${version} of policy ${id} cannot be read and counts as missing`));
  return null;
}

/**
 * Configuration in the table. One conditional write replaces the current version and brings its new policies along; they are filed as rows of their
 * own after it, and again before the next save should that have been cut off, so that a save of any number of policies takes no transaction.
 * A version of a policy that cannot be read is reported and counts as missing.
 */
export function makeDynamoConfig(table: Table, onError: (error: Error) => void): ConfigStore {
  const file = (rows: readonly FiledRow[]): Promise<void> =>
    inGroups(rows, async ({ key, attributes }) => {
      await table.put(key, attributes(), ifAbsent);
    });

  /** Files the rest of a version whose save may have been cut off before it did. */
  async function fileMissing(row: Item): Promise<void> {
    const rows = rowsOf(row);
    const filed = new Set(
      (await table.getAll(rows.map(({ key }) => key))).map((item) => nameOf({ pk: textIn(item, 'pk'), sk: textIn(item, 'sk') })),
    );
    await file(rows.filter(({ key }) => !filed.has(nameOf(key))));
  }

  return {
    async current() {
      const row = await table.get(currentKey);
      return row === null ? null : configIn(row);
    },
    async save(config, policies, expected) {
      const before = await table.get(currentKey);
      if ((before === null ? 0 : numberIn(before, 'version')) !== expected) return false;
      if (before !== null) await fileMissing(before);
      const known = await table.getAll(policies.map(({ id, version }) => policyKey(id, version)));
      if (known.length > 0) throw new Error('a version of a policy never changes');
      const row = {
        version: n(config.version),
        body: packed(toRecord('config', config)),
        added: packed(policies.map((policy) => toRecord('policy', policy))),
      };
      const condition = expected === 0 ? ifAbsent : { expression: 'version = :version', values: { ':version': n(expected) } };
      const written = await table.put(currentKey, row, condition);
      if (written.ok) await file(rowsOf(row));
      return written.ok;
    },
    async policy(id, version) {
      const row = await table.get(policyKey(id, version));
      if (row !== null) return policyIn(unpackedIn(row, 'body'), id, version, onError);
      // The save that brought it may have been cut off before it filed its policies.
      const current = await table.get(currentKey);
      const added = current === null ? undefined : policiesIn(current).find((one) => one.id === id && one.version === version);
      return added === undefined ? null : policyIn(added.record, id, version, onError);
    },
    async latestPolicyVersions(ids) {
      const latest = new Map<string, number>();
      if (ids.length === 0) return latest;
      const note = (id: string, version: number): void => void latest.set(id, Math.max(version, latest.get(id) ?? 0));
      await inGroups(ids, async (id) => {
        const key = { expression: 'pk = :pk', values: { ':pk': s(`policy#${id}`) } };
        for (const row of await table.first({ key, backwards: true, pageSize: 1 }, 1)) note(id, numberIn(row, 'version'));
      });
      const current = await table.get(currentKey);
      const asked = new Set(ids);
      for (const { id, version } of current === null ? [] : policiesIn(current)) if (asked.has(id)) note(id, version);
      return latest;
    },
  };
}

interface FiledRow {
  readonly key: Key;
  readonly attributes: () => Item;
}

const nameOf = ({ pk, sk }: Key): string => JSON.stringify([pk, sk]);

/** What is filed of a version: itself, and each policy that is new in it. */
const rowsOf = (row: Item): readonly FiledRow[] => [
  {
    key: versionKey(numberIn(row, 'version')),
    attributes: () => Object.fromEntries(Object.entries(row).filter(([name]) => name === 'version' || name === 'body')),
  },
  ...policiesIn(row).map(({ id, version, record }) => ({
    key: policyKey(id, version),
    attributes: () => ({ version: n(version), body: packed(record) }),
  })),
];

/** So many at once: what waits for a connection is given up after two seconds like what waits for an answer. */
const atOnce = 25;

async function inGroups<T>(all: readonly T[], run: (one: T) => Promise<void>): Promise<void> {
  for (let first = 0; first < all.length; first += atOnce) await Promise.all(all.slice(first, first + atOnce).map(run));
}

/** The policies that came with a version of the configuration. */
function policiesIn(row: Item): readonly { readonly id: string; readonly version: number; readonly record: unknown }[] {
  const records = z.array(z.unknown()).safeParse(unpackedIn(row, 'added'));
  const ids = policyIds.safeParse(records.data);
  if (!records.success || !ids.success) return [];
  return ids.data.map(({ id, version }, index) => ({ id, version, record: records.data[index] }));
}
