import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import { keyObject } from './signing.ts';
import type { IncidentId } from '../domain/incident-id.ts';
import type { Instant, Seconds } from '../domain/time.ts';
import type { SigningKey } from '../ports.ts';
import { fromBase32, toBase32 } from '../domain/base32.ts';

/** What a link stands for: one notification to one person. */
export interface AckFields {
  readonly id: IncidentId;
  /** Number of the notification in its generation. */
  readonly notification: number;
  /** As `personHash` gives it. */
  readonly personHash: string;
  /** Policy time; the link holds it in whole seconds, rounded down. */
  readonly expiresAt: Instant;
}

type AckToken = { readonly kind: 'valid' | 'expired'; readonly fields: AckFields } | { readonly kind: 'forged' };

/** How long a link is valid, from the making of its notification. */
export const ackLinkValidity: Seconds = 7 * 24 * 60 * 60;

const version = 1;
const domainSeparator = 'tocsin/ack/1\0';
const at = { key: 1, generation: 17, notification: 20, expiry: 23, person: 27, mac: 31, end: 47 } as const;
const pattern = /^[A-Za-z0-9_-]{63}$/;

/** The first 4 bytes of SHA-256 over a person's id, hex: enough to notice a link that was made for somebody else. */
export const personHash = (person: string): string => hash('sha256', person, 'hex').slice(0, 8);

/** The 63 characters that stand after `/a/`. Throws when a field does not fit its place, which no stored incident's does. */
export function signAckToken(fields: AckFields, key: SigningKey): string {
  const keyHash = fromBase32(fields.id.key);
  if (keyHash?.length !== at.generation - at.key) throw new Error('An incident key is 26 characters of base32.');
  const bytes = Buffer.alloc(at.end);
  bytes.writeUInt8((version << 4) | key.id);
  bytes.set(keyHash, at.key);
  bytes.writeUIntBE(fields.id.generation, at.generation, 3);
  bytes.writeUIntBE(fields.notification, at.notification, 3);
  bytes.writeUInt32BE(Math.floor(fields.expiresAt / 1000), at.expiry);
  bytes.write(fields.personHash, at.person, 'hex');
  bytes.set(mac(bytes, key), at.mac);
  return bytes.toString('base64url');
}

/** Reads a link. Whatever was not signed by one of the keys is forged, whether it is expired or not. */
export function verifyAckToken(token: string, keys: readonly SigningKey[], now: Instant): AckToken {
  if (!pattern.test(token)) return { kind: 'forged' };
  const bytes = Buffer.from(token, 'base64url');
  // Two spare bits at the end could be anything: one link has one spelling.
  if (bytes.toString('base64url') !== token || bytes.readUInt8() >>> 4 !== version) return { kind: 'forged' };
  const keyId = bytes.readUInt8() & 15;
  const signed = keys.some((key) => key.id === keyId && timingSafeEqual(mac(bytes, key), bytes.subarray(at.mac)));
  if (!signed) return { kind: 'forged' };
  const fields: AckFields = {
    id: { key: toBase32(bytes.subarray(at.key, at.generation)), generation: bytes.readUIntBE(at.generation, 3) },
    notification: bytes.readUIntBE(at.notification, 3),
    personHash: bytes.toString('hex', at.person, at.mac),
    expiresAt: bytes.readUInt32BE(at.expiry) * 1000,
  };
  return { kind: now < fields.expiresAt ? 'valid' : 'expired', fields };
}

const mac = (bytes: Buffer, key: SigningKey): Buffer =>
  createHmac('sha256', keyObject(key))
    .update(domainSeparator)
    .update(bytes.subarray(0, at.mac))
    .digest()
    .subarray(0, at.end - at.mac);
