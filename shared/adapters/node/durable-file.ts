import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const mineAlone = 0o600;

/** The text of a file, or null when there is none. */
export function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw new Error(`${path} cannot be read`, { cause });
  }
}

/** Replaces a file so that after a crash or a power cut it holds either the old text or the new, readable by its owner alone. */
export function writeDurably(path: string, text: string): void {
  const draft = `${path}.new`;
  try {
    rmSync(draft, { force: true });
    synced(draft, 'wx', (file) => writeSync(file, text));
    renameSync(draft, path);
    synced(dirname(path), 'r', () => undefined);
  } catch (cause) {
    throw new Error(`${path} cannot be written`, { cause });
  }
}

function synced(path: string, flags: string, write: (file: number) => unknown): void {
  const file = openSync(path, flags, mineAlone);
  try {
    write(file);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
