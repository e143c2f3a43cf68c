import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeMapStores } from '../../shared/adapters/map/stores.ts';
import { openSqliteStores } from '../../shared/adapters/sqlite/stores.ts';
import { keptStoreContract } from './store-contract.ts';

const fail = (error: Error): never => {
  throw error;
};

keptStoreContract('stores in memory [T-094] [R-071]', () => Promise.resolve({ stores: makeMapStores(), close: () => Promise.resolve() }));

keptStoreContract('stores in an SQLite database in memory', () => {
  const stores = openSqliteStores({ path: ':memory:', onError: fail });
  return Promise.resolve({ stores, close: stores.close });
});

keptStoreContract('stores in an SQLite file [T-096]', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-stores-'));
  const path = join(folder, 'tocsin.db');
  // A cache of one item: nearly every read comes from the file.
  const stores = openSqliteStores({ path, onError: fail, cachedItems: 1 });
  const close = async (): Promise<void> => {
    await stores.close();
    rmSync(folder, { recursive: true });
  };
  return Promise.resolve({ stores, close });
});
