import { describe, expect, test } from 'vitest';
import type { BundleMember } from '../../shared/domain/bundle.ts';
import type { Traffic } from '../../shared/domain/flood.ts';
import type { CurrentStores, KeptStores } from './current-stores.ts';
import { expectOneWinner } from './one-winner.ts';
import { keyOf, minute, t0 } from './samples.ts';

const ana = 'sms +15555550100';
const sent = (at: number): Traffic => ({
  places: [{ at, lane: 'page', severity: 'high', holder: 'a-1' }],
  open: { page: null, reminder: null },
});

const bundle = { id: keyOf(9), sendAt: t0 + minute, expiresAt: t0 + 2 * minute };

const member = (number: number, changes: Partial<BundleMember> = {}): BundleMember => ({
  incident: { key: keyOf(number), generation: 1 },
  ...{ n: 1, person: 'ana', madeAt: t0, cycle: 0, level: 1, service: 'checkout', title: 'error rate', severity: 'high' },
  ...changes,
});

export function bundleContract(current: CurrentStores): void {
  const store = () => current().bundles;

  describe('the traffic of a contact', () => {
    test('is written by one of two who begin together, and the other gets what stands there', async () => {
      const saves = [store().saveTraffic(ana, sent(t0), null, t0), store().saveTraffic(ana, sent(t0 + 1), null, t0)];
      const lostTo = (at: number) => ({ ok: false, current: { ...sent(at), version: 1 } });
      expectOneWinner(await Promise.all(saves), { ok: true }, [lostTo(t0), lostTo(t0 + 1)]);
    });

    test('is replaced only by who knew its version', async () => {
      await store().saveTraffic(ana, sent(t0), null, t0);
      const saves = [store().saveTraffic(ana, sent(t0 + 1), 1, t0 + 1), store().saveTraffic(ana, sent(t0 + 2), 1, t0 + 2)];
      const lostTo = (at: number) => ({ ok: false, current: { ...sent(at), version: 2 } });
      expectOneWinner(await Promise.all(saves), { ok: true }, [lostTo(t0 + 1), lostTo(t0 + 2)]);
      expect(await store().saveTraffic(ana, sent(t0 + 2), 2, t0 + 2)).toEqual({ ok: true });
    });

    test('of one that has been quiet is replaced unseen, and who knew the version before cannot write any more', async () => {
      await store().saveTraffic(ana, sent(t0), null, t0);
      expect(await store().saveTraffic(ana, sent(t0), null, t0 + minute - 1)).toMatchObject({ ok: false });
      expect(await store().saveTraffic(ana, sent(t0 + minute), null, t0 + minute)).toEqual({ ok: true });
      const late = await store().saveTraffic(ana, sent(t0), 1, t0 + minute);
      expect(late).toEqual({ ok: false, current: { ...sent(t0 + minute), version: 2 } });
    });

    test('with a reminder or an open bundle is not quiet while that counts', async () => {
      const reminded: Traffic = { ...sent(t0), places: [{ at: t0, lane: 'reminder', severity: 'high', holder: 'a-1' }] };
      await store().saveTraffic(ana, reminded, null, t0);
      expect(await store().saveTraffic(ana, sent(t0), null, t0 + 30 * minute - 1)).toEqual({
        ok: false,
        current: { ...reminded, version: 1 },
      });
      const opened: Traffic = {
        places: [{ at: t0 + minute, lane: 'page', severity: 'high', holder: 'b-1' }],
        open: { page: { id: 'b-1', sendAt: t0 + minute }, reminder: null },
      };
      await store().saveTraffic('sms +2', opened, null, t0);
      expect(await store().saveTraffic('sms +2', sent(t0), null, t0 + 90_000)).toEqual({ ok: false, current: { ...opened, version: 1 } });
    });

    test('is each contact’s own', async () => {
      await store().saveTraffic(ana, sent(t0), null, t0);
      expect(await store().saveTraffic('email +15555550100', sent(t0), null, t0)).toEqual({ ok: true });
    });
  });

  describe('a bundle', () => {
    test('is opened once, and found as it stands', async () => {
      expect(await store().find(bundle.id)).toBeNull();
      const opened = { ...bundle, version: 1, carrier: null, result: null };
      expect(await store().open(bundle)).toEqual(opened);
      const closed = { ...opened, version: 2, carrier: { claim: 'c1', until: t0 } };
      expect(await store().save(closed)).toBe(true);
      expect(await store().open(bundle)).toEqual(closed);
      expect(await store().find(bundle.id)).toEqual(closed);
    });

    test('is carried by one of two who claim it together', async () => {
      const opened = await store().open(bundle);
      const claims = ['c1', 'c2'];
      const saves = claims.map((claim) => store().save({ ...opened, version: 2, carrier: { claim, until: t0 } }));
      const winner = expectOneWinner(await Promise.all(saves), true, [false, false]);
      expect((await store().find(bundle.id))?.carrier?.claim).toBe(claims[winner]);
    });

    test.each([
      { kind: 'sent', at: t0, providerId: 'p1', plain: false },
      { kind: 'failed', permanent: true, code: 'opted-out', retryAfter: null },
      { kind: 'dissolved' },
    ] as const)('keeps what came of it: $kind', async (result) => {
      const opened = await store().open(bundle);
      await store().save({ ...opened, version: 2, result });
      expect((await store().find(bundle.id))?.result).toEqual(result);
      expect(await store().save({ ...opened, version: 2, result: null })).toBe(false);
    });

    test('that was never opened cannot be written', async () => {
      expect(await store().save({ ...bundle, version: 2, carrier: null, result: null })).toBe(false);
    });

    test('has one member for each incident, the last that was put, also before it is opened', async () => {
      expect(await store().members(bundle.id)).toEqual([]);
      await Promise.all([store().putMember(bundle, member(1)), store().putMember(bundle, member(2))]);
      await store().putMember(bundle, member(1, { n: 2, person: 'ben' }));
      await store().putMember(bundle, member(1, { incident: { key: keyOf(1), generation: 2 } }));
      await store().putMember({ ...bundle, id: keyOf(8) }, member(3));
      const members = await store().members(bundle.id);
      expect(members).toHaveLength(3);
      expect(members).toContainEqual(member(1, { n: 2, person: 'ben' }));
      expect(members).toContainEqual(member(2));
    });

    test('may have very many members', async () => {
      await Promise.all(Array.from({ length: 1200 }, (_, number) => store().putMember(bundle, member(number))));
      expect(await store().members(bundle.id)).toHaveLength(1200);
    });
  });
}

/** What stores promise that remove by themselves what is old. */
export function bundleRetentionContract(current: KeptStores): void {
  const store = () => current().bundles;

  test('a bundle and its members go once they have expired', async () => {
    await store().open(bundle);
    await store().putMember(bundle, member(1));
    await current().incidents.removeEndedBefore(bundle.expiresAt, 10);
    expect(await store().find(bundle.id)).not.toBeNull();
    expect(await store().members(bundle.id)).toHaveLength(1);
    await current().incidents.removeEndedBefore(bundle.expiresAt + 1, 10);
    expect(await store().find(bundle.id)).toBeNull();
    expect(await store().members(bundle.id)).toEqual([]);
  });

  test('the traffic of a contact goes some time after it means nothing, and is written anew by whoever knew it', async () => {
    await store().saveTraffic(ana, sent(t0), null, t0);
    await current().incidents.removeEndedBefore(t0 + minute, 10);
    expect(await store().saveTraffic(ana, sent(t0), null, t0)).toMatchObject({ ok: false });
    await current().incidents.removeEndedBefore(t0 + minute + 1, 10);
    expect(await store().saveTraffic(ana, sent(t0 + minute), 1, t0 + minute)).toEqual({ ok: true });
  });
}
