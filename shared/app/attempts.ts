import type { Ports } from '../ports.ts';
import { Unavailable } from './use-cases.ts';

/** How often a lost race is tried anew: people are kept waiting rather than refused, machines repeat by themselves. */
export const attemptsFor = { people: 8, machines: 3 } as const;

const firstPauseMs = 5;

/**
 * Runs `attempt` until it answers. `null` means that somebody else wrote first; a throw may mean that the write was done and its answer lost, which the
 * next attempt finds out. Throws `Unavailable` when none succeeded.
 */
export async function untilCommitted<T>(
  ports: Pick<Ports, 'timers' | 'random'>,
  attempts: number,
  attempt: (number: number) => Promise<T | null>,
): Promise<T> {
  let fault: unknown = null;
  for (let number = 0; number < attempts; number += 1) {
    try {
      const answer = await attempt(number);
      if (answer !== null) return answer;
    } catch (cause) {
      fault = cause;
    }
    if (number + 1 < attempts) await ports.timers.sleep(firstPauseMs * 2 ** number * ports.random.fraction());
  }
  throw new Unavailable('nothing could be committed', { cause: fault });
}
