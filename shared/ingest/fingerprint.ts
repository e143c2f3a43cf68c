import { hash } from 'node:crypto';
import { toBase32 } from '../domain/base32.ts';

/**
 * The dedup key of a signal that brings none: the same parts give the same key. Each part is preceded by its length, so that no two
 * lists of parts look alike.
 */
export function fingerprint(parts: readonly (string | null)[]): string {
  const whole = parts.map((part) => (part === null ? '-:' : `${Buffer.byteLength(part)}:${part}`)).join('');
  return `fp-${toBase32(hash('sha256', whole, 'buffer').subarray(0, 16))}`;
}
