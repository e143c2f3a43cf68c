import { DatabaseSync } from 'node:sqlite';
import type { Stores } from '../map/stores.ts';
import { makeSqliteBundles } from './bundles.ts';
import { CommitQueue } from './commit-queue.ts';
import { makeSqliteConfig } from './config.ts';
import { makeSqliteDeclined } from './declined.ts';
import { makeSqliteHandoffs } from './handoffs.ts';
import { HeadTable } from './heads.ts';
import { makeSqliteInbox } from './inbox.ts';
import { makeSqliteIncidents } from './incidents.ts';
import { makeSqliteKeys } from './keys.ts';
import { migrate } from './migrations.ts';
import { makeSqliteReplies } from './replies.ts';
import { makeSqliteState } from './state.ts';

interface SqliteOptions {
  /** A file in a folder that exists and that no other process writes, or `:memory:`. */
  readonly path: string;
  /** Told of failed transactions and checkpoints, and of rows that cannot be read. */
  readonly onError: (error: Error) => void;
  /** How many incidents are kept parsed in memory. */
  readonly cachedItems?: number;
}

export interface SqliteStores extends Stores {
  /** How many transactions have been committed. */
  readonly commits: () => number;
  /** Commits what waits, writes everything into the main file and closes it; every later call rejects. */
  readonly close: () => Promise<void>;
}

/** So many commits after the last checkpoint, the next quiet moment is used for one. */
const commitsPerCheckpoint = 500;

// A checkpoint within a busy commit would make its callers wait, so the log may grow until a quiet moment comes.
const settings = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = 10000;
  PRAGMA journal_size_limit = 67108864;
  PRAGMA cache_size = -16000;
  PRAGMA temp_store = MEMORY;`;

/**
 * Opens the stores on one SQLite file and brings it to this build's version. Throws when the file cannot be opened, is no such
 * database, or was written by a newer build. The caller keeps other processes away from the file.
 */
export function openSqliteStores({ path, onError, cachedItems = 5_000 }: SqliteOptions): SqliteStores {
  const database = open(path);
  const checkpoint = (mode: 'PASSIVE' | 'TRUNCATE'): void => {
    try {
      database.exec(`PRAGMA wal_checkpoint(${mode})`);
    } catch (cause) {
      onError(new Error('the checkpoint failed; the log keeps everything until the next one', { cause }));
    }
  };

  let checkpointedAt = 0;
  const queue = new CommitQueue(database, onError, (commits) => {
    if (commits - checkpointedAt < commitsPerCheckpoint) return;
    checkpointedAt = commits;
    checkpoint('PASSIVE');
  });
  const heads = new HeadTable(database, cachedItems);

  return {
    incidents: makeSqliteIncidents(database, queue, heads, onError),
    config: makeSqliteConfig(database, queue, onError),
    keys: makeSqliteKeys(database, queue),
    replies: makeSqliteReplies(database, queue),
    bundles: makeSqliteBundles(database, queue, onError),
    handoffs: makeSqliteHandoffs(database, queue),
    declined: makeSqliteDeclined(database, queue, onError),
    state: makeSqliteState(database, queue, heads),
    inbox: makeSqliteInbox(database, queue, onError),
    commits: () => queue.commits,
    close(): Promise<void> {
      if (!database.isOpen) return Promise.resolve();
      queue.close();
      checkpoint('TRUNCATE');
      database.close();
      return Promise.resolve();
    },
  };
}

function open(path: string): DatabaseSync {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path, { timeout: 250 });
    database.exec(settings);
    migrate(database);
    return database;
  } catch (cause) {
    database?.close();
    const reason = cause instanceof Error ? cause.message : 'unknown reason';
    throw new Error(`the database ${path} cannot be opened: ${reason}`, { cause });
  }
}
