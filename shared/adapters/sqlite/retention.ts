import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Instant } from '../../domain/time.ts';
import type { ArchiveTable } from './archive.ts';
import { removeAll } from './commit-queue.ts';
import type { CommitQueue, Operation } from './commit-queue.ts';
import { idIn } from './heads.ts';
import type { HeadTable } from './heads.ts';
import type { Timeline } from './timeline.ts';

/** So many small rows of a kind go with one transaction at most, so that it stays short. */
const smallRows = 5000;

// A head goes after its predecessors: its key would start again at the first generation and meet them.
const endedHeads = `
  SELECT key, generation FROM head INDEXED BY head_idle
  WHERE look_at IS NULL AND held_reason IS NULL AND updated_at < ? AND (generation = 0 OR state IN ('resolved', 'cancelled', 'timed_out', 'failed'))
    AND NOT EXISTS (SELECT 1 FROM archive WHERE archive.key = head.key AND archive.generation < head.generation)
  LIMIT ?`;
// A copy of a head that still stands was made for a succession that may be under way.
const oldArchives = `
  SELECT key, generation FROM archive
  WHERE updated_at < ? AND NOT EXISTS (SELECT 1 FROM head WHERE head.key = archive.key AND head.generation = archive.generation)
  ORDER BY updated_at LIMIT ?`;

/** What has a time of its own. */
const expired = [
  'DELETE FROM reply_code WHERE (number, code) IN (SELECT number, code FROM reply_code WHERE expires_at < ? LIMIT ?)',
  'DELETE FROM request WHERE rowid IN (SELECT rowid FROM request WHERE expires_at < ? LIMIT ?)',
  'DELETE FROM bundle WHERE rowid IN (SELECT rowid FROM bundle WHERE expires_at < ? LIMIT ?)',
  'DELETE FROM bundle_member WHERE rowid IN (SELECT rowid FROM bundle_member WHERE expires_at < ? LIMIT ?)',
];

/** What is kept as long as incidents are. */
const old = [
  // Named by no item: the attempt that put it came to nothing.
  `DELETE FROM details WHERE rowid IN (SELECT rowid FROM details WHERE at < ?
    AND NOT EXISTS (SELECT 1 FROM head WHERE head.key = details.key) AND NOT EXISTS (SELECT 1 FROM archive WHERE archive.key = details.key) LIMIT ?)`,
  'DELETE FROM declined WHERE rowid IN (SELECT rowid FROM declined WHERE at < ? LIMIT ?)',
  'DELETE FROM traffic WHERE rowid IN (SELECT rowid FROM traffic WHERE quiet_at < ? LIMIT ?)',
];

/** Only the newest is ever read; these are for whoever looks into the file. Versions of policies stay: incidents are pinned to them. */
const oldConfigs = 'DELETE FROM config WHERE version <= (SELECT max(version) - 100 FROM config)';

interface Tables {
  readonly heads: HeadTable;
  readonly archive: ArchiveTable;
  readonly timeline: Timeline;
}

/**
 * Removes up to `limit` incidents that ended before the instant and have nothing due, with all their rows, all small rows as old, and what had a time of
 * its own that was over before `now`; returns how many incidents. It does so in several short transactions when there is much, and others are served in
 * between.
 */
export function makeRetention(
  database: DatabaseSync,
  queue: CommitQueue,
  { heads, archive, timeline }: Tables,
): (at: Instant, limit: number, now?: Instant) => Promise<number> {
  const selectHeads = database.prepare(endedHeads);
  const selectArchives = database.prepare(oldArchives);
  const pruneConfigs = database.prepare(oldConfigs);
  const prepared = (statements: readonly string[]): readonly StatementSync[] => statements.map((sql) => database.prepare(sql));
  const prunings = { expired: prepared(expired), old: prepared(old) };
  const prune = async (statements: readonly StatementSync[], before: Instant): Promise<void> => {
    for (const statement of statements) await removeAll(queue, () => statement.run(before, smallRows).changes, smallRows);
  };

  const removeIncidents =
    (at: Instant, limit: number): Operation<number> =>
    () => {
      const archived = selectArchives.all(at, limit).map(idIn);
      for (const id of archived) {
        archive.remove(id);
        timeline.remove(id);
      }
      const ended = selectHeads.all(at, limit - archived.length).map(idIn);
      const finishes = ended.map((id) => heads.remove(id));
      for (const id of ended) {
        archive.remove(id);
        timeline.remove(id);
      }
      return () => {
        for (const finish of finishes) finish();
        return ended.length + archived.length;
      };
    };

  return async (at, limit, now = at) => {
    const removed = await queue.write(queue.atomic(removeIncidents(at, limit)));
    await prune(prunings.expired, now);
    await prune(prunings.old, at);
    await queue.write(() => {
      pruneConfigs.run();
      return () => undefined;
    });
    return removed;
  };
}
