import type { Bundle } from '../../../domain/bundle.ts';
import { quietAt } from '../../../domain/flood.ts';
import { formatIncidentId } from '../../../domain/incident-id.ts';
import type { BundleStore, StoredTraffic } from '../../../ports.ts';
import { readBundle, readBundleMember, readTraffic, toRecord } from '../../../schema/records.ts';
import { expiring, jsonIn, n, numberIn, s, type Item } from './attributes.ts';
import type { Condition, Key, Table } from './table.ts';

const trafficKey = (contact: string): Key => ({ pk: `traffic#${contact}`, sk: 'traffic' });
const bundleKey = (id: string): Key => ({ pk: `bundle#${id}`, sk: 'bundle' });
const membersOf = (id: string): string => `bundle-members#${id}`;

/** A row that cannot be read says nothing: it is written over. */
function trafficIn(row: Item): StoredTraffic {
  const traffic = readTraffic(jsonIn(row, 'body')) ?? { places: [], open: { page: null, reminder: null } };
  return { ...traffic, version: numberIn(row, 'version') };
}

/** Without a version the row is taken only from a contact that has been quiet. */
const ifTraffic = (version: number | null, now: number): Condition =>
  version === null
    ? { expression: 'attribute_not_exists(pk) OR quietAt <= :now', values: { ':now': n(now) } }
    : {
        expression: 'attribute_not_exists(pk) OR #version = :version',
        names: { '#version': 'version' },
        values: { ':version': n(version) },
      };

/** Bundles in the table. Rows that cannot be read count as none. */
export function makeDynamoBundles(table: Table, onError: (error: Error) => void): BundleStore {
  function bundleIn(row: Item | null, id: string): Bundle | null {
    const bundle = row === null ? null : readBundle(jsonIn(row, 'body'));
    if (row !== null && bundle === null) onError(new Error(`the bundle ${id} cannot be read; its pages go alone`));
    return bundle;
  }

  const rowOf = (bundle: Bundle): Item => ({
    version: n(bundle.version),
    body: s(JSON.stringify(toRecord('bundle', bundle))),
    ...expiring(bundle.expiresAt),
  });

  return {
    async saveTraffic(contact, traffic, version, now) {
      const written = await table.update(
        trafficKey(contact),
        {
          expression: 'SET body = :body, quietAt = :quietAt, #ttl = :ttl ADD #version :one',
          names: { '#ttl': 'ttl', '#version': 'version' },
          values: {
            ':body': s(JSON.stringify(toRecord('traffic', traffic))),
            ':quietAt': n(quietAt(traffic)),
            ':ttl': n(Math.ceil(quietAt(traffic) / 1000)),
            ':one': n(1),
          },
        },
        ifTraffic(version, now),
      );
      if (written.ok) return { ok: true };
      const current = written.item === null ? { places: [], open: { page: null, reminder: null }, version: 0 } : trafficIn(written.item);
      return { ok: false, current };
    },
    async open({ id, sendAt, expiresAt }) {
      const bundle: Bundle = { id, version: 1, sendAt, carrier: null, result: null, expiresAt };
      const written = await table.put(bundleKey(id), rowOf(bundle), { expression: 'attribute_not_exists(pk)' });
      if (written.ok) return bundle;
      const standing = bundleIn(written.item, id);
      if (standing === null) throw new Error('the bundle that stands there cannot be read');
      return standing;
    },
    find: async (id) => bundleIn(await table.get(bundleKey(id)), id),
    async save(bundle) {
      const names = { '#version': 'version' };
      const condition = { expression: '#version = :version', names, values: { ':version': n(bundle.version - 1) } };
      return (await table.put(bundleKey(bundle.id), rowOf(bundle), condition)).ok;
    },
    async putMember({ id, expiresAt }, member) {
      const key = { pk: membersOf(id), sk: formatIncidentId(member.incident) };
      await table.put(key, { body: s(JSON.stringify(toRecord('bundleMember', member))), ...expiring(expiresAt) });
    },
    async members(id) {
      const rows = await table.all({ key: { expression: 'pk = :pk', values: { ':pk': s(membersOf(id)) } } });
      return rows.flatMap((row) => readBundleMember(jsonIn(row, 'body')) ?? []);
    },
  };
}
