import { randomFillSync, randomInt } from 'node:crypto';
import { toBase32 } from '../../domain/base32.ts';
import type { Random } from '../../ports.ts';

const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const fractions = 2 ** 32;
const idBytes = 16;
const idsAtOnce = 256;

/** Chance from the operating system, good enough for credentials. */
export function makeRandom(): Random {
  // Asking the operating system costs more than all the rest of an id, so many are asked for at once.
  const bytes = Buffer.alloc(idBytes * idsAtOnce);
  let used = bytes.length;

  const id = (): string => {
    if (used === bytes.length) {
      randomFillSync(bytes);
      used = 0;
    }
    const own = bytes.subarray(used, used + idBytes);
    used += idBytes;
    const text = toBase32(own);
    own.fill(0);
    return text;
  };

  return {
    id,
    token: (length) => Array.from({ length }, () => characters.charAt(randomInt(characters.length))).join(''),
    fraction: () => randomInt(fractions) / fractions,
  };
}
