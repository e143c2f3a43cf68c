import { createHash, randomBytes } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import type { Random, Secrets, SigningKey } from '../../ports.ts';
import { readIfThere, writeDurably } from './durable-file.ts';
import { makeSecretsFolder, namedSecret, secretFile, secretVariable } from './named-secrets.ts';

const tokenLength = 40;
const keyBytes = 32;
/** Signs webhooks whose address brings no secret of its own. */
export const webhookSigning = 'WEBHOOK_SIGNING';
const keyLine = /^(1[0-5]|[0-9]) ([A-Za-z0-9_-]{43})$/;

export interface MachineSecrets extends Secrets {
  /** The administrator's token itself, to be shown to the owner of the machine. */
  readonly adminToken: string;
  /** Where the secret stands that webhooks are signed with: a variable of the environment, or a file. Null: it was made for this process alone. */
  readonly webhookSigningAt: string | null;
}

interface Options {
  /** Where secrets are kept; null: they end with the process. */
  readonly folder: string | null;
  /** The administrator's token where the owner names one; it is not stored. */
  readonly adminToken: string | null;
  readonly random: Pick<Random, 'token'>;
  /** Where secrets that a document names may stand as `TOCSIN_SECRET_NAME`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What a file of the folder holds; made and written with mode 0600 when there is none. */
function keptText(folder: string | null, name: string, make: () => string): string {
  if (folder === null) return make();
  const path = join(folder, name);
  const known = readIfThere(path);
  if (known === null) {
    const made = make();
    writeDurably(path, `${made}\n`);
    return made;
  }
  chmodSync(path, 0o600);
  return known.trim();
}

/** Secrets of one machine. Throws when a file of the folder holds something else than it should. */
export function openSecrets({ folder, adminToken, random, environment }: Options): MachineSecrets {
  const token = adminToken ?? keptText(folder, 'admin-token', () => random.token(tokenLength));
  if (!/^[!-~]+$/.test(token)) throw new Error('the administrator’s token must be printable ASCII without spaces');
  const hash = createHash('sha256').update(token).digest('hex');
  const keys = readKeys(keptText(folder, 'signing-keys', () => `1 ${randomBytes(keyBytes).toString('base64url')}`));
  if (folder !== null) makeSecretsFolder(folder);
  const named = (name: string): string | null => namedSecret({ folder, environment }, name);
  const signing =
    named(webhookSigning) ?? keptText(folder, join('secrets', webhookSigning), () => `whsec_${randomBytes(keyBytes).toString('base64')}`);
  const kept = folder === null ? null : secretFile(folder, webhookSigning);
  return {
    adminToken: token,
    webhookSigningAt: namedSecret({ folder: null, environment }, webhookSigning) === null ? kept : secretVariable(webhookSigning),
    adminTokenHash: () => Promise.resolve(hash),
    signingKeys: () => Promise.resolve(keys),
    named: async (name) => Promise.resolve(named(name) ?? (name === webhookSigning ? signing : null)),
  };
}

/** One key in each line, `id key`; the first signs, all verify. */
function readKeys(text: string): readonly SigningKey[] {
  return text.split('\n').map((line) => {
    const [, id, key] = keyLine.exec(line.trim()) ?? [];
    if (id === undefined || key === undefined) throw new Error('the file signing-keys of the data folder holds a line that is no key');
    return { id: Number(id), key: new Uint8Array(Buffer.from(key, 'base64url')) };
  });
}
