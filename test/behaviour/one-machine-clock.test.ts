import { describe, expect, test } from 'vitest';
import { makePolicyClock, realStart, type MarkStore, type PolicyClock } from '../../shared/adapters/node/policy-clock.ts';
import { makeRealClock } from '../../shared/adapters/node/real-clock.ts';

type Mark = Parameters<MarkStore['write']>[0];

const noon = Date.UTC(2026, 0, 5, 12);
const second = 1000;
const hour = 3600 * second;

/** A machine whose clock on the wall and whose disk are in the hands of the test. */
function machine() {
  let wall = noon;
  let elapsed = 0;
  let kept: Mark | null = null;
  let diskFull = false;
  const marks: MarkStore = {
    read: () => kept,
    write: (mark) => {
      if (diskFull) throw new Error('the disk is full');
      kept = mark;
    },
  };
  return {
    pass: (milliseconds: number) => {
      wall += milliseconds;
      elapsed += milliseconds;
    },
    setWall: (instant: number) => {
      wall = instant;
    },
    suspend: (milliseconds: number) => {
      wall += milliseconds;
    },
    fillDisk: (full: boolean) => {
      diskFull = full;
    },
    realClock: () => makeRealClock(0, { wall: () => wall, elapsed: () => elapsed }),
    start: (speed = 1): PolicyClock =>
      makePolicyClock({ real: makeRealClock(realStart(kept, wall), { wall: () => wall, elapsed: () => elapsed }), speed, marks }),
  };
}

describe('real time', () => {
  test('goes on when the clock on the wall is set back', () => {
    const { realClock, pass, setWall } = machine();
    const real = realClock();
    pass(10 * second);
    setWall(noon - hour);
    expect(real()).toBe(noon + 10 * second);
    pass(second);
    expect(real()).toBe(noon + 11 * second);
  });

  test('catches up after the machine was suspended', () => {
    const { realClock, suspend } = machine();
    const real = realClock();
    suspend(hour);
    expect(real()).toBe(noon + hour);
  });
});

describe('policy time', () => {
  test('is real time at first, and runs as much faster as was asked', () => {
    const { start, pass } = machine();
    const clock = start(60);
    expect(clock.now()).toBe(noon);
    pass(second);
    expect(clock.now()).toBe(noon + 60 * second);
    expect(clock.toPolicy(1000)).toBe(60_000);
  });

  test('is moved on and never back', () => {
    const clock = machine().start();
    clock.moveTo(noon + hour);
    clock.moveTo(noon);
    expect(clock.now()).toBe(noon + hour);
    expect(clock.real()).toBe(noon);
  });

  test('goes on after a crash from where it had been moved to, and counts the outage', () => {
    const { start, pass } = machine();
    const clock = start();
    clock.reserve(noon + hour);
    clock.moveTo(noon + hour);
    pass(10 * second);
    expect(start().now()).toBe(noon + hour + 10 * second);
  });

  test('that was promised before a crash is not seen again', () => {
    const { start } = machine();
    start().reserve(noon + hour);
    expect(start().now()).toBe(noon + hour);
  });

  test.each([1, 60, 3600])('never goes back from one process to the next, whenever the first is killed (%i times as fast)', (speed) => {
    const { start, pass } = machine();
    let seen = 0;
    for (let life = 1; life <= 20; life += 1) {
      const clock = start(speed);
      expect(clock.now()).toBeGreaterThanOrEqual(seen);
      for (let step = 0; step < life; step += 1) {
        pass(137);
        if (step % Math.ceil(clock.markEveryMs / 137) === 0) clock.mark();
        seen = clock.now();
      }
    }
  });

  test('does not go back either when the clock on the wall was set back in between', () => {
    const { start, pass, setWall } = machine();
    const clock = start(60);
    pass(2 * second);
    const seen = clock.now();
    setWall(noon - hour);
    expect(start(60).now()).toBeGreaterThanOrEqual(seen);
  });

  test('stands still at a higher speed rather than to run where a crash would set it back', () => {
    const { start, pass, fillDisk } = machine();
    const clock = start(60);
    fillDisk(true);
    pass(hour);
    const seen = clock.now();
    expect(() => {
      clock.mark();
    }).toThrow('the disk is full');
    fillDisk(false);
    expect(start(1).now()).toBeGreaterThanOrEqual(seen);
  });

  test('does not run on while the program is stopped', () => {
    const { start, pass } = machine();
    const clock = start(60);
    pass(second);
    clock.mark('stopped');
    const seen = clock.now();
    pass(second);
    expect(start(60).now()).toBe(seen + second);
  });
});
