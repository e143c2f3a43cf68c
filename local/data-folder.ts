import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { readIfThere, writeDurably } from '../shared/adapters/node/durable-file.ts';
import { CannotStart, reasonOf } from './stop-reason.ts';

export interface DataFolder {
  readonly path: string;
  /** Lets another process have the folder. */
  release(): void;
}

/** Opens a data folder, readable by its owner alone and for this process alone. Refused (`CannotStart`): another process has it, or it cannot be written. */
export function openDataFolder(name: string): DataFolder {
  const path = resolve(name);
  try {
    makeFolder(path);
  } catch (cause) {
    throw new CannotStart(
      `The data folder ${path} cannot be made: ${isMissing(cause) ? 'the folder it belongs in cannot be written' : reasonOf(cause)}.`,
      { cause },
    );
  }
  const holder = join(path, 'lock.pid');
  const lock = takeLock(path, holder);
  try {
    writeDurably(holder, `${process.pid}\n`);
  } catch (cause) {
    lock.close();
    throw new CannotStart(`The data folder ${path} cannot be written: ${reasonOf(cause)}.`, { cause });
  }
  return {
    path,
    release: () => {
      if (lock.isOpen) lock.close();
    },
  };
}

/** Folder by folder: Node's own `recursive` never ends where a file system says of a new folder that it is not there, as /proc does. */
function makeFolder(path: string): void {
  if (isFolder(path)) return;
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (cause) {
    const parent = dirname(path);
    // Another process may have made it meanwhile.
    if (isFolder(path)) return;
    if (!isMissing(cause) || existsSync(parent)) throw cause;
    makeFolder(parent);
    makeFolder(path);
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
const isMissing = (cause: unknown): boolean => cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';

/** The operating system frees the lock of a database with the process that holds it, however that ends. */
function takeLock(path: string, holder: string): DatabaseSync {
  let lock: DatabaseSync | null = null;
  try {
    lock = new DatabaseSync(join(path, 'lock.sqlite'), { timeout: 0 });
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock?.close();
    if (cause instanceof Error && cause.message.includes('locked')) {
      const pid = readIfThere(holder)?.trim() ?? 'unknown';
      throw new CannotStart(`The data folder ${path} is in use by another Tocsin (process ${pid}).`, { cause });
    }
    throw new CannotStart(`The data folder ${path} cannot be written: ${reasonOf(cause)}.`, { cause });
  }
}
