import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteStores, type SqliteStores } from '../../shared/adapters/sqlite/stores.ts';
import { policy, t0 } from './samples.ts';

let folder: string;
let path: string;
let stores: SqliteStores;

const fail = (error: Error): never => {
  throw error;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-retention-'));
  path = join(folder, 'tocsin.db');
  stores = openSqliteStores({ path, onError: fail });
});

afterEach(async () => {
  await stores.close();
  rmSync(folder, { recursive: true });
});

/** What SQL finds in the file, past the stores. */
function look(sql: string): unknown {
  const database = new DatabaseSync(path);
  const row = { ...database.prepare(sql).get() };
  database.close();
  return row;
}

test('the last 100 versions of the configuration are kept, with every version of a policy that there ever was', async () => {
  for (let version = 1; version <= 103; version += 1) {
    const config = { version, savedAt: t0 + version, document: {}, policyVersions: { default: version }, policyTimes: {} };
    expect(await stores.config.save(config, [policy(version)], version - 1)).toBe(true);
  }
  await stores.incidents.removeEndedBefore(t0, 10);
  const kept = look('SELECT min(version) AS oldest, max(version) AS newest, count(*) AS count FROM config');
  expect(kept).toEqual({ oldest: 4, newest: 103, count: 100 });
  expect(await stores.config.policy('default', 1)).toEqual(policy(1));
  expect((await stores.config.current())?.version).toBe(103);
  await stores.incidents.removeEndedBefore(t0, 10);
  expect(look('SELECT count(*) AS kept FROM config')).toEqual({ kept: 100 });
});

test('a guard that cannot be read goes with the old ones, and holds up none of them', async () => {
  await stores.replies.saveGuard('+15555550100', { wrong: [t0], ignoredUntil: null }, 0);
  await stores.replies.saveGuard('+15555550101', { wrong: [t0], ignoredUntil: null }, 0);
  const database = new DatabaseSync(path);
  database.exec(`UPDATE reply_guard SET wrong = 'half a fi' WHERE number = '+15555550100'`);
  database.close();
  expect(await stores.replies.removeGuardsBefore(t0 + 1)).toBe(2);
});
