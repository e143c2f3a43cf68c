import type { Instant, Seconds } from './time.ts';

/** How many tokens come in a second, and how many a bucket holds. */
export interface BucketSize {
  readonly perSecond: number;
  readonly burst: number;
}

/** What a bucket held at an instant of real time; below zero, what it owed. */
export interface Bucket {
  readonly tokens: number;
  readonly at: Instant;
}

/** The bucket from now on; `retryAfter`: null, the tokens were taken; else the whole seconds after which they can be. */
interface Taking {
  readonly bucket: Bucket;
  readonly retryAfter: Seconds | null;
}

/** Fractions of a token get lost in arithmetic. */
const rounding = 1e-6;

/**
 * Takes tokens out of a bucket; null is one that nobody has used yet, which is full. Any number is taken as soon as there is one whole token, and
 * what is missing is owed: so what is larger than the bucket waits no longer than anything else, and those behind it wait until it is paid.
 */
export function takeTokens(bucket: Bucket | null, count: number, { perSecond, burst }: BucketSize, now: Instant): Taking {
  // A clock that was set back brings nothing, and takes nothing either.
  const passed = bucket === null ? 0 : Math.max(0, now - bucket.at) / 1000;
  const tokens = bucket === null ? burst : Math.min(burst, bucket.tokens + passed * perSecond);
  const missing = 1 - rounding - tokens;
  if (missing > 0) return { bucket: { tokens, at: now }, retryAfter: Math.ceil(missing / perSecond) };
  return { bucket: { tokens: tokens - count, at: now }, retryAfter: null };
}
