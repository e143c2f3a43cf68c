import type { State } from '../../../domain/states.ts';
import type { IncidentQuery, Stored } from '../../../ports.ts';
import { byNewest, formatCursor, parseCursor, type ListPosition } from '../../../schema/records-cursor.ts';
import { numberIn, s, textIn, type Item } from './attributes.ts';
import { headKey, idIn, listSortKey, shards, storedIn } from './rows.ts';
import type { Condition, Key, Table } from './table.ts';

/** One row of the index: where it stands in the listing, and where its item is. */
interface Listed {
  readonly position: ListPosition;
  readonly at: Key;
}

const listedIn = (row: Item): Listed => ({
  position: { ...idIn(row), createdAt: Number(textIn(row, 'listSk').slice(0, 16)) },
  at: { pk: textIn(row, 'pk'), sk: textIn(row, 'sk') },
});

/** In which halves of the index a state can stand. */
function halvesOf(state: State | 'open' | null): readonly string[] {
  switch (state) {
    case 'open':
    case 'pending':
    case 'active':
    case 'escalating':
    case 'acknowledged':
      return ['open'];
    case 'resolved':
    case 'cancelled':
      return ['past'];
    case 'timed_out':
    case 'failed':
    case null:
      return ['open', 'past'];
    default:
      return state satisfies never;
  }
}

function filterOf({ state, service, severity, policy }: IncidentQuery): Condition | null {
  const wanted = Object.entries({ state: state === 'open' ? null : state, service, severity, policy }).flatMap(([name, value]) =>
    value === null ? [] : [{ name, value }],
  );
  if (wanted.length === 0) return null;
  return {
    expression: wanted.map(({ name }) => `#${name} = :${name}`).join(' AND '),
    names: Object.fromEntries(wanted.map(({ name }) => [`#${name}`, name])),
    values: Object.fromEntries(wanted.map(({ name, value }) => [`:${name}`, s(value)])),
  };
}

/** One partition of the index, newest first, read as far as it is asked for. */
class Partition {
  readonly #pages: AsyncGenerator<readonly Item[]>;
  #rows: readonly Listed[] = [];
  #next = 0;

  constructor(pages: AsyncGenerator<readonly Item[]>) {
    this.#pages = pages;
  }

  /** The newest row not yet taken; null: there is none left. */
  async peek(): Promise<Listed | null> {
    while (this.#next >= this.#rows.length) {
      const page = await this.#pages.next();
      if (page.done === true) return null;
      this.#rows = page.value.map(listedIn);
      this.#next = 0;
    }
    return this.#rows[this.#next] ?? null;
  }

  take(): void {
    this.#next += 1;
  }
}

/** The next rows of all partitions, newest first, at most `limit`. */
async function takeNewest(partitions: readonly Partition[], limit: number): Promise<readonly Listed[]> {
  const taken: Listed[] = [];
  while (taken.length < limit) {
    const heads = await Promise.all(partitions.map((partition) => partition.peek()));
    let newest = -1;
    for (const [index, row] of heads.entries()) {
      const best = heads[newest] ?? null;
      if (row !== null && (best === null || byNewest(row.position, best.position) < 0)) newest = index;
    }
    const row = heads[newest] ?? null;
    if (row === null) break;
    partitions[newest]?.take();
    taken.push(row);
  }
  return taken;
}

const unfinished = ['pending', 'active', 'escalating', 'acknowledged'] as const;

/** How many incidents are under way. Reads the index of all that need somebody. */
export async function countUnfinished(table: Table): Promise<number> {
  const values = Object.fromEntries(unfinished.map((state) => [`:${state}`, s(state)]));
  const filter = { expression: `#state IN (${Object.keys(values).join(', ')})`, names: { '#state': 'state' }, values };
  const ofShard = (shard: string) =>
    table.count({ index: 'listing', key: { expression: 'listPk = :pk', values: { ':pk': s(`open#${shard}`) } }, filter });
  return (await Promise.all(shards.map(ofShard))).reduce((sum, count) => sum + count, 0);
}

/** Lists one page of incidents, newest first. Throws `BadCursor`. */
export function makeListing(table: Table): (query: IncidentQuery) => Promise<{ incidents: readonly Stored[]; cursor: string | null }> {
  function partitionsOf(query: IncidentQuery): readonly Partition[] {
    const filter = filterOf(query);
    const after = query.cursor === null ? null : parseCursor(query.cursor);
    return halvesOf(query.state).flatMap((half) =>
      shards.map((shard) => {
        const values = { ':pk': s(`${half}#${shard}`), ...(after === null ? {} : { ':after': s(listSortKey(after)) }) };
        const key = { expression: after === null ? 'listPk = :pk' : 'listPk = :pk AND listSk < :after', values };
        return new Partition(
          table.pages({ index: 'listing', key, ...(filter === null ? { pageSize: query.limit + 1 } : { filter }), backwards: true }),
        );
      }),
    );
  }

  /** What is listed of these rows. The index lags: an item is shown as it is now, and once. */
  async function read(rows: readonly Listed[]): Promise<readonly { readonly position: ListPosition; readonly stored: Stored }[]> {
    const heads = rows.map(({ position }) => headKey(position.key));
    const keys = new Map([...rows.map(({ at }) => at), ...heads].map((key) => [JSON.stringify(key), key]));
    const items = new Map(
      (await table.getAll([...keys.values()])).map((item) => [JSON.stringify({ pk: textIn(item, 'pk'), sk: textIn(item, 'sk') }), item]),
    );
    return rows.flatMap(({ position, at }) => {
      const item = items.get(JSON.stringify(at));
      const head = items.get(JSON.stringify(headKey(position.key)));
      if (item === undefined || numberIn(item, 'generation') !== position.generation) return [];
      // A copy made just before its succession stands beside the head it was copied from; until then the head counts.
      const copied = at.sk !== 'head' && head !== undefined && numberIn(head, 'generation') === position.generation;
      return copied ? [] : [{ position, stored: storedIn(item) }];
    });
  }

  return async (query) => {
    const partitions = partitionsOf(query);
    const found: { readonly position: ListPosition; readonly stored: Stored }[] = [];
    while (found.length <= query.limit) {
      const rows = await takeNewest(partitions, query.limit + 1 - found.length);
      if (rows.length === 0) break;
      found.push(...(await read(rows)));
    }
    const page = found.slice(0, query.limit);
    const last = page.at(-1);
    const cursor = last === undefined || page.length === found.length ? null : formatCursor(last.position);
    return { incidents: page.map(({ stored }) => stored), cursor };
  };
}
