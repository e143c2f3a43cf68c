import type { Instant } from '../../domain/time.ts';

/** So far the wall clock may lie ahead of elapsed time before it is believed: more is a suspended machine or a corrected clock. */
const believedDriftMs = 1000;

interface Watches {
  /** The clock on the wall, which may be set. */
  readonly wall: () => number;
  /** Elapsed time, which nobody sets, and which may stand still while the machine is suspended. */
  readonly elapsed: () => number;
}

// Asking `performance` loads a part of Node that a function needs for nothing else.
const watchesOfTheMachine: Watches = { wall: () => Date.now(), elapsed: () => Number(process.hrtime.bigint()) / 1e6 };

/** Real time in whole milliseconds since 1970: it follows the wall clock forward, and goes on evenly where that is set back. Never before `start`. */
export function makeRealClock(start: Instant = 0, { wall, elapsed }: Watches = watchesOfTheMachine): () => Instant {
  let wallThen = wall();
  let elapsedThen = elapsed();
  let then = Math.max(wallThen, start);
  return () => {
    const passed = elapsed() - elapsedThen;
    const drift = wall() - wallThen - passed;
    if (Math.abs(drift) <= believedDriftMs) return Math.floor(then + passed);
    then += passed + Math.max(0, drift);
    wallThen = wall();
    elapsedThen = elapsed();
    return Math.floor(then);
  };
}
