import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openRuntime, type Runtime } from '../../local/runtime.ts';
import { makeUpkeep } from '../../local/upkeep.ts';

describe('a machine that can store nothing, as on a full disk', () => {
  let runtime: Runtime;
  let alarms: string[];
  let full: boolean;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    alarms = [];
    full = false;
    runtime = openRuntime({
      ...{ folder: null, speed: 1, adminToken: null, address: 'http://127.0.0.1:8080' },
      log: { info: () => undefined, error: () => undefined, alarm: (event) => void alarms.push(event), measure: () => undefined },
      around: {
        transports: (transports) => transports,
        stores: (stores) => ({
          ...stores,
          state: {
            ...stores.state,
            putLastSweep: (at) => (full ? Promise.reject(new Error('database or disk is full')) : stores.state.putLastSweep(at)),
          },
        }),
      },
    });
  });

  afterEach(async () => {
    vi.useRealTimers();
    await runtime.close();
  });

  /** Lets real time pass, and what it set off come to its end. */
  async function minutes(count: number): Promise<void> {
    for (let minute = 0; minute < count; minute += 1) {
      vi.advanceTimersByTime(60_000);
      for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    }
  }

  test('raises an alarm of its own within a minute, once a minute, until it can store again', async () => {
    const upkeep = makeUpkeep(runtime);
    await upkeep.start();
    await minutes(2);
    expect(alarms).toEqual([]);

    full = true;
    await minutes(1);
    expect(alarms).toEqual(['store-fails']);
    await minutes(2);
    expect(alarms).toEqual(['store-fails', 'store-fails', 'store-fails']);

    full = false;
    await minutes(3);
    expect(alarms).toHaveLength(3);
    upkeep.stop();
  });
});
