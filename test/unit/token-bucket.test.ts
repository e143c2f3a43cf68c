import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { takeTokens, type Bucket } from '../../shared/domain/token-bucket.ts';
import { night } from '../fixtures.ts';

const size = { perSecond: 120, burst: 1000 };
const sizes = fc.record({ perSecond: fc.integer({ min: 1, max: 1_000_000 }), burst: fc.integer({ min: 1, max: 1_000_000 }) });
const askings = fc.array(fc.record({ passed: fc.nat({ max: 20_000 }), count: fc.integer({ min: 1, max: 2000 }) }), { maxLength: 200 });

describe('a bucket of tokens', () => {
  it('gives what it holds at once, then so many each second and no more', () => {
    let bucket: Bucket | null = null;
    const takeAll = (now: number): number => {
      for (let taken = 0; ; taken += 1) {
        const next = takeTokens(bucket, 1, size, now);
        if (next.retryAfter !== null) return taken;
        bucket = next.bucket;
      }
    };
    expect(takeAll(night)).toBe(1000);
    expect(takeAll(night + 500)).toBe(60);
    expect(takeAll(night + 1000)).toBe(60);
    expect(takeAll(night + 3_600_000)).toBe(1000);
  });

  it('gives what is larger than itself as soon as it gives anything, and is owed the rest', () => {
    const { bucket, retryAfter } = takeTokens(null, 2000, size, night);
    expect([bucket.tokens, retryAfter]).toEqual([-1000, null]);
    const refused = takeTokens(bucket, 1, size, night);
    expect(refused.retryAfter).toBe(9);
    expect(takeTokens(refused.bucket, 2000, size, night + 8000).retryAfter).toBe(1);
    expect(takeTokens(refused.bucket, 2000, size, night + 9000).retryAfter).toBeNull();
  });

  it('says truly after how many seconds it will give, whatever was asked of it before', () => {
    fc.assert(
      fc.property(sizes, askings, (any, asked) => {
        let bucket: Bucket | null = null;
        let now = night;
        for (const { passed, count } of asked) {
          now += passed;
          const taken = takeTokens(bucket, count, any, now);
          bucket = taken.bucket;
          if (taken.retryAfter === null) continue;
          expect(taken.retryAfter).toBeGreaterThanOrEqual(1);
          expect(takeTokens(bucket, 1, any, now + taken.retryAfter * 1000).retryAfter).toBeNull();
          if (taken.retryAfter > 1) expect(takeTokens(bucket, 1, any, now + (taken.retryAfter - 1) * 1000).retryAfter).toBe(1);
        }
      }),
    );
  });

  it('never gives more than it held, what came in since, and once what was too large for it', () => {
    fc.assert(
      fc.property(sizes, askings, (any, asked) => {
        let bucket: Bucket | null = null;
        let [now, given] = [night, 0];
        for (const { passed, count } of asked) {
          now += passed;
          const taken = takeTokens(bucket, count, any, now);
          bucket = taken.bucket;
          if (taken.retryAfter === null) given += count;
          expect(given).toBeLessThanOrEqual(any.burst + (any.perSecond * (now - night)) / 1000 + 2000);
        }
      }),
    );
  });

  it('goes on filling when the clock is set back', () => {
    const { bucket } = takeTokens(null, 1000, size, night);
    const back = takeTokens(bucket, 1, size, night - 3_600_000);
    expect(back.retryAfter).toBe(1);
    expect(takeTokens(back.bucket, 1, size, night - 3_599_000).retryAfter).toBeNull();
  });

  it('holds at once no more than its size was made', () => {
    const { bucket } = takeTokens(null, 1, size, night);
    expect(takeTokens(bucket, 1, { perSecond: 1, burst: 5 }, night).bucket.tokens).toBe(4);
  });
});
