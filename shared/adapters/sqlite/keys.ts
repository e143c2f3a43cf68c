import type { DatabaseSync } from 'node:sqlite';
import type { IngestKey, KeyStore } from '../../ports.ts';
import { numberIn, numberOrNullIn, textIn } from './columns.ts';
import type { Row } from './columns.ts';
import type { CommitQueue } from './commit-queue.ts';

const columns = 'id, service, hash, created_at, last_used_at';

const keyIn = (row: Row): IngestKey => ({
  id: textIn(row, 'id'),
  service: textIn(row, 'service'),
  hash: textIn(row, 'hash'),
  createdAt: numberIn(row, 'created_at'),
  lastUsedAt: numberOrNullIn(row, 'last_used_at'),
});

/** Ingest keys in the database. */
export function makeSqliteKeys(database: DatabaseSync, queue: CommitQueue): KeyStore {
  const put = database.prepare(`INSERT OR REPLACE INTO ingest_key (${columns}) VALUES (?, ?, ?, ?, ?)`);
  const byHash = database.prepare(`SELECT ${columns} FROM ingest_key WHERE hash = ?`);
  const list = database.prepare(`SELECT ${columns} FROM ingest_key WHERE service = ? ORDER BY created_at, id`);
  const revoke = database.prepare('DELETE FROM ingest_key WHERE service = ? AND id = ?');
  const touch = database.prepare('UPDATE ingest_key SET last_used_at = max(ifnull(last_used_at, 0), ?) WHERE id = ?');

  return {
    put: (key) =>
      queue.write(() => {
        put.run(key.id, key.service, key.hash, key.createdAt, key.lastUsedAt);
        return () => undefined;
      }),
    byHash: (hash) =>
      queue.read(() => {
        const row = byHash.get(hash);
        return row === undefined ? null : keyIn(row);
      }),
    list: (service) => queue.read(() => list.all(service).map(keyIn)),
    revoke: (service, keyId) =>
      queue.write(() => {
        const revoked = revoke.run(service, keyId).changes === 1;
        return () => revoked;
      }),
    touch: (keyId, at) =>
      queue.write(() => {
        touch.run(at, keyId);
        return () => undefined;
      }),
  };
}
