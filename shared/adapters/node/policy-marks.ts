import * as z from 'zod/mini';
import { readIfThere, writeDurably } from './durable-file.ts';
import type { MarkStore } from './policy-clock.ts';

const mark = z.object({ real: z.number(), policy: z.number(), speed: z.number().check(z.positive()) });

/** Marks of the policy clock in a file. Reading throws when the file holds no mark: starting without it could set the clock back. */
export function openMarks(path: string): MarkStore {
  return {
    read() {
      const text = readIfThere(path);
      if (text === null) return null;
      try {
        return mark.parse(JSON.parse(text));
      } catch (cause) {
        throw new Error(`${path} does not hold the state of the clock`, { cause });
      }
    },
    write(next) {
      writeDurably(path, `${JSON.stringify(next)}\n`);
    },
  };
}
