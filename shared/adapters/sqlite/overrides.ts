import type { DatabaseSync } from 'node:sqlite';
import type { StateStore, StoredOverride } from '../../ports.ts';
import { readOverride, toRecord } from '../../schema/records.ts';
import { jsonIn } from './columns.ts';
import type { CommitQueue } from './commit-queue.ts';

/** Overrides of schedules, in the database. */
export function makeSqliteOverrides(
  database: DatabaseSync,
  queue: CommitQueue,
): Pick<StateStore, 'overrides' | 'putOverride' | 'removeOverride'> {
  const statements = {
    overrides: database.prepare('SELECT body FROM schedule_override WHERE until > ? ORDER BY made_at, id'),
    overridesOf: database.prepare('SELECT body FROM schedule_override WHERE schedule = ? AND until > ? ORDER BY made_at, id'),
    putOverride: database.prepare('INSERT OR REPLACE INTO schedule_override (schedule, id, until, made_at, body) VALUES (?, ?, ?, ?, ?)'),
    removeOverride: database.prepare('DELETE FROM schedule_override WHERE schedule = ? AND id = ?'),
  };
  return {
    overrides: (schedule, endingAfter) =>
      queue.read((): readonly StoredOverride[] => {
        const rows = schedule === null ? statements.overrides.all(endingAfter) : statements.overridesOf.all(schedule, endingAfter);
        return rows.flatMap((row) => readOverride(jsonIn(row, 'body')) ?? []);
      }),
    putOverride: (override) => {
      const { schedule, id, until, madeAt } = override;
      const body = JSON.stringify(toRecord('scheduleOverride', override));
      return queue.write(() => {
        statements.putOverride.run(schedule, id, until, madeAt, body);
        return () => undefined;
      });
    },
    removeOverride: (schedule, id) =>
      queue.write(() => {
        const removed = statements.removeOverride.run(schedule, id).changes === 1;
        return () => removed;
      }),
  };
}
