import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod/mini';
import type { IncidentEvent } from '../../domain/events.ts';
import type { IncidentId } from '../../domain/incident-id.ts';
import type { DetailsRow, Duplicate, DuplicateCount, IncidentStore } from '../../ports.ts';
import { readDetails, readEvent, toRecord } from '../../schema/records.ts';
import { jsonIn, numberIn, numberOrNullIn } from './columns.ts';
import type { Row } from './columns.ts';
import type { CommitQueue } from './commit-queue.ts';

export interface Timeline extends Pick<
  IncidentStore,
  'fileEvents' | 'filedEvents' | 'addDuplicate' | 'duplicates' | 'putDetails' | 'details'
> {
  /** Removes all rows of an incident, inside a transaction. */
  readonly remove: (id: IncidentId) => void;
}

/** How many command ids of duplicates are remembered. */
const remembered = 16;
const commandIds = z.array(z.string());

const putDuplicate = `
  INSERT INTO duplicate (key, generation, count, last_at, source_triggered_at, command_ids) VALUES (?, ?, 1, ?, ?, ?)
  ON CONFLICT (key, generation) DO UPDATE SET
    count = count + 1,
    last_at = max(last_at, excluded.last_at),
    source_triggered_at = max(ifnull(source_triggered_at, excluded.source_triggered_at), ifnull(excluded.source_triggered_at, source_triggered_at)),
    command_ids = excluded.command_ids`;

function prepare(database: DatabaseSync) {
  return {
    putEvent: database.prepare('INSERT INTO event (key, generation, seq, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING'),
    events: database.prepare('SELECT seq, body FROM event WHERE key = ? AND generation = ? AND seq > ? ORDER BY seq LIMIT ?'),
    putDuplicate: database.prepare(putDuplicate),
    duplicates: database.prepare('SELECT count, last_at, source_triggered_at, command_ids FROM duplicate WHERE key = ? AND generation = ?'),
    putDetails: database.prepare('INSERT OR REPLACE INTO details (key, generation, name, at, body) VALUES (?, ?, ?, ?, ?)'),
    details: database.prepare('SELECT body FROM details WHERE key = ? AND generation = ? AND name = ?'),
    removals: ['event', 'duplicate', 'details'].map((table) => database.prepare(`DELETE FROM ${table} WHERE key = ? AND generation = ?`)),
  };
}

const recentIn = (row: Row | undefined): readonly string[] => {
  const parsed = commandIds.safeParse(row === undefined ? [] : jsonIn(row, 'command_ids'));
  return parsed.success ? parsed.data : [];
};

/** What is kept beside the items: filed events, duplicates, large details. A row that cannot be read is reported and left out. */
export function makeTimeline(database: DatabaseSync, queue: CommitQueue, onError: (error: Error) => void): Timeline {
  const statements = prepare(database);
  const reported = (what: string, id: IncidentId): void => {
    onError(new Error(`${what} of incident ${id.key}-${id.generation} cannot be read and is left out`));
  };

  const eventsOf = (id: IncidentId, rows: readonly Row[]): readonly IncidentEvent[] =>
    rows.flatMap((row) => {
      const event = readEvent(jsonIn(row, 'body'));
      if (event === null) reported(`event ${numberIn(row, 'seq')}`, id);
      return event ?? [];
    });

  const count = (id: IncidentId, { commandId, at, occurredAt }: Duplicate): boolean => {
    const recent = recentIn(statements.duplicates.get(id.key, id.generation));
    if (recent.includes(commandId)) return false;
    const ids = JSON.stringify([...recent, commandId].slice(-remembered));
    statements.putDuplicate.run(id.key, id.generation, at, occurredAt, ids);
    return true;
  };

  return {
    fileEvents(id, events): Promise<void> {
      const file = (): (() => void) => {
        for (const event of events) statements.putEvent.run(id.key, id.generation, event.seq, JSON.stringify(toRecord('event', event)));
        return () => undefined;
      };
      return queue.write(queue.atomic(file));
    },
    filedEvents: (id, after, limit) => queue.read(() => eventsOf(id, statements.events.all(id.key, id.generation, after, limit))),
    addDuplicate: (id, duplicate) =>
      queue.write(() => {
        const counted = count(id, duplicate);
        return () => counted;
      }),
    duplicates: (id) =>
      queue.read((): DuplicateCount => {
        const row = statements.duplicates.get(id.key, id.generation);
        if (row === undefined) return { count: 0, lastAt: null, sourceTriggeredAt: null };
        return {
          count: numberIn(row, 'count'),
          lastAt: numberOrNullIn(row, 'last_at'),
          sourceTriggeredAt: numberOrNullIn(row, 'source_triggered_at'),
        };
      }),
    putDetails: (id, name, row) =>
      queue.write(() => {
        statements.putDetails.run(id.key, id.generation, name, row.at, JSON.stringify(toRecord('details', row)));
        return () => undefined;
      }),
    details: (id, name) =>
      queue.read((): DetailsRow | null => {
        const row = statements.details.get(id.key, id.generation, name);
        if (row === undefined) return null;
        const details = readDetails(jsonIn(row, 'body'));
        if (details === null) reported('the details', id);
        return details;
      }),
    remove(id): void {
      for (const removal of statements.removals) removal.run(id.key, id.generation);
    },
  };
}
