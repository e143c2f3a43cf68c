import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../ports.ts';

/** Policy time at an instant of real time, and how fast it ran from then on. */
interface Mark {
  readonly real: Instant;
  readonly policy: Instant;
  readonly speed: number;
}

/** Where marks are kept; a mark that cannot be kept throws. */
export interface MarkStore {
  read(): Mark | null;
  write(mark: Mark): void;
}

export interface PolicyClock extends Clock {
  readonly speed: number;
  /** The speed of the process before, for leases it took. */
  readonly speedBefore: number;
  /** Makes sure that policy time will not be seen before `instant` again, even after a crash. */
  reserve(instant: Instant): void;
  /** Moves policy time on to the instant; without effect when that has passed. */
  moveTo(instant: Instant): void;
  /** Keeps a mark of the present; to be called every `markEveryMs` of real time, and with `stopped` at the end. */
  mark(stopped?: 'stopped'): void;
  readonly markEveryMs: number;
}

interface Options {
  readonly real: () => Instant;
  readonly speed: number;
  readonly marks: MarkStore;
}

/** Marks that end with the process. */
export const noMarks: MarkStore = { read: () => null, write: () => undefined };

const markEvery = (speed: number): number => (speed === 1 ? 30_000 : 1000);
/** For so long after a mark the process that left it may have gone on; a faster clock stands still rather than to run further without a new mark. */
const markValidFor = (speed: number): number => 2.5 * markEvery(speed);

/** Where real time starts in a process that finds this mark: the wall clock, unless that was set back before the mark. */
export const realStart = (mark: Mark | null, wall: Instant): Instant =>
  mark === null || wall >= mark.real ? wall : mark.real + markValidFor(mark.speed);

/** Where policy time goes on: the process before may have run as far as its mark was valid; since then it went at the pace of real time. */
function resume({ real, policy, speed }: Mark, now: Instant): Instant {
  const passed = Math.max(0, now - real);
  const ran = Math.min(passed, markValidFor(speed));
  return policy + ran * speed + passed - ran;
}

/**
 * Policy time: real time, `speed` times as fast since the start, moved on by `moveTo`. It never goes back, not even from one process to the next: marks
 * are kept while it runs.
 */
export function makePolicyClock({ real, speed, marks }: Options): PolicyClock {
  const before = marks.read();
  let base = { real: real(), policy: real() };
  if (before !== null) base = { ...base, policy: resume(before, base.real) };
  let reserved = base.policy;
  let markedAt = base.real;

  const at = (instant: Instant): Instant => {
    // At the pace of real time nothing can go wrong: an old mark leads to the same policy time as a new one.
    const until = speed === 1 ? instant : Math.min(instant, markedAt + markValidFor(speed));
    return base.policy + Math.max(0, until - base.real) * speed;
  };
  const now = (): Instant => Math.floor(at(real()));
  const keep = (speedAfter: number): void => {
    const instant = real();
    const policy = at(instant);
    marks.write({ real: instant, policy: Math.max(policy, reserved), speed: speedAfter });
    base = { real: instant, policy };
    markedAt = instant;
  };
  keep(speed);

  return {
    now,
    real,
    toPolicy: (realMilliseconds) => realMilliseconds * speed,
    speed,
    speedBefore: before?.speed ?? speed,
    reserve(instant) {
      reserved = Math.max(reserved, instant);
      keep(speed);
    },
    moveTo(instant) {
      const instantReal = real();
      if (instant > at(instantReal)) base = { real: instantReal, policy: Math.ceil(instant) };
    },
    mark(stopped) {
      keep(stopped === undefined ? speed : 1);
    },
    markEveryMs: markEvery(speed),
  };
}
