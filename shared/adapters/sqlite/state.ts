import type { DatabaseSync } from 'node:sqlite';
import type { ContactHealth } from '../../domain/contact-health.ts';
import type { Mute } from '../../domain/mute.ts';
import type { StateStore } from '../../ports.ts';
import { readContactHealth, readMute, toRecord } from '../../schema/records.ts';
import { jsonIn, numberIn, textIn, textOrNullIn } from './columns.ts';
import type { CommitQueue } from './commit-queue.ts';
import type { HeadTable } from './heads.ts';
import { makeSqliteOverrides } from './overrides.ts';

const claimRow = `
  INSERT INTO request (key, body_hash, answer, expires_at) VALUES (:key, :bodyHash, NULL, :expiresAt)
  ON CONFLICT (key) DO UPDATE SET body_hash = excluded.body_hash, answer = NULL, expires_at = excluded.expires_at WHERE expires_at <= :now`;

function prepare(database: DatabaseSync) {
  return {
    mutes: database.prepare('SELECT body FROM mute'),
    mute: database.prepare('SELECT body FROM mute WHERE service = ?'),
    putMute: database.prepare('INSERT OR REPLACE INTO mute (service, body) VALUES (?, ?)'),
    health: database.prepare('SELECT body FROM contact_health ORDER BY person, contact'),
    putHealth: database.prepare('INSERT OR REPLACE INTO contact_health (person, contact, body) VALUES (?, ?, ?)'),
    sweep: database.prepare('SELECT real_at FROM sweep'),
    putSweep: database.prepare('INSERT OR REPLACE INTO sweep (id, real_at) VALUES (1, ?)'),
    claim: database.prepare(claimRow),
    request: database.prepare('SELECT body_hash, answer FROM request WHERE key = ?'),
    answer: database.prepare('UPDATE request SET answer = ? WHERE key = ?'),
  };
}

/** What is outside both item and document, in the database. */
export function makeSqliteState(database: DatabaseSync, queue: CommitQueue, heads: HeadTable): StateStore {
  const statements = prepare(database);
  // Every signal asks, and few services are muted.
  const mutes = new Map(
    statements.mutes
      .all()
      .flatMap((row) => readMute(jsonIn(row, 'body')) ?? [])
      .map((mute) => [mute.service, mute]),
  );
  const write = (run: () => unknown): Promise<void> =>
    queue.write(() => {
      run();
      return () => undefined;
    });

  const putMute = (mute: Mute): void => {
    statements.putMute.run(mute.service, JSON.stringify(toRecord('mute', mute)));
  };

  return {
    mute: (service) => queue.read(() => mutes.get(service) ?? null),
    putMute: (mute) =>
      queue.write(() => {
        putMute(mute);
        return () => void mutes.set(mute.service, mute);
      }),
    mutes: () => queue.read(() => [...mutes.values()]),
    endMute: (service, at) =>
      queue.write((): (() => boolean) => {
        // A mute of the same turn is not in `mutes` yet.
        const row = statements.mute.get(service);
        const mute = row === undefined ? null : readMute(jsonIn(row, 'body'));
        if (mute === null || mute.until <= at) return () => false;
        const ended = { ...mute, until: at };
        putMute(ended);
        return () => {
          mutes.set(service, ended);
          return true;
        };
      }),
    heldByMute: (services, limit) => queue.read(() => heads.held('muted', services, limit)),
    contactHealth: () =>
      queue.read((): readonly ContactHealth[] => statements.health.all().flatMap((row) => readContactHealth(jsonIn(row, 'body')) ?? [])),
    putContactHealth: (health) =>
      write(() => statements.putHealth.run(health.person, health.contact, JSON.stringify(toRecord('contactHealth', health)))),
    ...makeSqliteOverrides(database, queue),
    lastSweep: () =>
      queue.read(() => {
        const row = statements.sweep.get();
        return row === undefined ? null : numberIn(row, 'real_at');
      }),
    putLastSweep: (real) => write(() => statements.putSweep.run(real)),
    claimRequest: (key, bodyHash, now, expiresAt) =>
      queue.write((): (() => 'new' | { bodyHash: string; answer: string | null }) => {
        if (statements.claim.run({ key, bodyHash, now, expiresAt }).changes === 1) return () => 'new';
        const row = statements.request.get(key) ?? {};
        const known = { bodyHash: textIn(row, 'body_hash'), answer: textOrNullIn(row, 'answer') };
        return () => known;
      }),
    answerRequest: (key, answer) => write(() => statements.answer.run(answer, key)),
  };
}
