import type { DatabaseSync } from 'node:sqlite';
import type { InboxMessage, InboxStore } from '../../ports.ts';
import { readInboxMessage, toRecord } from '../../schema/records.ts';
import { jsonIn } from './columns.ts';
import type { Row } from './columns.ts';
import { removeAll } from './commit-queue.ts';
import type { CommitQueue } from './commit-queue.ts';

const listAfter = `
  SELECT body FROM inbox WHERE place > ifnull((SELECT place FROM inbox WHERE id = ?), 0) ORDER BY place LIMIT ?`;

/** So many messages go with one transaction at most, so that it stays short. */
const removedAtOnce = 5000;

/** The inbox in the database. A row that cannot be read is reported and left out. */
export function makeSqliteInbox(database: DatabaseSync, queue: CommitQueue, onError: (error: Error) => void): InboxStore {
  const put = database.prepare('INSERT INTO inbox (id, at, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const list = database.prepare(listAfter);
  const remove = database.prepare('DELETE FROM inbox WHERE place IN (SELECT place FROM inbox WHERE at < ? LIMIT ?)');

  const messagesIn = (rows: readonly Row[]): readonly InboxMessage[] =>
    rows.flatMap((row) => {
      const message = readInboxMessage(jsonIn(row, 'body'));
      if (message === null) onError(new Error('a message of the inbox cannot be read and is left out'));
      return message ?? [];
    });

  return {
    put: (message) =>
      queue.write(() => {
        put.run(message.id, message.at, JSON.stringify(toRecord('inboxMessage', message)));
        return () => undefined;
      }),
    list: (after, limit) => queue.read(() => messagesIn(list.all(after, limit))),
    removeBefore: (at) => removeAll(queue, () => remove.run(at, removedAtOnce).changes, removedAtOnce),
  };
}
