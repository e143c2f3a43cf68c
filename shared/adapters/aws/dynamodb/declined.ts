import type { DeclinedSignal, DeclinedStore } from '../../../ports.ts';
import { readDeclined, toRecord } from '../../../schema/records.ts';
import { expiring, jsonIn, s, sortable, textIn, type Item } from './attributes.ts';
import { shardOf, shards } from './rows.ts';
import type { Key, Table } from './table.ts';

const rowKey = (id: string): Key => ({ pk: `declined#${id}`, sk: 'signal' });
/** Nobody asks for them after that. */
const staysMs = 31 * 24 * 3600 * 1000;

/** Signals that made no incident, in the table, listed by the index of what is listed. A row that cannot be read is reported and left out. */
export function makeDynamoDeclined(table: Table, onError: (error: Error) => void): DeclinedStore {
  const signalIn = (row: Item): DeclinedSignal | null => {
    const signal = readDeclined(jsonIn(row, 'body'));
    if (signal === null) onError(new Error('a declined signal cannot be read and is left out'));
    return signal;
  };

  const newest = (shard: string, service: string | null, limit: number): Promise<readonly Item[]> =>
    table.first(
      {
        index: 'listing',
        key: { expression: 'listPk = :pk', values: { ':pk': s(`declined#${shard}`) } },
        ...(service === null ? { pageSize: limit } : { filter: { expression: 'service = :service', values: { ':service': s(service) } } }),
        backwards: true,
      },
      limit,
    );

  return {
    async put(signal) {
      const row = {
        body: s(JSON.stringify(toRecord('declined', signal))),
        service: s(signal.service),
        listPk: s(`declined#${shardOf(signal.id)}`),
        listSk: s(`${sortable(signal.at)}#${signal.id}`),
        ...expiring(signal.at + staysMs),
      };
      await table.put(rowKey(signal.id), row, { expression: 'attribute_not_exists(pk)' });
    },
    async find(id) {
      const row = await table.get(rowKey(id));
      return row === null ? null : signalIn(row);
    },
    async list(service, limit) {
      const found = (await Promise.all(shards.map((shard) => newest(shard, service, limit)))).flat();
      const listed = found
        .map((row) => textIn(row, 'listSk') + '\n' + textIn(row, 'pk'))
        .sort()
        .reverse()
        .slice(0, limit);
      const keys = listed.map((line): Key => ({ pk: line.slice(line.indexOf('\n') + 1), sk: 'signal' }));
      const rows = new Map((await table.getAll(keys)).map((row) => [textIn(row, 'pk'), row]));
      return keys.flatMap(({ pk }) => {
        const row = rows.get(pk);
        const signal = row === undefined ? null : signalIn(row);
        return signal === null ? [] : [signal];
      });
    },
  };
}
