import type { Ports } from '../ports.ts';
import { Unavailable } from './use-cases.ts';

/** How often a lost race is tried anew: people are kept waiting rather than refused, machines repeat by themselves. */
export const attemptsFor = { people: 8, machines: 3 } as const;

const firstPauseMs = 5;

/** Waits before a lost race is tried anew: longer each time, and by chance, so that those who lost together part. `lost` counts from 0. */
export const pause = ({ timers, random }: Pick<Ports, 'timers' | 'random'>, lost: number): Promise<void> =>
  timers.sleep(firstPauseMs * 2 ** lost * random.fraction());

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
    if (number + 1 < attempts) await pause(ports, number);
  }
  throw new Unavailable('nothing could be committed', { cause: fault });
}
