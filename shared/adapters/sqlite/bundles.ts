import type { DatabaseSync } from 'node:sqlite';
import type { Bundle } from '../../domain/bundle.ts';
import { quietAt } from '../../domain/flood.ts';
import type { BundleStore, StoredTraffic } from '../../ports.ts';
import { readBundle, readBundleMember, readTraffic, toRecord } from '../../schema/records.ts';
import { jsonIn, numberIn } from './columns.ts';
import type { Row } from './columns.ts';
import type { CommitQueue } from './commit-queue.ts';

// Without a version the row is taken only from a contact that has been quiet.
const saveTraffic = `
  INSERT INTO traffic (contact, version, quiet_at, body) VALUES (:contact, 1, :quietAt, :body)
  ON CONFLICT (contact) DO UPDATE SET version = traffic.version + 1, quiet_at = excluded.quiet_at, body = excluded.body
  WHERE traffic.version = :version OR (:version IS NULL AND traffic.quiet_at <= :now)`;

function prepare(database: DatabaseSync) {
  return {
    saveTraffic: database.prepare(saveTraffic),
    traffic: database.prepare('SELECT version, body FROM traffic WHERE contact = ?'),
    open: database.prepare('INSERT INTO bundle (id, version, expires_at, body) VALUES (?, 1, ?, ?) ON CONFLICT DO NOTHING'),
    find: database.prepare('SELECT version, body FROM bundle WHERE id = ?'),
    save: database.prepare('UPDATE bundle SET version = ?, body = ? WHERE id = ? AND version = ?'),
    putMember: database.prepare('INSERT OR REPLACE INTO bundle_member (bundle, key, generation, expires_at, body) VALUES (?, ?, ?, ?, ?)'),
    members: database.prepare('SELECT body FROM bundle_member WHERE bundle = ?'),
  };
}

/** A row that cannot be read says nothing: it is written over. */
function trafficIn(row: Row): StoredTraffic {
  const traffic = readTraffic(jsonIn(row, 'body')) ?? { places: [], open: { page: null, reminder: null } };
  return { ...traffic, version: numberIn(row, 'version') };
}

const bodyOf = (bundle: Bundle): string => JSON.stringify(toRecord('bundle', bundle));

/** Bundles in the database. Rows that cannot be read count as none. */
export function makeSqliteBundles(database: DatabaseSync, queue: CommitQueue, onError: (error: Error) => void): BundleStore {
  const statements = prepare(database);

  const find = (id: string): Bundle | null => {
    const row = statements.find.get(id);
    if (row === undefined) return null;
    const bundle = readBundle(jsonIn(row, 'body'));
    if (bundle === null) onError(new Error(`the bundle ${id} cannot be read; its pages go alone`));
    return bundle;
  };

  return {
    saveTraffic: (contact, traffic, version, now) =>
      queue.write((): (() => Awaited<ReturnType<BundleStore['saveTraffic']>>) => {
        const body = JSON.stringify(toRecord('traffic', traffic));
        if (statements.saveTraffic.run({ contact, quietAt: quietAt(traffic), body, version, now }).changes === 1)
          return () => ({ ok: true });
        const current = trafficIn(statements.traffic.get(contact) ?? {});
        return () => ({ ok: false, current });
      }),
    open: ({ id, sendAt, expiresAt }) =>
      queue.write((): (() => Bundle) => {
        const bundle: Bundle = { id, version: 1, sendAt, carrier: null, result: null, expiresAt };
        if (statements.open.run(id, expiresAt, bodyOf(bundle)).changes === 1) return () => bundle;
        const standing = find(id);
        if (standing === null) throw new Error('the bundle that stands there cannot be read');
        return () => standing;
      }),
    find: (id) => queue.read(() => find(id)),
    save: (bundle) =>
      queue.write(() => {
        const saved = statements.save.run(bundle.version, bodyOf(bundle), bundle.id, bundle.version - 1).changes === 1;
        return () => saved;
      }),
    putMember: ({ id, expiresAt }, member) =>
      queue.write(() => {
        const { key, generation } = member.incident;
        statements.putMember.run(id, key, generation, expiresAt, JSON.stringify(toRecord('bundleMember', member)));
        return () => undefined;
      }),
    members: (id) => queue.read(() => statements.members.all(id).flatMap((row) => readBundleMember(jsonIn(row, 'body')) ?? [])),
  };
}
