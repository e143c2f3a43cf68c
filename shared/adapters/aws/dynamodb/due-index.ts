import type { IncidentId } from '../../../domain/incident-id.ts';
import type { Due } from '../../../ports.ts';
import { numberIn, s, sortable, textIn } from './attributes.ts';
import { dueSortKey, idIn, lookAtIn, shards } from './rows.ts';
import type { Table } from './table.ts';

/** Heads whose `lookAt` is at or before the instant, earliest first; those behind `after` when it is given. */
export async function dueIn(table: Table, at: number, limit: number, after: Pick<Due, 'lookAt' | 'key'> | null): Promise<readonly Due[]> {
  // A sign behind the key is greater than the key itself and less than any other.
  const from = after === null ? '0' : `${dueSortKey(after.lookAt, after.key)}!`;
  const to = `${sortable(at)}~`;
  if (from > to) return [];
  const ofShard = (shard: string) =>
    table.first(
      {
        index: 'due',
        key: {
          expression: 'duePk = :pk AND dueSk BETWEEN :from AND :to',
          values: { ':pk': s(`due#${shard}`), ':from': s(from), ':to': s(to) },
        },
        pageSize: limit,
      },
      limit,
    );
  return (await Promise.all(shards.map(ofShard)))
    .flat()
    .map((row) => ({ ...idIn(row), lookAt: lookAtIn(row) }))
    .sort((a, b) => a.lookAt - b.lookAt || (a.key < b.key ? -1 : 1))
    .slice(0, limit);
}

/** Heads with a trigger held for that reason, oldest first; of all services when it is null. */
export async function heldIn(
  table: Table,
  reason: 'capacity' | 'muted',
  services: readonly string[] | null,
  limit: number,
): Promise<readonly IncidentId[]> {
  const filter = { expression: 'heldReason = :reason', values: { ':reason': s(reason) } };
  const ofShard = (shard: string) =>
    table.all({ index: 'due', key: { expression: 'duePk = :pk', values: { ':pk': s(`due#${shard}`) } }, filter });
  return (await Promise.all(shards.map(ofShard)))
    .flat()
    .filter((row) => services === null || services.includes(textIn(row, 'service')))
    .map((row) => ({ id: idIn(row), since: numberIn(row, 'heldSince') }))
    .sort((a, b) => a.since - b.since || (a.id.key < b.id.key ? -1 : 1))
    .slice(0, limit)
    .map(({ id }) => id);
}
