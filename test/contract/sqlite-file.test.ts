import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openSqliteStores } from '../../shared/adapters/sqlite/stores.ts';
import type { SqliteStores } from '../../shared/adapters/sqlite/stores.ts';
import type { IncidentQuery } from '../../shared/ports.ts';
import { at, incident, keyOf, minute, nextVersion, note, policy, resolved, t0 } from './samples.ts';

const all: IncidentQuery = { state: null, service: null, severity: null, policy: null, limit: 100, cursor: null };

let folder: string;
let path: string;
let stores: SqliteStores;
let errors: Error[];

const open = (): SqliteStores => openSqliteStores({ path, onError: (error) => void errors.push(error) });

/** Runs SQL on the file past the stores. */
function meddle(sql: string, ...values: string[]): void {
  const database = new DatabaseSync(path);
  if (values.length === 0) database.exec(sql);
  else database.prepare(sql).run(...values);
  database.close();
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-file-'));
  path = join(folder, 'tocsin.db');
  errors = [];
  stores = open();
});

afterEach(async () => {
  await stores.close();
  rmSync(folder, { recursive: true });
});

describe('the file', () => {
  test('brings everything back after the process ended', async () => {
    const first = incident(resolved);
    const second = incident({ generation: 2 });
    await stores.incidents.write(first, null);
    await stores.incidents.archive(first);
    await stores.incidents.write(second, at(first));
    await stores.incidents.fileEvents(first, [note(1)]);
    await stores.incidents.addDuplicate(second, { commandId: 'c1', at: t0, occurredAt: null });
    await stores.config.save({ version: 1, savedAt: t0, document: {}, policyVersions: { default: 1 }, policyTimes: {} }, [policy(1)], 0);
    await stores.keys.put({ id: 'k1', service: 'checkout', hash: 'h1', createdAt: t0, lastUsedAt: null });
    await stores.state.putLastSweep(t0);
    await stores.close();

    stores = open();
    expect(await stores.incidents.head(first.key)).toEqual(second);
    expect(await stores.incidents.get(first)).toEqual(first);
    expect(await stores.incidents.nextLookAt()).toBe(second.lookAt);
    expect(await stores.incidents.countUnfinished()).toBe(1);
    expect(await stores.incidents.filedEvents(first, 0, 10)).toEqual([note(1)]);
    expect(await stores.incidents.addDuplicate(second, { commandId: 'c1', at: t0, occurredAt: null })).toBe(false);
    expect((await stores.config.current())?.version).toBe(1);
    expect(await stores.config.policy('default', 1)).toEqual(policy(1));
    expect(await stores.keys.byHash('h1')).not.toBeNull();
    expect(await stores.state.lastSweep()).toBe(t0);
  });

  test('has committed what it said it wrote, even when the process dies without closing it', async () => {
    await stores.incidents.write(incident(), null);
    const other = open();
    expect(await other.incidents.head(incident().key)).toEqual(incident());
    await other.close();
  });

  test('commits what still waits when it is closed, and then refuses', async () => {
    const waiting = stores.incidents.write(incident(), null);
    await stores.close();
    expect(await waiting).toEqual({ ok: true });
    await expect(stores.incidents.write(incident({ key: keyOf(2) }), null)).rejects.toThrow('closed');
    await expect(stores.incidents.head(keyOf(1))).rejects.toThrow('closed');
    stores = open();
    expect(await stores.incidents.head(incident().key)).toEqual(incident());
  });

  test('is synchronised with the disk at every commit, by the very connection that writes it', async () => {
    await stores.close();
    const exec = vi.spyOn(DatabaseSync.prototype, 'exec');
    stores = open();
    const [connection] = exec.mock.contexts;
    exec.mockRestore();
    if (!(connection instanceof DatabaseSync)) throw new Error('nothing was opened');
    const full = 2;
    expect(connection.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: full });
    expect(connection.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  });

  test('of a newer build is left alone, with words that say why', async () => {
    await stores.close();
    meddle('PRAGMA user_version = 99');
    expect(open).toThrow(/version 99.*newer/);
    meddle('PRAGMA user_version = 4');
    stores = open();
    expect(await stores.incidents.countUnfinished()).toBe(0);
  });
});

describe('a body that cannot be read', () => {
  const broken = incident({ service: 'search', lookAt: t0 });
  const sound = incident({ key: keyOf(2) });

  test.each([
    ['torn text', '{"schema":1,"key":'],
    ['a schema of the future', JSON.stringify({ ...broken, schema: 2 })],
    ['a missing part', JSON.stringify({ ...broken, position: undefined })],
    ['the item of another key', JSON.stringify(sound)],
  ])('is known by its columns and harms no other: %s', async (_, body) => {
    await stores.incidents.write(broken, null);
    await stores.incidents.write(sound, null);
    await stores.close();
    meddle('UPDATE head SET body = ? WHERE key = ?', body, broken.key);
    stores = open();
    const unreadable = { unreadable: true, key: broken.key, generation: 1, version: 1, service: 'search', failures: 0 };
    expect(await stores.incidents.head(broken.key)).toEqual(unreadable);
    expect(await stores.incidents.due(t0, 10)).toEqual([{ key: broken.key, generation: 1, lookAt: t0 }]);
    expect((await stores.incidents.list(all)).incidents).toEqual([sound, unreadable]);
    expect(await stores.incidents.countUnfinished()).toBe(2);
  });

  test('backs off by its columns, then gives way to a successor', async () => {
    await stores.incidents.write(broken, null);
    await stores.close();
    meddle('UPDATE head SET body = ? WHERE key = ?', 'torn', broken.key);
    stores = open();
    await stores.incidents.backOff(broken, 3, t0 + minute, true);
    expect(await stores.incidents.head(broken.key)).toMatchObject({ unreadable: true, failures: 3 });
    expect((await stores.incidents.list({ ...all, state: 'failed' })).incidents).toHaveLength(1);
    expect(await stores.incidents.nextLookAt()).toBe(t0 + minute);
    const conflict = await stores.incidents.write(incident({ generation: 2 }), null);
    expect(conflict).toMatchObject({ ok: false, current: { unreadable: true, version: 1 } });
    expect(await stores.incidents.write(incident({ generation: 2 }), { generation: 1, version: 1 })).toEqual({ ok: true });
    expect(await stores.incidents.failures({ key: broken.key, generation: 2 })).toBe(0);
  });

  test('in the timeline is left out and reported; a configuration that cannot be read is never taken for none', async () => {
    await stores.incidents.fileEvents(broken, [note(1), note(2)]);
    await stores.config.save({ version: 1, savedAt: t0, document: {}, policyVersions: {}, policyTimes: {} }, [], 0);
    await stores.close();
    meddle("UPDATE event SET body = '{}' WHERE seq = 1; UPDATE config SET body = '{}'");
    stores = open();
    expect(await stores.incidents.filedEvents(broken, 0, 10)).toEqual([note(2)]);
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('event 1')]);
    await expect(stores.config.current()).rejects.toThrow('cannot be read');
  });
});

describe('writes that arrive together', () => {
  const items = Array.from({ length: 300 }, (_, n) => incident({ key: keyOf(n) }));
  const message = (id: string) => ({
    ...{ id, at: t0, channel: 'sms', to: '+1', subject: null, text: 'x', kind: 'page' as const, person: 'ana' },
    ...{ incidentId: null, notificationId: null, ackUrl: null, code: null },
  });

  /** Every message is a breach that SQLite finds only at the commit. */
  const breach = `
    CREATE TABLE parent (id INTEGER PRIMARY KEY);
    CREATE TABLE child (parent INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER breach AFTER INSERT ON inbox BEGIN INSERT INTO child VALUES (7); END;`;

  test('share one commit', async () => {
    const before = stores.commits();
    await Promise.all(items.map((item) => stores.incidents.write(item, null)));
    expect(stores.commits() - before).toBe(1);
    expect(await stores.incidents.countUnfinished()).toBe(300);
  });

  test('are all refused when the commit fails, and nothing of them is there', async () => {
    const [first] = items;
    await stores.incidents.write(first!, null);
    meddle(breach);
    const results = await Promise.allSettled([
      stores.incidents.write(nextVersion(first!, resolved), at(first!)),
      stores.incidents.write(items[1]!, null),
      stores.inbox.put(message('m1')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    const reason: unknown = results[0].status === 'rejected' ? results[0].reason : null;
    expect(reason).toBeInstanceOf(Error);
    expect(reason).toHaveProperty('cause');
    expect(errors).toHaveLength(1);
    expect(await stores.incidents.head(first!.key)).toEqual(first);
    expect(await stores.incidents.head(items[1]!.key)).toBeNull();
    expect(await stores.incidents.countUnfinished()).toBe(1);
    meddle('DROP TRIGGER breach');
    expect(await stores.incidents.write(nextVersion(first!), at(first!))).toEqual({ ok: true });
  });

  test('do not hold up those that come after a commit that failed, even when telling of it fails too', async () => {
    await stores.close();
    const tell = vi.fn(() => {
      throw new Error('the log is full');
    });
    stores = openSqliteStores({ path, onError: tell });
    meddle(breach);
    const results = await Promise.allSettled([stores.incidents.write(items[0]!, null), stores.inbox.put(message('m1'))]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(tell).toHaveBeenCalledOnce();
    expect(await stores.incidents.write(items[0]!, null)).toEqual({ ok: true });
  });

  test('tell the one that lost of the newest item, also when others of the same commit came after it', async () => {
    const [first] = items;
    await stores.incidents.write(first!, null);
    const second = nextVersion(first!, { escalationCount: 1 });
    const third = nextVersion(second, { escalationCount: 2 });
    const results = await Promise.all([
      stores.incidents.write({ ...first!, version: 9 }, null),
      stores.incidents.write(second, at(first!)),
      stores.incidents.write(nextVersion(first!, resolved), at(first!)),
      stores.incidents.write(third, at(second)),
    ]);
    expect(results).toEqual([{ ok: false, current: third }, { ok: true }, { ok: false, current: third }, { ok: true }]);
    expect(await stores.incidents.head(first!.key)).toEqual(third);
  });

  test('are all refused when the database gives up in the middle, as on a full disk', async () => {
    meddle("CREATE TRIGGER full_disk BEFORE INSERT ON inbox BEGIN SELECT RAISE(ROLLBACK, 'disk full'); END;");
    const results = await Promise.allSettled([
      stores.incidents.write(items[0]!, null),
      stores.inbox.put(message('m1')),
      stores.incidents.write(items[1]!, null),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await stores.incidents.list(all)).toEqual({ incidents: [], cursor: null });
    expect(await stores.incidents.countUnfinished()).toBe(0);
  });

  test('do not suffer from one among them that fails', async () => {
    meddle("CREATE TRIGGER refuse BEFORE INSERT ON event WHEN new.seq = 2 BEGIN SELECT RAISE(ABORT, 'refused'); END;");
    const results = await Promise.allSettled([
      stores.incidents.write(items[0]!, null),
      stores.incidents.fileEvents(items[0]!, [note(1), note(2)]),
      stores.incidents.write(items[1]!, null),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await stores.incidents.filedEvents(items[0]!, 0, 10)).toEqual([]);
    expect(await stores.incidents.countUnfinished()).toBe(2);
  });
});
