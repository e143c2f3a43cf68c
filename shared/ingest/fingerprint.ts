import { createHash } from 'node:crypto';
import { toBase32 } from '../domain/base32.ts';

/**
 * The dedup key of a signal that brings none: the same parts give the same key. Each part is preceded by its length, so that no two
 * lists of parts look alike.
 */
export function fingerprint(parts: readonly (string | null)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part === null ? '-:' : `${Buffer.byteLength(part)}:${part}`);
  return `fp-${toBase32(hash.digest().subarray(0, 16))}`;
}
