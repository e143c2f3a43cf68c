import { describe, expect, test } from 'vitest';
import type { Handoffs } from '../../shared/domain/on-call/handoffs.ts';
import type { CurrentStores } from './current-stores.ts';
import { minute, t0 } from './samples.ts';

const handoffs = (version: number, changes: Partial<Handoffs> = {}): Handoffs => ({
  version,
  lookAt: t0 + minute,
  onCall: [{ schedule: 'primary', people: ['ana', 'ben'] }],
  notices: [
    { schedule: 'primary', person: 'ana', contact: 'mail', change: 'on', madeAt: t0, failures: 1, notBefore: t0 + 0.5 },
    { schedule: 'primary', person: 'cara', contact: 'mail', change: 'off', madeAt: t0, failures: 0, notBefore: t0 },
  ],
  lease: { claim: 'c1', until: t0 + minute },
  ...changes,
});

export function handoffContract(current: CurrentStores): void {
  const store = () => current().handoffs;

  describe('the record of handoffs', () => {
    test('is none until one of two who begin together has written it', async () => {
      expect(await store().current()).toBeNull();
      expect(await store().save(handoffs(2))).toBe(false);
      expect((await Promise.all([store().save(handoffs(1)), store().save(handoffs(1))])).toSorted()).toEqual([false, true]);
      expect(await store().current()).toEqual(handoffs(1));
    });

    test('is replaced only by the next version', async () => {
      await store().save(handoffs(1));
      const next = handoffs(2, { lookAt: null, onCall: [], notices: [], lease: null });
      expect(await store().save(handoffs(3))).toBe(false);
      expect(await store().save(next)).toBe(true);
      expect(await store().save(handoffs(2))).toBe(false);
      expect(await store().save(handoffs(1))).toBe(false);
      expect(await store().current()).toEqual(next);
    });
  });
}
