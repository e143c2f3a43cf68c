import * as z from 'zod/mini';
import type { TakingPorts } from '../ports.ts';

/** What came of the test pages to a person's contacts; `done` is false while some are still under way. */
export interface ContactTest {
  readonly done: boolean;
  readonly results: readonly { readonly contact: string; readonly channel: string; readonly ok: boolean; readonly code: string | null }[];
}

/** How long the caller is kept waiting for the results. */
const waitMs = 10_000;
const lookEveryMs = 50;
const keptMs = 3600_000;

const stored = z.object({
  done: z.boolean(),
  results: z.array(z.object({ contact: z.string(), channel: z.string(), ok: z.boolean(), code: z.nullable(z.string()) })),
});

const nameOf = (id: string): string => `contact-test-${id}`;

/** Asks the worker for a test of a person's contacts and waits up to 10 s for what comes of it. */
export function makeContactTest(
  ports: Pick<TakingPorts, 'clock' | 'random' | 'timers' | 'state' | 'queue'>,
): (person: string) => Promise<ContactTest> {
  const look = async (id: string): Promise<ContactTest | null> => {
    const now = ports.clock.now();
    const found = await ports.state.claimRequest(nameOf(id), '', now, now + keptMs);
    return found === 'new' || found.answer === null ? null : stored.parse(JSON.parse(found.answer));
  };
  return async (person) => {
    const id = ports.random.id();
    await look(id);
    await ports.queue.testContacts({ id, person });
    let found: ContactTest | null = null;
    for (let waited = 0; waited < waitMs; waited += lookEveryMs) {
      found = await look(id);
      if (found?.done === true) return found;
      await ports.timers.sleep(lookEveryMs);
    }
    return found ?? { done: false, results: [] };
  };
}

/** Keeps what the worker knows so far, for the one who asked. */
export const keepTestResult = (ports: Pick<TakingPorts, 'state'>, id: string, result: ContactTest): Promise<void> =>
  ports.state.answerRequest(nameOf(id), JSON.stringify(result));
