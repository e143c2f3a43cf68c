import type { DatabaseSync } from 'node:sqlite';
import type { DeclinedSignal, DeclinedStore } from '../../ports.ts';
import { readDeclined, toRecord } from '../../schema/records.ts';
import { jsonIn } from './columns.ts';
import type { Row } from './columns.ts';
import type { CommitQueue } from './commit-queue.ts';

/** Signals that made no incident, in the database. A row that cannot be read is reported and left out. */
export function makeSqliteDeclined(database: DatabaseSync, queue: CommitQueue, onError: (error: Error) => void): DeclinedStore {
  const put = database.prepare('INSERT INTO declined (id, at, service, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING');
  const find = database.prepare('SELECT body FROM declined WHERE id = ?');
  const listAll = database.prepare('SELECT body FROM declined ORDER BY at DESC, rowid DESC LIMIT ?');
  const listService = database.prepare('SELECT body FROM declined WHERE service = ? ORDER BY at DESC, rowid DESC LIMIT ?');

  const signalsIn = (rows: readonly Row[]): readonly DeclinedSignal[] =>
    rows.flatMap((row) => {
      const signal = readDeclined(jsonIn(row, 'body'));
      if (signal === null) onError(new Error('a declined signal cannot be read and is left out'));
      return signal ?? [];
    });

  return {
    put: (row) =>
      queue.write(() => {
        put.run(row.id, row.at, row.service, JSON.stringify(toRecord('declined', row)));
        return () => undefined;
      }),
    find: (id) => queue.read(() => signalsIn(find.all(id))[0] ?? null),
    list: (service, limit) => queue.read(() => signalsIn(service === null ? listAll.all(limit) : listService.all(service, limit))),
  };
}
