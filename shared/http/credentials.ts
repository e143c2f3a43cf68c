import { createHash, timingSafeEqual } from 'node:crypto';
import type { Problem } from './problem.ts';

const bearer = /^bearer +(\S+) *$/i;
const ingestKey = /^[A-Za-z0-9]{32}$/;

/** The token of `Authorization: Bearer`; null when the header is absent or of another kind. */
export const bearerToken = (authorization: string | null | undefined): string | null => bearer.exec(authorization ?? '')?.[1] ?? null;

/** True when a text has the shape of an ingest key; only then is it worth looking up. */
export const looksLikeIngestKey = (token: string): boolean => ingestKey.test(token);

/** SHA-256 of a credential, hex; credentials are stored and compared only so. */
export const hashCredential = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Compares two SHA-256 hashes in constant time. */
export function sameHash(a: string, b: string): boolean {
  const left = Buffer.from(a, 'hex');
  const right = Buffer.from(b, 'hex');
  return left.length === 32 && left.length === right.length && timingSafeEqual(left, right);
}

/** 401: no credential, or one that is not known. */
export const unauthorized = (given: boolean): Problem => ({
  status: 401,
  code: given ? 'unknown-credential' : 'credential-needed',
  detail: given ? 'The credential is not known; it may have been revoked.' : 'Send a credential as Authorization: Bearer.',
  headers: { 'www-authenticate': given ? 'Bearer realm="tocsin", error="invalid_token"' : 'Bearer realm="tocsin"' },
});
