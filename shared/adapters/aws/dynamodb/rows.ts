import type { IncidentId } from '../../../domain/incident-id.ts';
import type { Incident } from '../../../domain/incident.ts';
import { needsSomebody, shownState } from '../../../domain/shown-state.ts';
import type { Expected, Stored } from '../../../ports.ts';
import { readIncident } from '../../../schema/records.ts';
import { expiring, n, numberIn, numberOrNullIn, packed, s, sortable, textIn, unpackedIn, type Item } from './attributes.ts';
import type { Condition, Key } from './table.ts';

/** Both indexes are spread over so many partitions, so that a storm is not written to a single one. */
const shardCount = 16;
export const shards: readonly string[] = Array.from({ length: shardCount }, (_, shard) => String(shard));

export const shardOf = (key: string): string => {
  let sum = 0;
  for (let place = 0; place < key.length; place += 1) sum += key.charCodeAt(place);
  return String(sum % shardCount);
};

export const headKey = (key: string): Key => ({ pk: `incident#${key}`, sk: 'head' });
export const archiveKey = ({ key, generation }: IncidentId): Key => ({ pk: `incident#${key}`, sk: `generation#${sortable(generation)}` });

export const idIn = (item: Item): IncidentId => ({ key: textIn(item, 'key'), generation: numberIn(item, 'generation') });

/** Where a row stands that is never due by itself: behind any instant. */
export const never = 9_999_999_999_999;

/** In the index of what is due: all that is to be looked at, and every held trigger. */
function dueIn(item: Incident): Item {
  if (item.lookAt === null && item.held === null) return {};
  const held = item.held === null ? {} : { heldReason: s(item.held.reason), heldSince: n(item.held.since) };
  return { duePk: s(`due#${shardOf(item.key)}`), dueSk: s(dueSortKey(item.lookAt ?? never, item.key)), ...held };
}

export const dueSortKey = (at: number, key: string): string => `${sortable(at)}#${key}`;
export const lookAtIn = (item: Item): number => Number(textIn(item, 'dueSk').slice(0, 16));

/** In the index of what is listed: two partitions for each shard, so that what is open is found among any number of the past. */
const listedIn = (item: Incident, open: boolean): Item =>
  item.generation === 0
    ? {}
    : {
        listPk: s(`${open ? 'open' : 'past'}#${shardOf(item.key)}`),
        listSk: s(listSortKey(item)),
      };

export const listSortKey = ({ createdAt, key, generation }: { createdAt: number; key: string; generation: number }): string =>
  `${sortable(createdAt)}#${key}#${sortable(generation)}`;

const described = (item: Incident): Item => ({
  key: s(item.key),
  generation: n(item.generation),
  version: n(item.version),
  service: s(item.service),
  severity: s(item.severity),
  policy: s(item.policyId),
  state: s(shownState(item)),
  createdAt: n(item.createdAt),
  body: packed(item),
});

/** An item goes this long after its last write; its predecessors sooner, for without it the key starts again at the first generation. */
export interface Retention {
  readonly milliseconds: number;
}

const headStaysLonger = 31 * 24 * 3600 * 1000;

/** A head as a row. `retention`: how long it stays after it ended. */
export function headRow(item: Incident, retention: Retention): Item {
  const open = item.generation > 0 && needsSomebody(item);
  const over = !open && item.lookAt === null && item.held === null;
  return {
    ...described(item),
    ...dueIn(item),
    ...listedIn(item, open),
    ...(over ? expiring(item.updatedAt + retention.milliseconds + headStaysLonger) : {}),
  };
}

/** A predecessor as a row: listed, never due. */
export const archiveRow = (item: Incident, retention: Retention): Item => ({
  ...described(item),
  ...listedIn(item, false),
  ...expiring(item.updatedAt + retention.milliseconds),
});

/** What a row says of its item: the item, or as much as the attributes know of one that cannot be read. */
export function storedIn(row: Item): Stored {
  const item = readIncident(unpackedIn(row, 'body'));
  const { key, generation } = idIn(row);
  const version = numberIn(row, 'version');
  if (item !== null && item.key === key && item.generation === generation && item.version === version) return item;
  return { unreadable: true, key, generation, version, service: textIn(row, 'service'), failures: numberOrNullIn(row, 'failures') ?? 0 };
}

/** Only if this very item stands there, or none. */
export const ifExpected = (expected: Expected): Condition =>
  expected === null
    ? { expression: 'attribute_not_exists(pk)' }
    : {
        expression: 'generation = :generation AND version = :version',
        values: { ':generation': n(expected.generation), ':version': n(expected.version) },
      };
