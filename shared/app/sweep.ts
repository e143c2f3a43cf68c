import type { Instant } from '../domain/time.ts';
import type { Due, Ports } from '../ports.ts';
import { sweepMutes } from './mutes.ts';
import { nudgeAll } from './nudge.ts';

const pageSize = 1000;
/** How many overdue incidents one run nudges at most; the next run starts with the oldest again. */
const sweepLimit = 100_000;

/** What a run found: how many are overdue, and how long the first of them has been. */
interface Swept {
  readonly found: number;
  readonly oldestOverdueSeconds: number;
}

type SweepPorts = Pick<Ports, 'incidents' | 'handoffs' | 'queue' | 'clock' | 'state' | 'log'>;

async function sweepHandoffs({ handoffs, queue, clock }: SweepPorts): Promise<void> {
  const lookAt = (await handoffs.current())?.lookAt ?? null;
  if (lookAt !== null && lookAt <= clock.now()) await queue.handoffs();
}

/** What waits for incidents, and holds up neither them nor the mark that the sweeper ran. */
async function afterIncidents(ports: SweepPorts, event: string, sweep: () => Promise<void>): Promise<void> {
  try {
    await sweep();
  } catch (cause) {
    ports.log.error(event, {}, cause);
  }
}

/**
 * The second path, always hot: nudges every incident whose `lookAt` has passed, those behind others that do not move too, and leaves its mark that it
 * ran. Then it has handoffs looked at, when it is time, and whatever a mute held that is over. From `until` on (real time) it nudges no more: the next
 * run starts with the oldest again.
 */
export function makeSweep(ports: SweepPorts): (until?: Instant) => Promise<Swept> {
  return async (until = Infinity) => {
    const now = ports.clock.now();
    let found = 0;
    let oldest = now;
    let last: Due | null = null;
    do {
      const due: readonly Due[] = await ports.incidents.due(now, pageSize, last);
      await nudgeAll(ports, due, until);
      found += due.length;
      oldest = Math.min(oldest, due[0]?.lookAt ?? oldest);
      last = due.length < pageSize ? null : (due.at(-1) ?? null);
    } while (last !== null && found < sweepLimit && ports.clock.real() < until);
    await ports.state.putLastSweep(ports.clock.real());
    await afterIncidents(ports, 'handoffs-not-swept', () => sweepHandoffs(ports));
    await afterIncidents(ports, 'mutes-not-swept', () => sweepMutes(ports, until));
    return { found, oldestOverdueSeconds: (now - oldest) / 1000 };
  };
}
