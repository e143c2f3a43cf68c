import type { Instant } from '../../domain/time.ts';
import type { DeclinedSignal, DeclinedStore } from '../../ports.ts';

interface MapDeclined {
  readonly declined: DeclinedStore;
  readonly prune: (at: Instant) => void;
}

/** Signals that made no incident, in memory; `prune` forgets those before the instant. */
export function makeMapDeclined(): MapDeclined {
  const rows = new Map<string, DeclinedSignal>();
  const declined: DeclinedStore = {
    put(row): Promise<void> {
      if (!rows.has(row.id)) rows.set(row.id, row);
      return Promise.resolve();
    },
    find: (id) => Promise.resolve(rows.get(id) ?? null),
    list(service, limit): Promise<readonly DeclinedSignal[]> {
      const matching = [...rows.values()].filter((row) => service === null || row.service === service);
      return Promise.resolve(
        matching
          .reverse()
          .sort((a, b) => b.at - a.at)
          .slice(0, limit),
      );
    },
  };
  const prune = (at: Instant): void => {
    for (const row of rows.values()) if (row.at < at) rows.delete(row.id);
  };
  return { declined, prune };
}
