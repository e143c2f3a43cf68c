import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DueTimer } from '../../shared/adapters/node/due-timer.ts';
import { LocalQueue } from '../../shared/adapters/node/queue.ts';
import type { IncidentId } from '../../shared/domain/incident-id.ts';

const id = (key: string, generation = 1): IncidentId => ({ key, generation });

/** Work that ends when the test says so. */
function heldWork() {
  const started: string[] = [];
  const ends: (() => void)[] = [];
  const work = (one: IncidentId): Promise<void> => {
    started.push(`${one.key}-${one.generation}`);
    return new Promise((resolve) => ends.push(resolve));
  };
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    started,
    work,
    turn,
    endOne: async () => {
      ends.shift()?.();
      await turn();
      await turn();
    },
  };
}

const silent = { error: () => undefined };

const testContacts = (): Promise<void> => Promise.resolve();
const handoffs = testContacts;

describe('the queue of one machine', () => {
  test('looks once at an incident that was nudged many times', async () => {
    const { started, work, turn, endOne } = heldWork();
    const queue = new LocalQueue({ testContacts, handoffs, work, log: silent, concurrency: 8 });
    for (let nudges = 0; nudges < 5; nudges += 1) await queue.nudge(id('a'));
    await turn();
    await endOne();
    await queue.idle();
    expect(started).toEqual(['a-1']);
  });

  test('never looks twice at one key at the same time, and looks again when it was nudged meanwhile', async () => {
    const { started, work, turn, endOne } = heldWork();
    const queue = new LocalQueue({ testContacts, handoffs, work, log: silent, concurrency: 8 });
    await queue.nudge(id('a'));
    await turn();
    await queue.nudge(id('a'));
    await queue.nudge(id('a', 2));
    await turn();
    expect(started).toEqual(['a-1']);
    await endOne();
    await endOne();
    await endOne();
    await queue.idle();
    expect(started).toEqual(['a-1', 'a-1', 'a-2']);
  });

  test('works no more keys at once than it may [T-101]', async () => {
    const { started, work, turn, endOne } = heldWork();
    const queue = new LocalQueue({ testContacts, handoffs, work, log: silent, concurrency: 2 });
    for (const key of ['a', 'b', 'c']) await queue.nudge(id(key));
    await turn();
    expect(started).toEqual(['a-1', 'b-1']);
    await endOne();
    expect(started).toEqual(['a-1', 'b-1', 'c-1']);
  });

  test('goes on after a look that failed, and does not repeat it by itself', async () => {
    const faults: string[] = [];
    let looks = 0;
    const work = (): Promise<void> => {
      looks += 1;
      return Promise.reject(new Error('broken'));
    };
    const queue = new LocalQueue({ testContacts, handoffs, work, log: { error: (event) => faults.push(event) }, concurrency: 2 });
    await queue.nudge(id('a'));
    await queue.nudge(id('b'));
    await queue.idle();
    expect(looks).toBe(2);
    expect(faults).toEqual(['worker-failed', 'worker-failed']);
  });

  test('looks at handoffs once at a time, again when it was asked meanwhile, and beside incidents', async () => {
    const looks: (() => void)[] = [];
    const faults: string[] = [];
    const held = (): Promise<void> =>
      new Promise((resolve, reject) => {
        const first = looks.length === 0;
        looks.push(() => {
          if (first) resolve();
          else reject(new Error('broken'));
        });
      });
    const { started, work, turn, endOne } = heldWork();
    const log = { error: (event: string) => faults.push(event) };
    const queue = new LocalQueue({ testContacts, handoffs: held, work, log, concurrency: 2 });
    for (let asked = 0; asked < 3; asked += 1) await queue.handoffs();
    await queue.nudge(id('a'));
    await turn();
    expect([looks.length, started, queue.size]).toEqual([1, ['a-1'], 2]);
    await queue.handoffs();
    await endOne();
    looks[0]?.();
    await turn();
    await turn();
    expect(looks).toHaveLength(2);
    looks[1]?.();
    await queue.idle();
    expect([looks.length, faults]).toEqual([2, ['handoffs-failed']]);
  });

  test('ends what runs and starts nothing more when it stops', async () => {
    const { started, work, turn, endOne } = heldWork();
    const queue = new LocalQueue({ testContacts, handoffs, work, log: silent, concurrency: 1 });
    await queue.nudge(id('a'));
    await queue.nudge(id('b'));
    await turn();
    const stopped = queue.stop();
    await endOne();
    await stopped;
    expect(started).toEqual(['a-1']);
  });
});

describe('the timer of one machine [T-099]', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 5) });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Incidents by the instant at which they are to be looked at; a nudge is noted, and worked unless the test holds it back. */
  function timed(speed = 1) {
    const start = Date.now();
    const now = (): number => start + (Date.now() - start) * speed;
    const lookAts = new Map<string, number>();
    const nudged: { key: string; late: number }[] = [];
    const stuck = new Set<string>();
    let asked = 0;
    const timer = new DueTimer({
      clock: { now, real: () => Date.now(), speed },
      log: silent,
      nudge: ({ key }) => {
        nudged.push({ key, late: (now() - (lookAts.get(key) ?? 0)) / speed });
        if (stuck.has(key)) return;
        lookAts.delete(key);
        timer.noticed(key, null);
      },
      incidents: {
        due: (at, limit, after) => {
          asked += 1;
          const due = [...lookAts].map(([key, lookAt]) => ({ ...id(key), lookAt })).filter(({ lookAt }) => lookAt <= at);
          due.sort((a, b) => a.lookAt - b.lookAt || (a.key < b.key ? -1 : 1));
          const start = after === undefined || after === null ? 0 : due.findIndex(({ key }) => key === after.key) + 1;
          return Promise.resolve(due.slice(start, start + limit));
        },
        nextLookAt: (laterThan) => {
          const later = [...lookAts.values()].filter((lookAt) => lookAt > (laterThan ?? -Infinity));
          return Promise.resolve(later.length === 0 ? null : Math.min(...later));
        },
      },
    });
    const write = (key: string, afterSeconds: number): void => {
      lookAts.set(key, now() + afterSeconds * 1000);
      timer.noticed(key, now() + afterSeconds * 1000);
    };
    return { timer, write, nudged, stuck, asked: () => asked };
  }

  test.each([1, 60])(
    'nudges each incident within 50 ms of its instant, whatever the order of the writes (%i times as fast) [T-098]',
    async (speed) => {
      const { write, nudged } = timed(speed);
      write('late', 5400);
      write('soon', 30);
      write('first', 7);
      await vi.advanceTimersByTimeAsync(5_400_100 / speed);
      expect(nudged.map(({ key }) => key)).toEqual(['first', 'soon', 'late']);
      for (const { late } of nudged) expect(late).toBeLessThan(50);
    },
  );

  test('asks nothing of the store while nothing is due', async () => {
    const { write, asked } = timed();
    write('a', 3000);
    await vi.advanceTimersByTimeAsync(2_999_000);
    expect(asked()).toBe(0);
  });

  test('nudges an incident that does not move more and more rarely, and the others in time', async () => {
    const { write, nudged, stuck } = timed();
    stuck.add('poison');
    write('poison', 1);
    await vi.advanceTimersByTimeAsync(60_000);
    const before = nudged.length;
    expect(before).toBeLessThan(20);
    write('healthy', 30);
    await vi.advanceTimersByTimeAsync(31_000);
    expect(nudged.find(({ key }) => key === 'healthy')?.late).toBeLessThanOrEqual(50);
  });

  test('nudges an incident in time behind 1,500 that do not move', async () => {
    const { write, nudged, stuck } = timed();
    for (let n = 0; n < 1500; n += 1) {
      stuck.add(`stuck-${n}`);
      write(`stuck-${n}`, 1);
    }
    await vi.advanceTimersByTimeAsync(10_000);
    expect(new Set(nudged.map(({ key }) => key)).size).toBe(1500);
    write('healthy', 5);
    await vi.advanceTimersByTimeAsync(6000);
    expect(nudged.find(({ key }) => key === 'healthy')?.late).toBeLessThanOrEqual(50);
  });

  test('a look that takes long delays nobody else', async () => {
    const { write, nudged, stuck } = timed();
    stuck.add('slow');
    write('slow', 1);
    for (const [index, key] of ['a', 'b', 'c', 'd'].entries()) write(key, 1.113 + index * 0.217);
    await vi.advanceTimersByTimeAsync(3000);
    const others = nudged.filter(({ key }) => key !== 'slow');
    expect(others.map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd']);
    for (const { late } of others) expect(late).toBeLessThanOrEqual(1);
  });

  test('does nothing more once it is stopped', async () => {
    const { timer, write, nudged } = timed();
    write('a', 1);
    timer.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(nudged).toEqual([]);
  });
});
