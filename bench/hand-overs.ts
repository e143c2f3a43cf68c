import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import type { Server } from './server.ts';

const handOver = z.object({
  incidentId: z.string().nullable(),
  person: z.string(),
  /** When the call to the transport began, in milliseconds since 1970. */
  beganAt: z.number(),
  /** When the message was durable in the inbox, on the clock of `monotonicMs`. */
  durable: z.number(),
});

/** A message that was handed over. */
export type HandOver = z.infer<typeof handOver>;

const waitMs = 30_000;

/** Takes so many hand-overs from an observed server; fails when they do not come. */
export async function takeHandOvers({ child }: Server, count: number): Promise<readonly HandOver[]> {
  const taken: HandOver[] = [];
  const end = performance.now() + waitMs;
  while (taken.length < count) {
    if (performance.now() > end) throw new Error(`of ${count} messages ${taken.length} were handed over`);
    await pause(100);
    const told = once(child, 'message');
    child.send('tell');
    const [message] = z.tuple([z.unknown()], z.unknown()).parse(await told);
    taken.push(...z.array(handOver).parse(message));
  }
  return taken;
}
