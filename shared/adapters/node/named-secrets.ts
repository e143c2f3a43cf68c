import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere } from './durable-file.ts';

interface Places {
  /** The data folder; null: none. */
  readonly folder: string | null;
  /** By whole name, such as `TOCSIN_SECRET_OPS`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const subfolder = 'secrets';
const prefix = 'TOCSIN_SECRET_';
// As the document writes them; nothing that could leave the folder.
const nameShape = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The variable of the environment that holds a secret. */
export const secretVariable = (name: string): string => prefix + name;

/** The file of the data folder that holds a secret. */
export const secretFile = (folder: string, name: string): string => join(folder, subfolder, name);

export function makeSecretsFolder(folder: string): void {
  mkdirSync(join(folder, subfolder), { recursive: true, mode: 0o700 });
}

/**
 * The secrets of one machine by name: the environment variable `TOCSIN_SECRET_NAME`, else the file `secrets/NAME` of the data folder, each time
 * as it is now. Null: there is none, or it is blank. Throws when the file is there and cannot be read.
 */
export function namedSecret({ folder, environment }: Places, name: string): string | null {
  if (!nameShape.test(name)) return null;
  const given = environment[secretVariable(name)]?.trim() ?? '';
  if (given !== '' || folder === null) return given === '' ? null : given;
  const kept = readIfThere(secretFile(folder, name))?.trim() ?? '';
  return kept === '' ? null : kept;
}
