import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { admit, quietAt, type Lane, type Traffic } from '../../shared/domain/flood.ts';

const second = 1000;
const t0 = Date.UTC(2026, 2, 2, 2);

interface Asked {
  readonly after: number;
  readonly lane: Lane;
  readonly holder: number;
}

interface Told {
  readonly at: number;
  readonly lane: Lane;
}

/** Pages that ask one after the other; every message that comes of it, and how long each page waits. */
function run(asked: readonly Asked[]): {
  readonly messages: readonly Told[];
  readonly waits: readonly (Told & { readonly wait: number })[];
} {
  let traffic: Traffic | null = null;
  let now = t0;
  const messages: Told[] = [];
  const waits: (Told & { readonly wait: number })[] = [];
  for (const [index, { after, lane, holder }] of asked.entries()) {
    now += after * second;
    // A store forgets what means nothing any more.
    if (traffic !== null && quietAt(traffic) <= now) traffic = null;
    const admission = admit(
      traffic,
      { holder: `page-${holder}-${index}`, lane, severity: 'high', now, early: lane === 'page' ? 0 : 60 },
      `bundle-${index}`,
    );
    const at = admission.kind === 'alone' ? now : admission.bundle.sendAt;
    waits.push({ at: now, lane, wait: at - now });
    if (admission.kind === 'join') continue;
    messages.push({ at, lane });
    traffic = admission.traffic;
  }
  return { messages, waits };
}

const asked = fc.array(
  fc.record({ after: fc.integer({ min: 0, max: 90 }), lane: fc.constantFrom<Lane>('page', 'reminder'), holder: fc.nat(9) }),
  { maxLength: 120 },
);

const most = (messages: readonly Told[], within: number): number =>
  Math.max(0, ...messages.map(({ at }) => messages.filter((one) => one.at > at - within * second && one.at <= at).length));

describe('messages to one contact, however the pages come', () => {
  test('are three in a minute at the most; of reminders one in a minute and three in half an hour', () => {
    fc.assert(
      fc.property(asked, (pages) => {
        const { messages } = run(pages);
        const reminders = messages.filter(({ lane }) => lane === 'reminder');
        expect(most(messages, 60)).toBeLessThanOrEqual(3);
        expect(most(reminders, 60)).toBeLessThanOrEqual(1);
        expect(most(reminders, 1800)).toBeLessThanOrEqual(3);
      }),
    );
  });

  test('wait a minute at the longest, reminders half an hour and a minute', () => {
    fc.assert(
      fc.property(asked, (pages) => {
        for (const { lane, wait } of run(pages).waits) expect(wait).toBeLessThanOrEqual((lane === 'page' ? 60 : 1860) * second);
      }),
    );
  });

  test('are never delayed after a minute without any', () => {
    fc.assert(
      fc.property(asked, (pages) => {
        const { messages, waits } = run(pages);
        for (const { at, lane, wait } of waits) {
          const quiet = !messages.some((one) => one.at > at - 60 * second && one.at < at + wait);
          if (quiet && lane === 'page') expect(wait).toBe(0);
        }
      }),
    );
  });
});

describe('a page that asks again', () => {
  const traffic = (...places: readonly (readonly [number, string])[]): Traffic => ({
    places: places.map(([at, holder]) => ({ at: t0 + at * second, lane: 'page', severity: 'high', holder })),
    open: { page: null, reminder: null },
  });

  test('has its place already, and moves it', () => {
    const before = traffic([0, 'a'], [1, 'b'], [2, 'c']);
    const again = admit(before, { holder: 'a', lane: 'page', severity: 'high', early: 0, now: t0 + 10 * second }, 'x');
    expect(again).toEqual({ kind: 'alone', traffic: traffic([1, 'b'], [2, 'c'], [10, 'a']) });
  });

  test('does not have it any more once the minute is over', () => {
    const before = traffic([0, 'a'], [20, 'b'], [21, 'c'], [22, 'd']);
    expect(admit(before, { holder: 'a', lane: 'page', severity: 'high', early: 0, now: t0 + 60 * second }, 'x')).toMatchObject({
      kind: 'open',
      bundle: { id: 'x', sendAt: t0 + 80 * second },
    });
  });
});
