import fc from 'fast-check';

/** The same in each run, so that what one run finds the next finds again. */
export const seed = 20_260_803;
const mostMs = 50;
const repeats = 20;

/** One kind of parser or renderer, fed with whatever may come. */
export interface Family {
  readonly name: string;
  /** Throws, with the smallest input that was found, when a case throws, is wrong, or takes over 50 ms. */
  check(cases: number): void;
}

function wallMs(work: () => unknown): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}

/** What a machine that has other work takes from a case is not the case's: of several repeats the quickest counts, by the clock or by this thread's processor time. */
function leastMs(work: () => unknown): number {
  let least = Infinity;
  for (let repeat = 0; repeat < repeats && least > mostMs; repeat += 1) {
    const before = process.threadCpuUsage();
    const wall = wallMs(work);
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, wall, (user + system) / 1000);
  }
  return least;
}

/** `take` gives what is wrong with its result, if anything can be. `share`: of the cases, where one kind has several families. */
export const family = <T>(name: string, arbitrary: fc.Arbitrary<T>, take: (value: T) => readonly string[], share = 1): Family => ({
  name,
  check(cases) {
    const holds = (value: T): void => {
      let wrong: readonly string[] = [];
      const work = (): void => {
        wrong = take(value);
      };
      if (wallMs(work) > mostMs) {
        const least = leastMs(work);
        if (least > mostMs) throw new Error(`took ${least.toFixed(0)} ms, alone and at its best`);
      }
      if (wrong.length > 0) throw new Error(wrong.join('; '));
    };
    fc.assert(fc.property(arbitrary, holds), { seed, numRuns: Math.ceil(cases * share), verbose: fc.VerbosityLevel.None });
  },
});
