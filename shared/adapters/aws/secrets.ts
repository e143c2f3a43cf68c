import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Secrets, SigningKey } from '../../ports.ts';

interface Options {
  readonly client: SecretsManagerClient;
  /** Holds `[{ id, key }]`: ids 0 to 15, keys in base64; the first signs, all verify. */
  readonly signingKeysArn: string | null;
  readonly adminTokenArn: string | null;
  /** What a document names as `secret:NAME` is the secret of this name followed by NAME. */
  readonly namedPrefix: string | null;
  readonly real: () => number;
}

/** A secret that was changed is seen after this long. */
const keptMs = 5 * 60_000;
const shortestKey = 32;

// Not everybody who has secrets asks for these.
const signingKeys = z.lazy(() =>
  z
    .array(
      z.object({
        id: z.int().check(z.minimum(0), z.maximum(15)),
        key: z
          .pipe(
            z.base64(),
            z.transform((text) => new Uint8Array(Buffer.from(text, 'base64'))),
          )
          .check(z.refine((key) => key.length >= shortestKey)),
      }),
    )
    .check(z.minLength(1), z.maxLength(16)),
);

/** Secrets in Secrets Manager, kept for five minutes. Throws with the name of a secret that is missing or not of its form, never its content. */
export function makeSecrets({ client, real, ...options }: Options): Secrets {
  const kept = new Map<string, { readonly value: Promise<string | null>; readonly readAt: number }>();

  async function read(id: string): Promise<string | null> {
    try {
      return (await client.send(new GetSecretValueCommand({ SecretId: id }))).SecretString ?? null;
    } catch (cause) {
      if (cause instanceof ResourceNotFoundException) return null;
      throw cause;
    }
  }

  function valueOf(id: string): Promise<string | null> {
    const known = kept.get(id);
    if (known !== undefined && real() - known.readAt < keptMs) return known.value;
    const value = read(id);
    kept.set(id, { value, readAt: real() });
    // A failure is nobody's to keep.
    value.catch(() => kept.delete(id));
    return value;
  }

  async function needed(id: string | null, what: string): Promise<string> {
    const value = id === null ? null : await valueOf(id);
    if (value === null || value === '') throw new Error(`the secret of the ${what} is missing or empty; docs/aws.md says how to set it`);
    return value;
  }

  let parsed: { readonly text: string; readonly keys: readonly SigningKey[] } | null = null;
  return {
    async signingKeys() {
      const text = await needed(options.signingKeysArn, 'signing keys');
      if (parsed?.text !== text) parsed = { text, keys: parseKeys(text) };
      return parsed.keys;
    },
    adminTokenHash: async () => hash('sha256', await needed(options.adminTokenArn, "administrator's token")),
    named: (name) => (options.namedPrefix === null ? Promise.resolve(null) : valueOf(options.namedPrefix + name)),
  };
}

/** Whether the named secrets are there, for those who may not know what they are: empty texts stand for them. */
export const makeSecretNames = (client: SecretsManagerClient, prefix: string): Pick<Secrets, 'named'> => ({
  async named(name) {
    try {
      await client.send(new DescribeSecretCommand({ SecretId: prefix + name }));
      return '';
    } catch (cause) {
      if (cause instanceof ResourceNotFoundException) return null;
      throw cause;
    }
  },
});

/** Either the whole list, or the random text that the first deployment makes, which is one key by itself. */
function parseKeys(text: string): readonly SigningKey[] {
  if (!text.trimStart().startsWith('[')) return [{ id: 0, key: new Uint8Array(hash('sha256', text, 'buffer')) }];
  try {
    return signingKeys.parse(JSON.parse(text));
  } catch {
    throw new Error('the secret of the signing keys is not a list of { id, key }; docs/aws.md says how it is made');
  }
}
