import { describe, expect, test } from 'vitest';
import type { IncidentQuery } from '../../shared/ports.ts';
import { BadCursor, formatCursor, parseCursor } from '../../shared/schema/records-cursor.ts';
import type { Incident } from '../../shared/domain/incident.ts';
import { at, incident, keyOf, minute, nextVersion, note, page, resolved, signal, t0 } from './samples.ts';
import type { CurrentStores, KeptStores } from './current-stores.ts';

const all: IncidentQuery = { state: null, service: null, severity: null, policy: null, limit: 100, cursor: null };

export function incidentListContract(current: CurrentStores): void {
  const store = () => current().incidents;
  const create = async (...items: readonly Incident[]) => {
    await Promise.all(items.map((item) => store().write(item, null)));
  };
  const keys = async (query: Partial<IncidentQuery>) =>
    (await store().list({ ...all, ...query })).incidents.map(({ key, generation }) => `${key}-${generation}`);
  const id = (number: number, generation = 1) => `${keyOf(number)}-${generation}`;

  describe('the list of incidents', () => {
    test('shows the newest first and never a trigger that only waits', async () => {
      await create(
        incident({ key: keyOf(1), createdAt: t0 + 1 }),
        incident({ key: keyOf(2), createdAt: t0 + 3 }),
        incident({ key: keyOf(3), createdAt: t0 + 2 }),
        incident({ key: keyOf(4), createdAt: t0 + 4, generation: 0, state: 'pending' }),
      );
      expect(await keys({})).toEqual([id(2), id(3), id(1)]);
      expect(await keys({ state: 'open' })).toEqual([id(2), id(3), id(1)]);
      expect(await keys({ state: 'pending' })).toEqual([]);
      expect(await store().countUnfinished()).toBe(3);
    });

    test('can be narrowed to a state, a service, a severity, a policy', async () => {
      await create(
        incident({ key: keyOf(1), service: 'search' }),
        incident({ key: keyOf(2), severity: 'low', state: 'acknowledged' }),
        incident({ key: keyOf(3), policyId: 'night', ...resolved }),
      );
      expect(await keys({ service: 'search' })).toEqual([id(1)]);
      expect(await keys({ severity: 'low' })).toEqual([id(2)]);
      expect(await keys({ policy: 'night' })).toEqual([id(3)]);
      expect(await keys({ state: 'acknowledged' })).toEqual([id(2)]);
      expect(await keys({ state: 'resolved' })).toEqual([id(3)]);
      expect(await keys({ state: 'active', service: 'checkout' })).toEqual([]);
      expect(await keys({ state: 'open', service: 'search' })).toEqual([id(1)]);
    });

    test('shows as escalating while a level after the first has unsettled pages', async () => {
      const { position } = incident();
      const second = { ...position, level: 2 };
      await create(
        incident({ key: keyOf(1), position: second, outbox: [{ ...page, level: 2 }] }),
        incident({ key: keyOf(2), position: second, outbox: [{ ...page, level: 2, kind: 'notice' }] }),
        incident({ key: keyOf(3), outbox: [page] }),
      );
      expect(await keys({ state: 'escalating' })).toEqual([id(1)]);
      expect(await keys({ state: 'active' })).toEqual([id(3), id(2)]);
    });

    test('keeps what ended by itself open until someone acknowledges or resolves it', async () => {
      const ended = incident({ state: 'timed_out', endReason: 'exhausted' });
      await create(ended, incident({ key: keyOf(2), ...resolved }));
      expect(await keys({ state: 'open' })).toEqual([id(1)]);
      expect(await store().countUnfinished()).toBe(0);
      await store().write(nextVersion(ended, { acknowledged: { by: 'user:ana', at: t0 } }), at(ended));
      expect(await keys({ state: 'open' })).toEqual([]);
      expect(await keys({ state: 'timed_out' })).toEqual([id(1)]);
      expect(await store().countUnfinished()).toBe(0);
    });

    test('shows a predecessor once and no more as open, also while its successor is being written', async () => {
      const first = incident({ state: 'timed_out', endReason: 'exhausted' });
      await create(first);
      await store().archive(first);
      expect(await keys({})).toEqual([id(1, 1)]);
      await store().write(incident({ generation: 2, createdAt: t0 + minute }), at(first));
      expect(await keys({})).toEqual([id(1, 2), id(1, 1)]);
      expect(await keys({ state: 'open' })).toEqual([id(1, 2)]);
      expect(await keys({ state: 'timed_out' })).toEqual([id(1, 1)]);
      expect(await store().countUnfinished()).toBe(1);
    });

    test.each([null, 'open'] as const)('is paged without losing or doubling an incident (state %s)', async (state) => {
      const predecessors = Array.from({ length: 5 }, (_, n) => incident({ key: keyOf(n), createdAt: t0 + (n % 3), ...resolved }));
      await create(...predecessors);
      await Promise.all(predecessors.map((item) => store().archive(item)));
      await Promise.all(predecessors.map((item) => store().write(incident({ key: item.key, generation: 2, createdAt: t0 + 2 }), at(item))));
      await create(...Array.from({ length: 18 }, (_, n) => incident({ key: keyOf(100 + n), createdAt: t0 + (n % 4) })));
      const whole = await keys({ state });
      const paged: string[] = [];
      let cursor: string | null = null;
      let pages = 0;
      do {
        const listed = await store().list({ ...all, state, limit: 4, cursor });
        paged.push(...listed.incidents.map(({ key, generation }) => `${key}-${generation}`));
        cursor = listed.cursor;
        pages += 1;
      } while (cursor !== null);
      expect(paged).toEqual(whole);
      expect(new Set(paged).size).toBe(state === null ? 28 : 23);
      expect(pages).toBe(Math.ceil(whole.length / 4));
    });

    test('refuses a cursor it never gave', async () => {
      for (const cursor of ['nonsense', '', 'W10', formatCursor({ createdAt: t0, key: 'NOT A KEY', generation: 1 })]) {
        await expect(store().list({ ...all, cursor })).rejects.toBeInstanceOf(BadCursor);
      }
      const position = { createdAt: t0, key: keyOf(1), generation: 1 };
      expect(parseCursor(formatCursor(position))).toEqual(position);
    });
  });

  describe('held triggers', () => {
    const held = (number: number, reason: 'capacity' | 'muted' | 'cooldown', since: number, service = 'checkout') =>
      incident({ key: keyOf(number), generation: 0, service, held: { reason, since, until: since + minute, signal } });

    test('that wait for capacity are found oldest first', async () => {
      const oldest = held(3, 'capacity', t0 + 1);
      await create(held(1, 'capacity', t0 + 3), held(2, 'capacity', t0 + 2), oldest, held(4, 'muted', t0));
      expect(await store().heldForCapacity(2)).toEqual([
        { key: keyOf(3), generation: 0 },
        { key: keyOf(2), generation: 0 },
      ]);
      await store().write(nextVersion(oldest, { held: null }), at(oldest));
      expect((await store().heldForCapacity(10)).map(({ key }) => key)).toEqual([keyOf(2), keyOf(1)]);
    });

    test('that wait for the end of a mute are found by service', async () => {
      await create(held(1, 'muted', t0 + 1), held(2, 'muted', t0, 'search'), held(3, 'cooldown', t0), held(4, 'muted', t0));
      expect((await current().state.heldByMute(['checkout'], 10)).map(({ key }) => key)).toEqual([keyOf(4), keyOf(1)]);
      expect(await current().state.heldByMute(['checkout'], 1)).toEqual([{ key: keyOf(4), generation: 0 }]);
      expect(await current().state.heldByMute(['billing'], 10)).toEqual([]);
      expect(await current().state.heldByMute(['checkout', 'billing', 'search'], 10)).toHaveLength(3);
    });

    test('that cannot be read wait for their own time', async () => {
      await create(held(1, 'muted', t0), held(2, 'muted', t0 + 1));
      await store().backOff({ key: keyOf(1), generation: 0 }, 1, t0 + minute, false);
      expect((await current().state.heldByMute(['checkout'], 10)).map(({ key }) => key)).toEqual([keyOf(2)]);
    });
  });
}

/** What stores promise that remove by themselves what is old. */
export function incidentRetentionContract(current: KeptStores): void {
  const store = () => current().incidents;
  const create = async (...items: readonly Incident[]) => {
    await Promise.all(items.map((item) => store().write(item, null)));
  };

  describe('retention', () => {
    test('removes what ended long ago with all its rows and leaves everything else', async () => {
      const old = incident({ key: keyOf(1), ...resolved, updatedAt: t0 - minute });
      const kept = [
        incident({ key: keyOf(2), ...resolved, updatedAt: t0 }),
        incident({ key: keyOf(3), updatedAt: t0 - minute }),
        incident({ key: keyOf(4), ...resolved, updatedAt: t0 - minute, lookAt: t0 }),
      ];
      await create(old, ...kept);
      await store().fileEvents(old, [note(1)]);
      await store().addDuplicate(old, { commandId: 'a', at: t0, occurredAt: null });
      await store().putDetails(old, 'row', { at: t0, details: { a: 1 }, context: null });
      expect(await store().removeEndedBefore(t0, 10)).toBe(1);
      expect(await store().head(old.key)).toBeNull();
      expect(await store().filedEvents(old, 0, 10)).toEqual([]);
      expect((await store().duplicates(old)).count).toBe(0);
      expect(await store().details(old, 'row')).toBeNull();
      for (const item of kept) expect(await store().head(item.key)).toEqual(item);
      expect(await store().removeEndedBefore(t0, 10)).toBe(0);
    });

    test('removes predecessors before the incident that followed them, and at most as many as asked', async () => {
      const first = incident({ ...resolved, updatedAt: t0 - 2 * minute });
      const second = incident({ ...resolved, generation: 2, updatedAt: t0 - minute });
      await create(first);
      await store().archive(first);
      await store().write(second, at(first));
      expect(await store().removeEndedBefore(t0, 1)).toBe(1);
      expect(await store().get(first)).toBeNull();
      expect(await store().head(first.key)).toEqual(second);
      expect(await store().removeEndedBefore(t0, 1)).toBe(1);
      expect(await store().head(first.key)).toBeNull();
    });

    test('leaves an incident as long as a predecessor stays: its key would begin anew and meet it', async () => {
      const noted = incident({ ...resolved, updatedAt: t0 });
      const last = incident({ ...resolved, generation: 2, updatedAt: t0 - minute });
      await create(noted);
      await store().archive(noted);
      await store().write(last, at(noted));
      expect(await store().removeEndedBefore(t0, 10)).toBe(0);
      expect([await store().get(noted), await store().head(last.key)]).toEqual([noted, last]);
      expect(await store().removeEndedBefore(t0 + 1, 10)).toBe(2);
    });

    test('leaves a trigger that is still held, whenever it was written, and removes it with nothing held', async () => {
      const waiting = incident({
        ...{ key: keyOf(1), generation: 0, updatedAt: t0 - minute, lookAt: null },
        held: { reason: 'capacity', since: t0 - minute, until: t0 + minute, signal },
      });
      const due = { ...waiting, key: keyOf(2), lookAt: t0 + minute };
      const done = { ...waiting, key: keyOf(3), held: null };
      await create(waiting, due, done);
      expect(await store().removeEndedBefore(t0, 10)).toBe(1);
      expect([await store().head(waiting.key), await store().head(due.key), await store().head(done.key)]).toEqual([waiting, due, null]);
    });

    test('leaves the copy of an incident that still stands: its successor may be about to be written', async () => {
      const standing = incident({ ...resolved, updatedAt: t0 - minute, lookAt: t0 + minute });
      await create(standing);
      await store().archive(standing);
      expect(await store().removeEndedBefore(t0, 10)).toBe(0);
      await store().write(incident({ generation: 2 }), at(standing));
      expect(await store().get(standing)).toEqual(standing);
    });

    test('removes large details that no item came to name, once they are as old', async () => {
      const row = (instant: number) => ({ at: instant, details: { a: 1 }, context: null });
      const item = incident({ key: keyOf(1) });
      const orphan = { key: keyOf(2), generation: 1 };
      await create(item);
      await store().putDetails(item, 'named', row(t0 - minute));
      await store().putDetails(orphan, 'old', row(t0 - minute));
      await store().putDetails(orphan, 'new', row(t0));
      await store().removeEndedBefore(t0, 10);
      expect(await store().details(item, 'named')).toEqual(row(t0 - minute));
      expect(await store().details(orphan, 'old')).toBeNull();
      expect(await store().details(orphan, 'new')).toEqual(row(t0));
    });

    test('leaves the count of the unfinished ones right', async () => {
      await create(incident({ state: 'timed_out', lookAt: null, updatedAt: t0 - minute }), incident({ key: keyOf(2) }));
      expect(await store().countUnfinished()).toBe(1);
      expect(await store().removeEndedBefore(t0, 10)).toBe(1);
      expect(await store().countUnfinished()).toBe(1);
    });
  });
}
