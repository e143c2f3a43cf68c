import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { readIfThere, writeDurably } from '../shared/adapters/node/durable-file.ts';
import { hashCredential } from '../shared/http/credentials.ts';
import type { Runtime } from './runtime.ts';
import { CannotStart, reasonOf } from './stop-reason.ts';

/** The key of a service, ready to be used by the owner of the machine. */
export interface LocalKey {
  readonly service: string;
  readonly key: string;
  /** The file that holds it; null: none does. */
  readonly file: string | null;
}

const example = join(import.meta.dirname, '../config/example.yaml');
const appliedName = 'config-applied';
const keyPrefix = 'ingest-key-';
const keyLength = 32;

/**
 * Applies the configuration a machine starts with: the file given if it differs from the one last applied, else the example on an empty store.
 * Refused (`CannotStart`) with every error and its line; then nothing has changed.
 */
export async function applyStartingConfig(runtime: Runtime, folder: string | null, file: string | null): Promise<void> {
  const empty = (await runtime.stores.config.current()) === null;
  if (file === null) {
    if (empty) await apply(runtime, example, read(example));
    return;
  }
  const text = read(file);
  const hash = createHash('sha256').update(text).digest('hex');
  const applied = folder === null ? null : join(folder, appliedName);
  if (!empty && applied !== null && readIfThere(applied)?.trim() === hash) return;
  await apply(runtime, file, text);
  if (applied !== null) writeDurably(applied, `${hash}\n`);
}

function read(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (cause) {
    const reason = cause instanceof TypeError ? 'it is not UTF-8 text' : reasonOf(cause);
    throw new CannotStart(`The configuration ${file} cannot be read: ${reason}.`, { cause });
  }
}

async function apply({ application }: Runtime, file: string, text: string): Promise<void> {
  const type = extname(file) === '.json' ? 'application/json' : 'application/yaml';
  const result = await application.saving.saveDocument(text, type, { dryRun: false, ifMatch: null });
  const refused = (lines: readonly string[]): CannotStart =>
    new CannotStart([`The configuration ${file} is not valid; nothing was changed.`, ...lines].join('\n'));
  switch (result.kind) {
    case 'saved':
      return;
    case 'unparsable':
      throw refused([`  line ${result.error.line}: ${result.error.detail}`]);
    case 'invalid':
      throw refused(
        result.errors.map(({ line, pointer, detail }) => `  line ${line ?? 1}, ${pointer === '' ? 'the document' : pointer}: ${detail}`),
      );
    case 'stale':
    case 'not-found':
      throw new Error('a document cannot be stale or missing here');
    default:
      return result satisfies never;
  }
}

/**
 * The key the start output and the sample alarm use: the one in the folder; the first time one is made, for `checkout` or the first service. Null:
 * there is no service, or the key was revoked.
 */
export async function openLocalKey({ application, stores, clock, random }: Runtime, folder: string | null): Promise<LocalKey | null> {
  const { services } = await application.configuration.directory();
  const name = folder === null ? undefined : readdirSync(folder).find((entry) => entry.startsWith(keyPrefix) && !entry.endsWith('.new'));
  if (folder !== null && name !== undefined) {
    const service = name.slice(keyPrefix.length);
    const file = join(folder, name);
    const key = readIfThere(file)?.trim() ?? '';
    const known = services.has(service) && (await stores.keys.byHash(hashCredential(key))) !== null;
    return known ? { service, key, file } : null;
  }
  const service = services.has('checkout') ? 'checkout' : services.keys().next().value;
  if (service === undefined) return null;
  const key = random.token(keyLength);
  // Stored first: a key in the folder is one that worked, and if it does not any more, it was revoked.
  await stores.keys.put({ id: random.id(), service, hash: hashCredential(key), createdAt: clock.now(), lastUsedAt: null });
  const file = folder === null ? null : join(folder, `${keyPrefix}${service}`);
  if (file !== null) writeDurably(file, `${key}\n`);
  return { service, key, file };
}
