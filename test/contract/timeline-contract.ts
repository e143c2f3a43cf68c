import { describe, expect, test } from 'vitest';
import { expectOneWinner } from './one-winner.ts';
import { incident, minute, note, t0 } from './samples.ts';
import type { CurrentStores } from './current-stores.ts';

export function timelineContract(current: CurrentStores): void {
  const store = () => current().incidents;
  const id = { key: incident().key, generation: 1 };

  describe('the timeline', () => {
    test('keeps the first filing of every event and gives them in order', async () => {
      await store().fileEvents(id, [note(1), note(2)]);
      await store().fileEvents(id, [{ ...note(2), at: t0 + minute }, note(4)]);
      await store().fileEvents(id, [note(3)]);
      expect(await store().filedEvents(id, 0, 10)).toEqual([note(1), note(2), note(3), note(4)]);
      expect(await store().filedEvents(id, 1, 2)).toEqual([note(2), note(3)]);
      expect(await store().filedEvents({ ...id, generation: 2 }, 0, 10)).toEqual([]);
    });
  });

  describe('duplicates', () => {
    const duplicate = (commandId: string, at = t0, occurredAt: number | null = null) =>
      store().addDuplicate(id, { commandId, at, occurredAt });

    test('are counted exactly, also when they arrive together', async () => {
      expect(await store().duplicates(id)).toEqual({ count: 0, lastAt: null, sourceTriggeredAt: null });
      const counted = await Promise.all(Array.from({ length: 50 }, (_, n) => duplicate(`c${n}`, t0 + n)));
      expect(counted.every(Boolean)).toBe(true);
      expect(await store().duplicates(id)).toEqual({ count: 50, lastAt: t0 + 49, sourceTriggeredAt: null });
      expect((await store().duplicates({ ...id, generation: 2 })).count).toBe(0);
    });

    test('count once per command among the last sixteen', async () => {
      expectOneWinner(await Promise.all([duplicate('first'), duplicate('first')]), true, [false, false]);
      for (let n = 0; n < 15; n += 1) await duplicate(`c${n}`);
      expect(await duplicate('first')).toBe(false);
      expect(await duplicate('c15')).toBe(true);
      expect((await store().duplicates(id)).count).toBe(17);
    });

    test('tell the latest instant a sender gave, whatever order they come in', async () => {
      await duplicate('a', t0 + 1, t0 - 5);
      await duplicate('b', t0 + 3, null);
      await duplicate('c', t0 + 2, t0 - 9);
      expect(await store().duplicates(id)).toEqual({ count: 3, lastAt: t0 + 3, sourceTriggeredAt: t0 - 5 });
    });
  });

  test('large details are kept beside the incident, each row under its own name', async () => {
    const row = { at: t0, details: { a: [1, null, 'x'] }, context: null };
    expect(await store().details(id, 'first')).toBeNull();
    await store().putDetails(id, 'first', row);
    await store().putDetails(id, 'second', { at: t0, details: { a: [2] }, context: { trace: 'y' } });
    expect(await store().details(id, 'first')).toEqual(row);
  });
}
