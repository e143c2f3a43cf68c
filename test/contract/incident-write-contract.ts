import { describe, expect, test } from 'vitest';
import { expectOneWinner } from './one-winner.ts';
import { at, incident, keyOf, minute, nextVersion, page, resolved, signal, t0 } from './samples.ts';
import type { CurrentStores } from './current-stores.ts';

export function incidentWriteContract(current: CurrentStores): void {
  const store = () => current().incidents;
  const lostTo = (winner: unknown) => ({ ok: false, current: winner });

  describe('one incident', () => {
    test('is read back whole right after its write', async () => {
      const item = incident({ outbox: [page], held: { reason: 'cooldown', since: t0, until: t0 + minute, signal } });
      expect(await store().write(item, null)).toEqual({ ok: true });
      expect(await store().head(item.key)).toEqual(item);
      expect(await store().get(item)).toEqual(item);
      expect(await store().head(keyOf(2))).toBeNull();
      expect(await store().get({ key: item.key, generation: 2 })).toBeNull();
    });

    test('is created by one of two, and the other is shown what stands there', async () => {
      const item = incident();
      const other = incident({ title: 'another' });
      const results = await Promise.all([store().write(item, null), store().write(other, null)]);
      const winner = expectOneWinner(results, { ok: true }, [lostTo(item), lostTo(other)]);
      expect(await store().head(item.key)).toEqual([item, other][winner]);
    });

    test('is changed by exactly one of two writes that arrive together', async () => {
      const item = incident();
      await store().write(item, null);
      const acknowledged = nextVersion(item, { state: 'acknowledged' });
      const escalated = nextVersion(item, { escalationCount: 1 });
      const results = await Promise.all([store().write(acknowledged, at(item)), store().write(escalated, at(item))]);
      const winner = expectOneWinner(results, { ok: true }, [lostTo(acknowledged), lostTo(escalated)]);
      expect(await store().head(item.key)).toEqual([acknowledged, escalated][winner]);
    });

    test('is not written over from an older version, another generation, or nothing', async () => {
      const item = incident({ version: 3 });
      await store().write(item, null);
      const refused = { ok: false, current: item };
      expect(await store().write(nextVersion(item), { generation: 1, version: 2 })).toEqual(refused);
      expect(await store().write(nextVersion(item), { generation: 2, version: 3 })).toEqual(refused);
      expect(await store().write(nextVersion(item), null)).toEqual(refused);
      expect(await store().write(incident({ key: keyOf(9) }), { generation: 1, version: 1 })).toEqual({ ok: false, current: null });
    });

    test('gives way to its successor and is still found under its own id', async () => {
      const first = incident(resolved);
      const second = incident({ generation: 2, createdAt: t0 + minute });
      await store().write(first, null);
      await store().archive(first);
      expect(await store().write(second, at(first))).toEqual({ ok: true });
      expect(await store().head(first.key)).toEqual(second);
      expect(await store().get(first)).toEqual(first);
      expect(await store().get(second)).toEqual(second);
    });

    test('is archived once; only a higher version takes the place of the copy', async () => {
      const first = incident({ ...resolved, version: 5 });
      const second = incident({ generation: 2 });
      await store().write(first, null);
      await store().archive(first);
      await store().write(second, at(first));
      await store().archive({ ...first, title: 'the same version' });
      await store().archive({ ...first, title: 'an older version', version: 4 });
      expect(await store().get(first)).toEqual(first);
      const newer = { ...first, title: 'a newer version', version: 6 };
      await store().archive(newer);
      expect(await store().get(first)).toEqual(newer);
    });

    test('is changed in the archive only from the version that was read', async () => {
      const first = incident(resolved);
      const second = incident({ generation: 2 });
      await store().write(first, null);
      await store().archive(first);
      await store().write(second, at(first));
      const noted = nextVersion(first, { title: 'noted' });
      expect(await store().writeArchived(noted, 1)).toEqual({ ok: true });
      expect(await store().writeArchived(noted, 1)).toEqual({ ok: false, current: noted });
      expect(await store().writeArchived(incident({ key: keyOf(9) }), 1)).toEqual({ ok: false, current: null });
      expect(await store().get(first)).toEqual(noted);
      expect(await store().head(first.key)).toEqual(second);
    });
  });

  describe('what is due', () => {
    test('comes earliest first, up to the limit, and stays due until it is written', async () => {
      const instants = [5, 1, 4, 2, 3];
      await Promise.all(instants.map((n) => store().write(incident({ key: keyOf(n), lookAt: t0 + n }), null)));
      const keys = async (until: number, limit: number) => (await store().due(until, limit)).map(({ key }) => key);
      expect(await keys(t0 + 3, 10)).toEqual([keyOf(1), keyOf(2), keyOf(3)]);
      expect(await keys(t0 + 9, 2)).toEqual([keyOf(1), keyOf(2)]);
      expect(await keys(t0 + 9, 2)).toEqual([keyOf(1), keyOf(2)]);
      expect(await keys(t0, 10)).toEqual([]);
      expect(await store().due(t0 + 1, 10)).toEqual([{ key: keyOf(1), generation: 1, lookAt: t0 + 1 }]);
    });

    test('is reached behind any number of others that stay due, page by page, also where many are due at one instant', async () => {
      const items = Array.from({ length: 2500 }, (_, n) => incident({ key: keyOf(n), lookAt: t0 + Math.floor(n / 700) }));
      await Promise.all(items.toReversed().map((item) => store().write(item, null)));
      const seen: string[] = [];
      let after: { lookAt: number; key: string } | null = null;
      for (;;) {
        const due = await store().due(t0 + minute, 1000, after);
        seen.push(...due.map(({ key }) => key));
        after = due.at(-1) ?? null;
        if (after === null) break;
      }
      expect(seen).toEqual(items.map(({ key }) => key));
      expect(await store().due(t0, 10, { lookAt: t0, key: keyOf(698) })).toEqual([{ key: keyOf(699), generation: 1, lookAt: t0 }]);
    });

    test('is never an incident that has a successor, whatever it had left to do', async () => {
      const first = incident({ ...resolved, lookAt: t0 });
      const second = incident({ generation: 2, lookAt: t0 + 5 });
      await store().write(first, null);
      await store().archive(first);
      expect(await store().due(t0 + 9, 10)).toEqual([{ key: first.key, generation: 1, lookAt: t0 }]);
      await store().write(second, at(first));
      await store().writeArchived(nextVersion(first, { lookAt: t0 + 1 }), 1);
      expect(await store().due(t0 + 9, 10)).toEqual([{ key: first.key, generation: 2, lookAt: t0 + 5 }]);
      expect(await store().nextLookAt()).toBe(t0 + 5);
    });

    test('follows every write, and an incident with nothing left to do is never due', async () => {
      const item = incident({ lookAt: t0 + 5 });
      const other = incident({ key: keyOf(2), lookAt: t0 + 7 });
      expect(await store().nextLookAt()).toBeNull();
      await store().write(item, null);
      await store().write(other, null);
      expect(await store().nextLookAt()).toBe(t0 + 5);
      expect(await store().nextLookAt(t0 + 4)).toBe(t0 + 5);
      expect(await store().nextLookAt(t0 + 5)).toBe(t0 + 7);
      expect(await store().nextLookAt(t0 + 7)).toBeNull();
      expect((await store().due(t0 + 5, 10)).map(({ key }) => key)).toEqual([keyOf(1)]);
      const later = nextVersion(item, { lookAt: t0 + 9 });
      await store().write(later, at(item));
      expect(await store().nextLookAt()).toBe(t0 + 7);
      const back = nextVersion(later, { lookAt: t0 + 5 });
      await store().write(back, at(later));
      expect((await store().due(t0 + 9, 10)).map(({ key }) => key)).toEqual([keyOf(1), keyOf(2)]);
      await store().write(nextVersion(back, resolved), at(back));
      expect(await store().due(t0 + minute, 10)).toEqual([{ key: keyOf(2), generation: 1, lookAt: t0 + 7 }]);
    });

    test('stays in order through thousands of changes', async () => {
      let items = Array.from({ length: 50 }, (_, n) => incident({ key: keyOf(n), lookAt: t0 + n }));
      await Promise.all(items.map((item) => store().write(item, null)));
      for (let round = 1; round <= 40; round += 1) {
        const next = items.map((item, n) => nextVersion(item, { lookAt: t0 + ((n * 31 + round * 17) % 997) }));
        await Promise.all(next.map((item, n) => store().write(item, at(items[n]!))));
        items = next;
      }
      const expected = items.toSorted((a, b) => a.lookAt! - b.lookAt!).map((item) => item.lookAt);
      const lookAts = new Map(items.map((item) => [item.key, item.lookAt]));
      expect((await store().due(t0 + minute, 100)).map(({ key }) => lookAts.get(key))).toEqual(expected);
    });
  });

  describe('an incident that cannot be decided', () => {
    test('backs off and counts its failures until it is written again', async () => {
      const item = incident();
      await store().write(item, null);
      expect(await store().failures(item)).toBe(0);
      await store().backOff(item, 2, t0 + 2 * minute, false);
      expect(await store().failures(item)).toBe(2);
      expect(await store().due(t0 + minute, 10)).toEqual([]);
      expect(await store().nextLookAt()).toBe(t0 + 2 * minute);
      expect(await store().head(item.key)).toEqual(item);
      const mended = nextVersion(item, { lookAt: t0 + 3 * minute });
      expect(await store().write(mended, at(item))).toEqual({ ok: true });
      expect(await store().failures(item)).toBe(0);
      expect(await store().nextLookAt()).toBe(t0 + 3 * minute);
    });

    test('shows as failed and open once it is given up, even if it had ended', async () => {
      const item = incident(resolved);
      await store().write(item, null);
      expect(await store().countUnfinished()).toBe(0);
      await store().backOff(item, 3, t0 + minute, true);
      await store().backOff(item, 4, t0 + minute, true);
      expect(await store().countUnfinished()).toBe(0);
      const query = { service: null, severity: null, policy: null, limit: 10, cursor: null };
      expect((await store().list({ ...query, state: 'failed' })).incidents).toEqual([item]);
      expect((await store().list({ ...query, state: 'open' })).incidents).toEqual([item]);
      expect((await store().list({ ...query, state: 'resolved' })).incidents).toEqual([]);
      await store().write(nextVersion(item), at(item));
      expect(await store().countUnfinished()).toBe(0);
    });

    test('backs off nothing but itself', async () => {
      const first = incident(resolved);
      const second = incident({ generation: 2 });
      await store().write(first, null);
      await store().archive(first);
      await store().write(second, at(first));
      await store().backOff(first, 3, t0 + 5, true);
      expect(await store().failures(first)).toBe(3);
      expect(await store().failures(second)).toBe(0);
      expect(await store().nextLookAt()).toBe(second.lookAt);
      expect(await store().failures({ key: keyOf(9), generation: 1 })).toBe(0);
    });
  });
}
