import type { ContactHealth } from '../../../domain/contact-health.ts';
import type { Mute } from '../../../domain/mute.ts';
import type { Instant } from '../../../domain/time.ts';
import type { StateStore } from '../../../ports.ts';
import { readContactHealth, readMute, toRecord } from '../../../schema/records.ts';
import { expiring, jsonIn, n, numberIn, s, textIn, textOrNullIn, type Item } from './attributes.ts';
import { makeDynamoOverrides } from './overrides.ts';
import type { Key, Table } from './table.ts';

const muteKey = (service: string): Key => ({ pk: 'mute', sk: service });
/** So long whatever waits for a mute that is over is found by it. */
const muteKeptMs = 7 * 24 * 3_600_000;
const healthKey = (person: string, contact: string): Key => ({ pk: 'contact-health', sk: JSON.stringify([person, contact]) });
const sweepKey: Key = { pk: 'sweep', sk: 'last' };
const requestKey = (key: string): Key => ({ pk: `request#${key}`, sk: 'request' });

interface Options {
  /** Mutes are at most this old, in real milliseconds: every signal asks, and few services are muted. 0: the table is asked every time. */
  readonly mutesMaxAgeMs: number;
  readonly real: () => number;
  readonly heldByMute: StateStore['heldByMute'];
}

interface Kept<T> {
  get(): Promise<T>;
  forget(): void;
}

/** What was read, for a while. A failure is nobody's to keep. */
function kept<T>(maxAgeMs: number, real: () => number, read: () => Promise<T>): Kept<T> {
  let known: { readonly value: Promise<T>; readonly readAt: number } | null = null;
  return {
    get() {
      if (known !== null && real() - known.readAt < maxAgeMs) return known.value;
      const value = read();
      known = { value, readAt: real() };
      value.catch(() => (known = null));
      return value;
    },
    forget() {
      known = null;
    },
  };
}

/** What is outside both item and document, in the table. */
export function makeDynamoState(table: Table, { mutesMaxAgeMs, real, heldByMute }: Options): StateStore {
  const rowsOf = (pk: string): Promise<readonly Item[]> => table.all({ key: { expression: 'pk = :pk', values: { ':pk': s(pk) } } });
  const readMutes = async (): Promise<readonly Mute[]> => (await rowsOf('mute')).flatMap((row) => readMute(jsonIn(row, 'body')) ?? []);
  const mutes = kept(mutesMaxAgeMs, real, async () => new Map((await readMutes()).map((mute) => [mute.service, mute])));
  const muteRow = (mute: Mute): Item => ({ body: s(JSON.stringify(toRecord('mute', mute))), ...expiring(mute.until + muteKeptMs) });
  const endMute = async (service: string, at: Instant): Promise<boolean> => {
    const row = await table.get(muteKey(service));
    const mute = row === null ? null : readMute(jsonIn(row, 'body'));
    if (row === null || mute === null || mute.until <= at) return false;
    const asRead = { expression: 'body = :read', values: { ':read': s(textIn(row, 'body')) } };
    const ended = await table.put(muteKey(service), muteRow({ ...mute, until: at }), asRead);
    mutes.forget();
    // Somebody muted it anew meanwhile: then that is what ends.
    return ended.ok || endMute(service, at);
  };

  return {
    mute: async (service) => (await mutes.get()).get(service) ?? null,
    async putMute(mute) {
      await table.put(muteKey(mute.service), muteRow(mute));
      mutes.forget();
    },
    mutes: readMutes,
    endMute,
    heldByMute,
    contactHealth: async () =>
      (await rowsOf('contact-health')).flatMap((row): readonly ContactHealth[] => {
        const health = readContactHealth(jsonIn(row, 'body'));
        return health === null ? [] : [health];
      }),
    async putContactHealth(health) {
      await table.put(healthKey(health.person, health.contact), { body: s(JSON.stringify(toRecord('contactHealth', health))) });
    },
    ...makeDynamoOverrides(table),
    async lastSweep() {
      const row = await table.get(sweepKey);
      return row === null ? null : numberIn(row, 'realAt');
    },
    async putLastSweep(at) {
      await table.put(sweepKey, { realAt: n(at) });
    },
    async claimRequest(key, bodyHash, now, expiresAt) {
      const claimed = await table.put(
        requestKey(key),
        { bodyHash: s(bodyHash), expiresAt: n(expiresAt), ...expiring(expiresAt) },
        { expression: 'attribute_not_exists(pk) OR expiresAt <= :now', values: { ':now': n(now) } },
      );
      if (claimed.ok) return 'new';
      if (claimed.item === null) throw new Error('a request is known and its row was not returned');
      return { bodyHash: textIn(claimed.item, 'bodyHash'), answer: textOrNullIn(claimed.item, 'answer') };
    },
    async answerRequest(key, answer) {
      const change = { expression: 'SET answer = :answer', values: { ':answer': s(answer) } };
      await table.update(requestKey(key), change, { expression: 'attribute_exists(pk)' });
    },
  };
}
