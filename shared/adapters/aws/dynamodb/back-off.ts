import type { IncidentId } from '../../../domain/incident-id.ts';
import { n, numberIn, numberOrNullIn, s, textOrNullIn, type Item } from './attributes.ts';
import { archiveKey, dueSortKey, headKey, shardOf } from './rows.ts';
import type { Condition, Table } from './table.ts';

const isOf = (row: Item | null, { generation }: IncidentId): row is Item => row !== null && numberIn(row, 'generation') === generation;

/** How often the item could not be read or decided since it was last written. */
export async function failuresOf(table: Table, id: IncidentId): Promise<number> {
  const head = await table.get(headKey(id.key));
  const row = isOf(head, id) ? head : await table.get(archiveKey(id));
  return row === null ? 0 : (numberOrNullIn(row, 'failures') ?? 0);
}

/** Raw update of an item that cannot be read or decided; what has failed for good is listed as open. */
export async function backOff(table: Table, id: IncidentId, failures: number, lookAt: number, failed: boolean): Promise<void> {
  const head = await table.get(headKey(id.key));
  if (!isOf(head, id)) {
    const change = { expression: 'SET failures = :failures', values: { ':failures': n(failures) } };
    await table.update(archiveKey(id), change, { expression: 'attribute_exists(pk)' });
    return;
  }
  const sameGeneration = { expression: 'generation = :generation', values: { ':generation': n(id.generation) } };
  await table.update(headKey(id.key), change(head, id, failures, lookAt, failed), sameGeneration);
}

function change(head: Item, id: IncidentId, failures: number, lookAt: number, failed: boolean): Condition {
  const listPk = failed ? textOrNullIn(head, 'listPk') : null;
  const set = {
    failures: n(failures),
    duePk: s(`due#${shardOf(id.key)}`),
    dueSk: s(dueSortKey(lookAt, id.key)),
    ...(failed ? { state: s('failed') } : {}),
    ...(listPk === null ? {} : { listPk: s(listPk.replace('past#', 'open#')) }),
  };
  const names = Object.keys(set);
  return {
    // It has a time of its own now: whoever asks for what is held must not bring it back before that.
    expression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')} REMOVE heldReason`,
    names: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    values: Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
  };
}
