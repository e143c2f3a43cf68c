import { formatIncidentId } from '../../domain/incident-id.ts';
import type { IncidentId } from '../../domain/incident-id.ts';
import type { Instant } from '../../domain/time.ts';
import type { IncidentEvent } from '../../domain/events.ts';
import type { DetailsRow, DuplicateCount, IncidentStore } from '../../ports.ts';

interface Timeline extends Pick<IncidentStore, 'fileEvents' | 'filedEvents' | 'addDuplicate' | 'duplicates' | 'putDetails' | 'details'> {
  readonly remove: (id: IncidentId) => void;
  /** Forgets details from before the instant that no item can name. */
  readonly pruneDetails: (at: Instant, isKnown: (key: string) => boolean) => void;
}

interface Duplicates extends DuplicateCount {
  readonly recent: readonly string[];
}

/** How many command ids of duplicates are remembered. */
const remembered = 16;
const none: Duplicates = { count: 0, lastAt: null, sourceTriggeredAt: null, recent: [] };
const done = Promise.resolve();

/** What is kept beside the items: filed events, duplicates, large details. */
export function makeTimeline(): Timeline {
  const events = new Map<string, IncidentEvent[]>();
  const duplicates = new Map<string, Duplicates>();
  const details = new Map<string, { readonly key: string; readonly rows: Map<string, DetailsRow> }>();

  const file = (rows: IncidentEvent[], event: IncidentEvent): void => {
    const last = rows.at(-1);
    if (last === undefined || last.seq < event.seq) rows.push(event);
    else if (!rows.some((row) => row.seq === event.seq)) {
      rows.push(event);
      rows.sort((a, b) => a.seq - b.seq);
    }
  };

  return {
    fileEvents(id, added): Promise<void> {
      const name = formatIncidentId(id);
      const rows = events.get(name) ?? [];
      events.set(name, rows);
      for (const event of added) file(rows, event);
      return done;
    },
    filedEvents(id, after, limit): Promise<readonly IncidentEvent[]> {
      const rows = events.get(formatIncidentId(id)) ?? [];
      return Promise.resolve(rows.filter((event) => event.seq > after).slice(0, limit));
    },
    addDuplicate(id, { commandId, at, occurredAt }): Promise<boolean> {
      const name = formatIncidentId(id);
      const known = duplicates.get(name) ?? none;
      if (known.recent.includes(commandId)) return Promise.resolve(false);
      duplicates.set(name, {
        count: known.count + 1,
        lastAt: latest(known.lastAt, at),
        sourceTriggeredAt: latest(known.sourceTriggeredAt, occurredAt),
        recent: [...known.recent, commandId].slice(-remembered),
      });
      return Promise.resolve(true);
    },
    duplicates(id): Promise<DuplicateCount> {
      const { count, lastAt, sourceTriggeredAt } = duplicates.get(formatIncidentId(id)) ?? none;
      return Promise.resolve({ count, lastAt, sourceTriggeredAt });
    },
    putDetails(id, name, row): Promise<void> {
      const rows = details.get(formatIncidentId(id))?.rows ?? new Map<string, DetailsRow>();
      details.set(formatIncidentId(id), { key: id.key, rows: rows.set(name, row) });
      return done;
    },
    details: (id, name) => Promise.resolve(details.get(formatIncidentId(id))?.rows.get(name) ?? null),
    pruneDetails(at, isKnown): void {
      for (const { key, rows } of details.values()) {
        if (!isKnown(key)) for (const [name, row] of rows) if (row.at < at) rows.delete(name);
      }
    },
    remove(id): void {
      const name = formatIncidentId(id);
      events.delete(name);
      duplicates.delete(name);
      details.delete(name);
    },
  };
}

function latest(known: number | null, given: number | null): number | null {
  if (known === null || given === null) return known ?? given;
  return Math.max(known, given);
}
