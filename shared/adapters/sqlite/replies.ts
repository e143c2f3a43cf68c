import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';
import type { Instant } from '../../domain/time.ts';
import type { ReplyCode, ReplyGuard } from '../../ports.ts';
import type { KeptReplies } from '../map/replies.ts';
import { jsonIn, numberIn, numberOrNullIn, textIn } from './columns.ts';
import type { Row } from './columns.ts';
import { removeAll } from './commit-queue.ts';
import type { CommitQueue } from './commit-queue.ts';
import { idIn } from './heads.ts';

const columns = 'number, code, key, generation, person, cycle, level, expires_at';
const instants = z.array(z.number());

const conflicting = `
  SELECT 1 FROM reply_code WHERE number = :number AND code = :code AND expires_at > :now AND (key, generation) <> (:key, :generation)
  UNION ALL
  SELECT 1 FROM reply_code WHERE key = :key AND generation = :generation AND code = :code AND expires_at > :now AND number <> :number
  LIMIT 1`;

/** So many rows go with one transaction at most, so that it stays short. */
const removedAtOnce = 5000;
const oldGuards = `
  SELECT number FROM reply_guard
  WHERE ifnull(ignored_until, 0) < :at
    AND ifnull((SELECT max(value) FROM json_each(CASE WHEN json_valid(wrong) THEN wrong ELSE '[]' END)), 0) < :at
  LIMIT :limit`;

function codeIn(row: Row): ReplyCode {
  return {
    number: textIn(row, 'number'),
    code: textIn(row, 'code'),
    incident: idIn(row),
    person: textIn(row, 'person'),
    cycle: numberIn(row, 'cycle'),
    level: numberIn(row, 'level'),
    expiresAt: numberIn(row, 'expires_at'),
  };
}

function guardIn(row: Row | undefined): ReplyGuard {
  if (row === undefined) return { version: 0, wrong: [], ignoredUntil: null };
  const wrong = instants.safeParse(jsonIn(row, 'wrong'));
  return { version: numberIn(row, 'version'), wrong: wrong.success ? wrong.data : [], ignoredUntil: numberOrNullIn(row, 'ignored_until') };
}

function prepare(database: DatabaseSync) {
  return {
    conflicting: database.prepare(conflicting),
    put: database.prepare(`INSERT OR REPLACE INTO reply_code (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`),
    find: database.prepare(`SELECT ${columns} FROM reply_code WHERE number = ? AND code = ? AND expires_at > ?`),
    list: database.prepare(`SELECT ${columns} FROM reply_code WHERE number = ? AND expires_at > ? ORDER BY expires_at DESC, code`),
    guard: database.prepare('SELECT version, wrong, ignored_until FROM reply_guard WHERE number = ?'),
    putGuard: database.prepare('INSERT OR REPLACE INTO reply_guard (number, version, wrong, ignored_until) VALUES (?, ?, ?, ?)'),
    removeGuards: database.prepare(`DELETE FROM reply_guard WHERE number IN (${oldGuards})`),
  };
}

/** Reply codes in the database. */
export function makeSqliteReplies(database: DatabaseSync, queue: CommitQueue): KeptReplies {
  const statements = prepare(database);

  const claim = ({ number, code, incident, person, cycle, level, expiresAt }: ReplyCode, now: Instant): 'ours' | 'taken' => {
    const { key, generation } = incident;
    if (statements.conflicting.get({ number, code, key, generation, now }) !== undefined) return 'taken';
    statements.put.run(number, code, key, generation, person, cycle, level, expiresAt);
    return 'ours';
  };

  return {
    claimCode: (code, now) =>
      queue.write(() => {
        const outcome = claim(code, now);
        return () => outcome;
      }),
    findCode: (number, code, now) =>
      queue.read(() => {
        const row = statements.find.get(number, code, now);
        return row === undefined ? null : codeIn(row);
      }),
    codes: (number, now) => queue.read(() => statements.list.all(number, now).map(codeIn)),
    guard: (number) => queue.read(() => guardIn(statements.guard.get(number))),
    saveGuard: (number, guard, version) =>
      queue.write(() => {
        const unchanged = guardIn(statements.guard.get(number)).version === version;
        if (unchanged) statements.putGuard.run(number, version + 1, JSON.stringify(guard.wrong), guard.ignoredUntil);
        return () => unchanged;
      }),
    removeGuardsBefore: (at) => removeAll(queue, () => statements.removeGuards.run({ at, limit: removedAtOnce }).changes, removedAtOnce),
  };
}
