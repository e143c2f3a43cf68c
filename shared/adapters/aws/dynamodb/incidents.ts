import type { IncidentId } from '../../../domain/incident-id.ts';
import type { IncidentStore, Stored, WriteResult } from '../../../ports.ts';
import { n } from './attributes.ts';
import { backOff, failuresOf } from './back-off.ts';
import { dueIn, heldIn } from './due-index.ts';
import { countUnfinished, makeListing } from './listing.ts';
import { archiveKey, archiveRow, headKey, headRow, ifExpected, never, storedIn, type Retention } from './rows.ts';
import type { Outcome, Table } from './table.ts';
import { makeTimeline } from './timeline.ts';

interface IncidentTable {
  readonly incidents: IncidentStore;
  /** Keys whose held trigger waits for that reason, oldest first; of all services when it is null. */
  readonly held: (reason: 'capacity' | 'muted', services: readonly string[] | null, limit: number) => Promise<readonly IncidentId[]>;
}

/** Greater than every key, which is base32. */
const greatestKey = '~';

const resultOf = (outcome: Outcome): WriteResult =>
  outcome.ok ? outcome : { ok: false, current: outcome.item === null ? null : storedIn(outcome.item) };

/**
 * Incidents in the table: each transition is one conditional write of one item. Retention needs no work here: rows carry the instant after which
 * DynamoDB removes them.
 */
export function makeDynamoIncidents(table: Table, retention: Retention, onError: (error: Error) => void): IncidentTable {
  const list = makeListing(table);

  async function head(key: string): Promise<Stored | null> {
    const row = await table.get(headKey(key));
    return row === null ? null : storedIn(row);
  }

  async function get(id: IncidentId): Promise<Stored | null> {
    const newest = await head(id.key);
    if (newest?.generation === id.generation) return newest;
    const row = await table.get(archiveKey(id));
    return row === null ? null : storedIn(row);
  }

  const incidents: IncidentStore = {
    ...makeTimeline(table, retention, onError),
    head,
    get,
    write: async (item, expected) => resultOf(await table.put(headKey(item.key), headRow(item, retention), ifExpected(expected))),
    async archive(item) {
      await table.put(archiveKey(item), archiveRow(item, retention), {
        expression: 'attribute_not_exists(pk) OR version < :version',
        values: { ':version': n(item.version) },
      });
    },
    writeArchived: async (item, version) =>
      resultOf(
        await table.put(archiveKey(item), archiveRow(item, retention), {
          expression: 'version = :version',
          values: { ':version': n(version) },
        }),
      ),
    due: (at, limit, after = null) => dueIn(table, at, limit, after),
    async nextLookAt(laterThan = null) {
      const first = await dueIn(table, never - 1, 1, laterThan === null ? null : { lookAt: laterThan, key: greatestKey });
      return first[0]?.lookAt ?? null;
    },
    list,
    countUnfinished: () => countUnfinished(table),
    heldForCapacity: (limit) => heldIn(table, 'capacity', null, limit),
    backOff: (id, failures, lookAt, failed) => backOff(table, id, failures, lookAt, failed),
    failures: (id) => failuresOf(table, id),
  };
  return { incidents, held: (reason, services, limit) => heldIn(table, reason, services, limit) };
}
