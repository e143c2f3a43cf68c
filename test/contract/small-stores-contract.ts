import { describe, expect, test } from 'vitest';
import type { DeclinedSignal, IngestKey, InboxMessage, ReplyCode, StoredConfig } from '../../shared/ports.ts';
import { expectOneWinner } from './one-winner.ts';
import { keyOf, minute, policy, t0 } from './samples.ts';
import type { CurrentStores, KeptStores } from './current-stores.ts';

const config = (version: number, policyVersions: Record<string, number>): StoredConfig => ({
  version,
  savedAt: t0 + version,
  document: { settings: { zone: 'Europe/Berlin' }, policies: [{ id: 'default' }] },
  policyVersions,
  policyTimes: { default: { createdAt: t0, updatedAt: t0 + version }, old: { createdAt: null, updatedAt: null } },
});

const code = (changes: Partial<ReplyCode> = {}): ReplyCode => ({
  number: '+15555550100',
  code: '4821',
  incident: { key: keyOf(1), generation: 1 },
  person: 'ana',
  cycle: 0,
  level: 1,
  expiresAt: t0 + minute,
  ...changes,
});

const declined = (id: string, changes: Partial<DeclinedSignal> = {}): DeclinedSignal => ({
  id,
  at: t0,
  service: 'checkout',
  dedupKey: 'errors',
  title: 'error rate',
  action: 'trigger',
  outcome: 'declined',
  reason: 'severity',
  incidentId: null,
  ...changes,
});

const message = (id: string, at: number): InboxMessage => ({
  id,
  at,
  channel: 'sms',
  to: '+15555550100',
  subject: null,
  text: `message ${id}`,
  kind: 'page',
  person: 'ana',
  incidentId: null,
  notificationId: null,
  ackUrl: null,
  code: '4821',
});

export function smallStoresContract(current: CurrentStores): void {
  configContract(current);
  keyContract(current);
  replyContract(current);
  stateContract(current);
  messageContract(current);
}

function configContract(current: CurrentStores): void {
  const store = () => current().config;

  describe('configuration', () => {
    test('is replaced only by who knew the current version', async () => {
      expect(await store().current()).toBeNull();
      const saves = [store().save(config(1, { default: 1 }), [policy(1)], 0), store().save(config(1, { default: 1 }), [policy(1)], 0)];
      expectOneWinner(await Promise.all(saves), true, [false, false]);
      expect(await store().current()).toEqual(config(1, { default: 1 }));
      expect(await store().save(config(3, {}), [], 2)).toBe(false);
      expect(await store().save(config(2, { default: 1 }), [], 1)).toBe(true);
      expect((await store().current())?.version).toBe(2);
    });

    test('keeps every version of a policy, also of one that was deleted', async () => {
      await store().save(config(1, { default: 1 }), [policy(1)], 0);
      await store().save(config(2, { default: 2 }), [policy(2, { description: 'changed' })], 1);
      await store().save(config(3, {}), [], 2);
      expect(await store().policy('default', 1)).toEqual(policy(1));
      expect(await store().policy('default', 2)).toEqual(policy(2, { description: 'changed' }));
      expect(await store().policy('default', 3)).toBeNull();
      expect(await store().latestPolicyVersions(['default', 'night'])).toEqual(new Map([['default', 2]]));
      expect(await store().latestPolicyVersions([])).toEqual(new Map());
    });

    test('never changes a version of a policy, and then saves nothing of it', async () => {
      await store().save(config(1, { default: 1 }), [policy(1)], 0);
      const save = store().save(config(2, { night: 1 }), [policy(1, { id: 'night' }), policy(1, { description: 'forged' })], 1);
      await expect(save).rejects.toThrow();
      expect(await store().policy('default', 1)).toEqual(policy(1));
      expect(await store().policy('night', 1)).toBeNull();
      expect((await store().current())?.version).toBe(1);
    });
  });
}

function keyContract(current: CurrentStores): void {
  const store = () => current().keys;
  const key: IngestKey = { id: 'k1', service: 'checkout', hash: 'h1', createdAt: t0, lastUsedAt: null };

  test('an ingest key is found by its hash until it is revoked', async () => {
    const other = { ...key, id: 'k2', hash: 'h2', createdAt: t0 + 1 };
    await store().put(other);
    await store().put(key);
    await store().put({ ...key, id: 'k3', hash: 'h3', service: 'search' });
    expect(await store().byHash('h1')).toEqual(key);
    expect(await store().byHash('h9')).toBeNull();
    expect(await store().list('checkout')).toEqual([key, other]);
    expect(await store().revoke('search', 'k1')).toBe(false);
    expect(await store().revoke('checkout', 'k1')).toBe(true);
    expect(await store().revoke('checkout', 'k1')).toBe(false);
    expect(await store().byHash('h1')).toBeNull();
    expect(await store().list('checkout')).toEqual([other]);
  });

  test('an ingest key tells its last use', async () => {
    await store().put(key);
    await store().touch('k1', t0 + 5);
    expect((await store().byHash('h1'))?.lastUsedAt).toBe(t0 + 5);
    await store().touch('k1', t0 + 6);
    expect((await store().byHash('h1'))?.lastUsedAt).toBe(t0 + 6);
    await store().touch('k1', t0 + 2 * minute);
    await store().touch('k1', t0 + minute);
    await store().touch('unknown', t0);
    expect((await store().list('checkout'))[0]?.lastUsedAt).toBe(t0 + 2 * minute);
  });
}

function replyContract(current: CurrentStores): void {
  const store = () => current().replies;
  const other = { key: keyOf(2), generation: 1 };

  describe('reply codes', () => {
    test('belong to one incident for a number, and are renewed with the newest position', async () => {
      expect(await store().claimCode(code(), t0)).toBe('ours');
      expect(await store().claimCode(code({ incident: other }), t0)).toBe('taken');
      expect(await store().claimCode(code({ incident: { key: keyOf(1), generation: 2 } }), t0)).toBe('taken');
      const renewed = code({ cycle: 1, level: 2, expiresAt: t0 + 2 * minute });
      expect(await store().claimCode(renewed, t0)).toBe('ours');
      expect(await store().findCode('+15555550100', '4821', t0)).toEqual(renewed);
      expect(await store().findCode('+15555550100', '4822', t0)).toBeNull();
      expect(await store().findCode('+15555550101', '4821', t0)).toBeNull();
    });

    test('are different for each number within an incident', async () => {
      await store().claimCode(code(), t0);
      expect(await store().claimCode(code({ number: '+15555550101' }), t0)).toBe('taken');
      expect(await store().claimCode(code({ number: '+15555550101', incident: other }), t0)).toBe('ours');
    });

    test('are taken by one of two who claim together', async () => {
      const claims = [store().claimCode(code(), t0), store().claimCode(code({ incident: other }), t0)];
      expectOneWinner(await Promise.all(claims), 'ours', ['taken', 'taken']);
    });

    test('are free again once they have expired', async () => {
      await store().claimCode(code(), t0);
      const later = t0 + minute;
      expect(await store().findCode('+15555550100', '4821', later)).toBeNull();
      expect(await store().claimCode(code({ incident: other, expiresAt: later + minute }), later)).toBe('ours');
      expect((await store().findCode('+15555550100', '4821', later))?.incident).toEqual(other);
      expect(await store().claimCode(code({ number: '+15555550101', expiresAt: later + minute }), later)).toBe('ours');
    });

    test('of a number are listed newest first', async () => {
      await store().claimCode(code({ code: '1111', expiresAt: t0 + 10 }), t0);
      await store().claimCode(code({ code: '2222', expiresAt: t0 + 30, incident: other }), t0);
      await store().claimCode(code({ code: '3333', expiresAt: t0 + 20, incident: { key: keyOf(3), generation: 1 } }), t0);
      await store().claimCode(code({ number: '+15555550101', code: '4444', incident: other }), t0);
      const codes = async (now: number) => (await store().codes('+15555550100', now)).map((row) => row.code);
      expect(await codes(t0)).toEqual(['2222', '3333', '1111']);
      expect(await codes(t0 + 10)).toEqual(['2222', '3333']);
    });
  });

  test('the guard of a number is changed only from the version that was read', async () => {
    expect(await store().guard('+1')).toEqual({ version: 0, wrong: [], ignoredUntil: null });
    const saves = [
      store().saveGuard('+1', { wrong: [t0], ignoredUntil: null }, 0),
      store().saveGuard('+1', { wrong: [], ignoredUntil: t0 }, 0),
    ];
    expectOneWinner(await Promise.all(saves), true, [false, false]);
    expect(await store().saveGuard('+1', { wrong: [t0, t0 + 1], ignoredUntil: t0 + minute }, 1)).toBe(true);
    expect(await store().guard('+1')).toEqual({ version: 2, wrong: [t0, t0 + 1], ignoredUntil: t0 + minute });
  });
}

function stateContract(current: CurrentStores): void {
  const store = () => current().state;

  test('a mute is over when it is ended, and stays written', async () => {
    const mute = { service: 'checkout', until: t0 + minute, reason: 'release', by: 'user:ana', since: t0 };
    await store().putMute(mute);
    expect(await store().mute('checkout')).toEqual(mute);
    expect(await store().mute('search')).toBeNull();
    await store().putMute({ ...mute, reason: 'longer release' });
    expect((await store().mute('checkout'))?.reason).toBe('longer release');
    expect(await store().endMute('search', t0 + 1)).toBe(false);
    expect(await store().endMute('checkout', t0 + 1)).toBe(true);
    expect(await store().endMute('checkout', t0 + 2)).toBe(false);
    expect((await store().mute('checkout'))?.until).toBe(t0 + 1);
    await store().putMute({ ...mute, service: 'search' });
    expect((await store().mutes()).map(({ service, until }) => [service, until]).toSorted()).toEqual([
      ['checkout', t0 + 1],
      ['search', t0 + minute],
    ]);
  });

  test('a mute that is written at the same moment is ended, or comes after the end', async () => {
    const mute = { service: 'checkout', until: t0 + minute, reason: 'release', by: 'user:ana', since: t0 };
    await store().putMute({ ...mute, until: t0 });
    const [, ended] = await Promise.all([store().putMute(mute), store().endMute('checkout', t0 + 1)]);
    expect((await store().mute('checkout'))?.until).toBe(ended ? t0 + 1 : mute.until);
  });

  test('a mute that is written while another is ended is not lost', async () => {
    const mute = { service: 'checkout', until: t0 + minute, reason: 'release', by: 'user:ana', since: t0 };
    await store().putMute(mute);
    await Promise.all([store().endMute('checkout', t0 + 1), store().putMute({ ...mute, reason: 'second release' })]);
    expect((await store().mute('checkout'))?.reason).toBe('second release');
  });

  test('the health of each contact is what was last said of it', async () => {
    const ill = { person: 'ana', contact: 'phone', unhealthy: { code: 'opted-out', since: t0 }, lastSentAt: null };
    const well = { person: 'ana', contact: 'phone', unhealthy: null, lastSentAt: t0 + 1 };
    await store().putContactHealth(ill);
    await store().putContactHealth({ ...ill, contact: 'mail' });
    await store().putContactHealth(well);
    const rows = await store().contactHealth();
    expect(rows).toHaveLength(2);
    expect(rows).toContainEqual(well);
    expect(rows).toContainEqual({ ...ill, contact: 'mail' });
  });

  test('the last sweep is remembered', async () => {
    expect(await store().lastSweep()).toBeNull();
    await store().putLastSweep(t0);
    await store().putLastSweep(t0 + minute);
    expect(await store().lastSweep()).toBe(t0 + minute);
  });

  test('a request is claimed once until it expires, and a repeat is given its answer', async () => {
    const claim = (bodyHash: string, now: number) => store().claimRequest('r1', bodyHash, now, now + minute);
    const claimed = (bodyHash: string) => ({ bodyHash, answer: null });
    const winner = expectOneWinner(await Promise.all([claim('b1', t0), claim('b2', t0)]), 'new', [claimed('b1'), claimed('b2')]);
    await store().answerRequest('r1', '{"ok":true}');
    expect(await claim('b1', t0 + 1)).toEqual({ bodyHash: ['b1', 'b2'][winner], answer: '{"ok":true}' });
    expect(await claim('b3', t0 + minute)).toBe('new');
    expect(await claim('b3', t0 + minute)).toEqual({ bodyHash: 'b3', answer: null });
  });
}

function messageContract(current: CurrentStores): void {
  test('a declined signal is kept once and listed newest first', async () => {
    const store = current().declined;
    await store.put(declined('d1'));
    await store.put(declined('d1', { title: 'again' }));
    await store.put(declined('d2', { at: t0 + 2, service: 'search' }));
    await store.put(declined('d3', { at: t0 + 1, outcome: 'held', incidentId: 'x-1' }));
    expect(await store.find('d1')).toEqual(declined('d1'));
    expect(await store.find('d9')).toBeNull();
    const ids = async (service: string | null, limit: number) => (await store.list(service, limit)).map(({ id }) => id);
    expect(await ids(null, 10)).toEqual(['d2', 'd3', 'd1']);
    expect(await ids('checkout', 10)).toEqual(['d3', 'd1']);
    expect(await ids(null, 1)).toEqual(['d2']);
  });
}

/** What stores promise that remove by themselves what is old, and the inbox of one machine. */
export function keptSmallStoresContract(current: KeptStores): void {
  const store = () => current().replies;

  test('the guard of a number goes once nothing in it is of this day, and starts anew', async () => {
    const guards = { quiet: [t0], newer: [t0, t0 + 2], ended: [], ignored: [] };
    const ignoredUntil: Readonly<Record<string, number>> = { ended: t0, ignored: t0 + 2 };
    for (const [number, wrong] of Object.entries(guards))
      await store().saveGuard(number, { wrong, ignoredUntil: ignoredUntil[number] ?? null }, 0);
    expect(await store().removeGuardsBefore(t0)).toBe(0);
    expect(await store().removeGuardsBefore(t0 + 1)).toBe(2);
    const versions = async () => Promise.all(Object.keys(guards).map(async (number) => (await store().guard(number)).version));
    expect(await versions()).toEqual([0, 1, 0, 1]);
    expect(await store().saveGuard('quiet', { wrong: [t0 + 5], ignoredUntil: null }, 0)).toBe(true);
    expect(await store().removeGuardsBefore(t0 + 6)).toBe(3);
    expect(await versions()).toEqual([0, 0, 0, 0]);
  });

  test('what has expired goes with the retention', async () => {
    await store().claimCode(code(), t0);
    await current().declined.put(declined('d1'));
    await current().state.claimRequest('r1', 'b', t0, t0 + minute);
    await current().incidents.removeEndedBefore(t0 + minute, 10);
    expect(await store().codes('+15555550100', t0)).toHaveLength(1);
    expect(await current().declined.find('d1')).toBeNull();
    await current().incidents.removeEndedBefore(t0 + minute + 1, 10);
    expect(await store().codes('+15555550100', t0)).toEqual([]);
    expect(await current().state.claimRequest('r1', 'b', t0, t0 + minute)).toBe('new');
  });

  test('however much has expired goes at once', async () => {
    const many = Array.from({ length: 5500 }, (_, n) => n);
    await Promise.all(many.map((n) => current().declined.put(declined(`d${n}`))));
    await Promise.all(many.map((n) => current().inbox.put(message(`m${n}`, t0))));
    await current().incidents.removeEndedBefore(t0 + 1, 10);
    expect(await current().declined.list(null, 10_000)).toEqual([]);
    expect(await current().inbox.removeBefore(t0 + 1)).toBe(5500);
    expect(await current().inbox.list(null, 10)).toEqual([]);
  });

  test('the inbox shows messages oldest first, once each, from where the reader left off', async () => {
    const store = current().inbox;
    await Promise.all(['a', 'b', 'c', 'd'].map((id, n) => store.put(message(id, t0 + n))));
    await store.put(message('b', t0 + 9));
    const ids = async (after: string | null, limit: number) => (await store.list(after, limit)).map(({ id }) => id);
    expect(await store.list(null, 1)).toEqual([message('a', t0)]);
    expect(await ids(null, 10)).toEqual(['a', 'b', 'c', 'd']);
    expect(await ids('b', 1)).toEqual(['c']);
    expect(await ids('d', 10)).toEqual([]);
    expect(await store.removeBefore(t0 + 2)).toBe(2);
    expect(await ids(null, 10)).toEqual(['c', 'd']);
    expect(await ids('c', 10)).toEqual(['d']);
  });
}
