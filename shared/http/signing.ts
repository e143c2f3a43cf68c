import { createSecretKey, type KeyObject } from 'node:crypto';
import type { SigningKey } from '../ports.ts';

const objects = new WeakMap<SigningKey, KeyObject>();

/** The key as the crypto module wants it. Making it costs five times what a signature does, so each is made once. */
export function keyObject(key: SigningKey): KeyObject {
  const known = objects.get(key);
  if (known !== undefined) return known;
  const made = createSecretKey(key.key);
  objects.set(key, made);
  return made;
}
