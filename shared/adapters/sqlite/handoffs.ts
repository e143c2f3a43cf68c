import type { DatabaseSync } from 'node:sqlite';
import type { Handoffs } from '../../domain/on-call/handoffs.ts';
import type { HandoffStore } from '../../ports.ts';
import { readHandoffs, toHandoffsRecord } from '../../schema/records-handoffs.ts';
import { jsonIn, numberIn } from './columns.ts';
import type { CommitQueue } from './commit-queue.ts';

const save = `
  INSERT INTO handoffs (id, version, body) SELECT 1, :version, :body WHERE :version = 1 OR EXISTS (SELECT 1 FROM handoffs)
  ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body WHERE handoffs.version = excluded.version - 1`;

/** The record of handoffs, in the database. */
export function makeSqliteHandoffs(database: DatabaseSync, queue: CommitQueue): HandoffStore {
  const statements = { current: database.prepare('SELECT version, body FROM handoffs'), save: database.prepare(save) };
  return {
    current: () =>
      queue.read((): Handoffs | null => {
        const row = statements.current.get();
        return row === undefined ? null : readHandoffs(jsonIn(row, 'body'), numberIn(row, 'version'));
      }),
    save: (handoffs) =>
      queue.write(() => {
        const body = JSON.stringify(toHandoffsRecord(handoffs));
        const saved = statements.save.run({ version: handoffs.version, body }).changes === 1;
        return () => saved;
      }),
  };
}
