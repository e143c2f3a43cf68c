import type { IngestKey, KeyStore } from '../../../ports.ts';
import { n, numberIn, numberOrNullIn, s, textIn, type Item } from './attributes.ts';
import type { Key, Table } from './table.ts';

const keyRow = (hash: string): Key => ({ pk: `key#${hash}`, sk: 'key' });
const serviceRow = (service: string, id: string): Key => ({ pk: `keys#${service}`, sk: id });
const idRow = (id: string): Key => ({ pk: `key-id#${id}`, sk: 'key' });

const keyIn = (row: Item): IngestKey => ({
  id: textIn(row, 'id'),
  service: textIn(row, 'service'),
  hash: textIn(row, 'hash'),
  createdAt: numberIn(row, 'createdAt'),
  lastUsedAt: numberOrNullIn(row, 'lastUsedAt'),
});

/** Ingest keys in the table: the key under its hash, with two pointers to it. */
export function makeDynamoKeys(table: Table): KeyStore {
  return {
    async put({ id, service, hash, createdAt, lastUsedAt }) {
      await Promise.all([table.put(serviceRow(service, id), { hash: s(hash) }), table.put(idRow(id), { hash: s(hash) })]);
      // Last, so that a key that works is always listed and can be revoked.
      const used = lastUsedAt === null ? {} : { lastUsedAt: n(lastUsedAt) };
      await table.put(keyRow(hash), { id: s(id), service: s(service), hash: s(hash), createdAt: n(createdAt), ...used });
    },
    async byHash(hash) {
      const row = await table.get(keyRow(hash));
      return row === null ? null : keyIn(row);
    },
    async list(service) {
      const rows = await table.all({ key: { expression: 'pk = :pk', values: { ':pk': s(`keys#${service}`) } } });
      const keys = (await table.getAll(rows.map((row) => keyRow(textIn(row, 'hash'))))).map(keyIn);
      return keys.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
    },
    async revoke(service, keyId) {
      const row = await table.get(serviceRow(service, keyId));
      if (row === null) return false;
      // First, so that a revocation that is cut off leaves a key that can be revoked again, and none that works unseen.
      await table.remove(keyRow(textIn(row, 'hash')));
      await Promise.all([table.remove(serviceRow(service, keyId)), table.remove(idRow(keyId))]);
      return true;
    },
    async touch(keyId, at) {
      const row = await table.get(idRow(keyId));
      if (row === null) return;
      const change = { expression: 'SET lastUsedAt = :at', values: { ':at': n(at) } };
      const condition = { expression: 'attribute_exists(pk) AND (attribute_not_exists(lastUsedAt) OR lastUsedAt < :at)' };
      await table.update(keyRow(textIn(row, 'hash')), change, condition);
    },
  };
}
