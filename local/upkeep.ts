import type { Runtime } from './runtime.ts';

interface Upkeep {
  /** Takes up what the process before left, and keeps sweeping from now on. */
  start(): Promise<void>;
  /** Removes what has been kept long enough, if an hour of policy time has passed since the last time. */
  retain(): Promise<void>;
  stop(): void;
}

const sweepEveryMs = 60_000;
const retainEveryMs = 3_600_000;
const removedAtOnce = 500;
const guardsKeptMs = 24 * 3_600_000;
/** A lease of the process before lasts 30 s at the longest, so this reaches past its end: what it held is looked at now. */
const pastLeasesMs = 31_000;
const everything = 1_000_000;

/** What runs beside the requests: the sweeper, the retention, the marks of the clock. */
export function makeUpkeep({ application, clock, stores, queue, timer, log, timers }: Runtime): Upkeep {
  const intervals: NodeJS.Timeout[] = [];
  // A machine that never runs for an hour removes, too.
  let retainedAt = -Infinity;

  const guarded = async (event: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (cause) {
      log.error(event, {}, cause);
    }
  };

  const remove = async (): Promise<void> => {
    const { retention } = (await application.configuration.directory()).settings;
    const now = clock.now();
    while ((await stores.incidents.removeEndedBefore(now - retention.incidents * 1000, removedAtOnce, now)) > 0) await timers.sleep(1);
    await stores.inbox.removeBefore(now - retention.messages * 1000);
    await stores.replies.removeGuardsBefore(now - guardsKeptMs);
  };

  const retain = async (): Promise<void> => {
    if (clock.now() - retainedAt < retainEveryMs) return;
    retainedAt = clock.now();
    await guarded('retention-failed', remove);
  };

  const every = (milliseconds: number, event: string, work: () => Promise<unknown>): void => {
    intervals.push(setInterval(() => void guarded(event, work), milliseconds).unref());
  };

  /** A sweep reads and writes the store: when it cannot, no level fires, and only a person can help. */
  const sweep = async (): Promise<void> => {
    try {
      await application.sweep();
    } catch (cause) {
      log.alarm('store-fails', {});
      throw cause;
    }
  };

  const takeUp = async (): Promise<void> => {
    const horizon = clock.now() + pastLeasesMs * Math.max(clock.speed, clock.speedBefore);
    for (const id of await stores.incidents.due(horizon, everything)) await queue.nudge(id);
    await queue.handoffs();
  };

  return {
    retain,
    async start() {
      await application.sweep();
      await takeUp();
      timer.look();
      every(sweepEveryMs, 'sweep-failed', sweep);
      every(sweepEveryMs, 'retention-failed', () => retain());
      every(clock.markEveryMs, 'clock-not-stored', () =>
        Promise.resolve().then(() => {
          clock.mark();
        }),
      );
    },
    stop() {
      for (const interval of intervals) clearInterval(interval);
      timer.stop();
    },
  };
}
