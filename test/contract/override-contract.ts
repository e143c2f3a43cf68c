import { expect, test } from 'vitest';
import type { StoredOverride } from '../../shared/ports.ts';
import type { CurrentStores } from './current-stores.ts';
import { minute, t0 } from './samples.ts';

export function overrideContract(current: CurrentStores): void {
  const store = () => current().state;

  test('an override of a schedule is kept until it is taken back, and found as long as it is not over', async () => {
    const swap: StoredOverride = {
      schedule: 'primary',
      id: 'o1',
      from: t0,
      until: t0 + minute,
      change: 'replace',
      person: 'ben',
      instead: 'ana',
      by: 'user:ben',
      madeAt: t0,
    };
    const later = { ...swap, id: 'o0', until: t0 + 2 * minute, instead: null, madeAt: t0 + 1 };
    const elsewhere = { ...swap, schedule: 'night', madeAt: t0 + 2 };
    for (const one of [elsewhere, later, swap]) await store().putOverride(one);
    expect(await store().overrides('primary', t0)).toEqual([swap, later]);
    expect(await store().overrides(null, t0)).toEqual([swap, later, elsewhere]);
    expect(await store().overrides('primary', t0 + minute)).toEqual([later]);
    expect(await store().overrides('day', t0)).toEqual([]);
    expect(await store().removeOverride('day', 'o1')).toBe(false);
    expect(await store().removeOverride('primary', 'o1')).toBe(true);
    expect(await store().removeOverride('primary', 'o1')).toBe(false);
    expect(await store().overrides(null, t0)).toEqual([later, elsewhere]);
  });
}
