import { setTimeout as pause } from 'node:timers/promises';
import type { Timers } from '../../ports.ts';

/** Waiting by the timers of Node; nothing is left running when the work ends first. */
export function makeTimers(): Timers {
  return {
    sleep: (milliseconds) => pause(milliseconds),
    within<T>(milliseconds: number, work: () => Promise<T>) {
      return new Promise<T | 'timeout'>((resolve, reject) => {
        const timer = setTimeout(() => {
          resolve('timeout');
        }, milliseconds);
        work()
          .then(resolve, reject)
          .finally(() => {
            clearTimeout(timer);
          });
      });
    },
  };
}
