import type { DatabaseSync } from 'node:sqlite';
import type { IncidentId } from '../../domain/incident-id.ts';
import type { Incident } from '../../domain/incident.ts';
import { needsSomebody, shownState } from '../../domain/shown-state.ts';
import { isUnfinished } from '../../domain/states.ts';
import type { Instant } from '../../domain/time.ts';
import type { Due, Expected, Stored } from '../../ports.ts';
import { readIncident } from '../../schema/records.ts';
import { jsonIn, numberIn, textIn } from './columns.ts';
import type { Row } from './columns.ts';
import { ItemCache } from './item-cache.ts';

const insertHead = `
  INSERT INTO head (generation, version, service, severity, policy, state, open, created_at, updated_at, look_at, held_reason, held_since, body, key)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const updateHead = `
  UPDATE head SET generation = ?, version = ?, service = ?, severity = ?, policy = ?, state = ?, open = ?, created_at = ?, updated_at = ?, look_at = ?,
    held_reason = ?, held_since = ?, body = ?, failures = 0, failed = 0
  WHERE key = ?`;

const backOffHead = `
  UPDATE head SET look_at = :lookAt, failures = :failures, failed = :failed,
    state = iif(:failed, 'failed', state), open = iif(:failed AND generation > 0, 1, open)
  WHERE key = :key AND generation = :generation`;

/** What a row says of its item: the item, or as much as the columns know of one that cannot be read. */
export function storedIn(row: Row): Stored {
  const item = readIncident(jsonIn(row, 'body'));
  const key = textIn(row, 'key');
  const generation = numberIn(row, 'generation');
  const version = numberIn(row, 'version');
  if (item !== null && item.key === key && item.generation === generation && item.version === version) return item;
  return { unreadable: true, key, generation, version, service: textIn(row, 'service'), failures: numberIn(row, 'failures') };
}

export const idIn = (row: Row): IncidentId => ({ key: textIn(row, 'key'), generation: numberIn(row, 'generation') });

const isExpected = (row: Row | undefined, expected: Expected): boolean =>
  row === undefined || expected === null
    ? row === undefined && expected === null
    : row['generation'] === expected.generation && row['version'] === expected.version;

const unfinishedStates = ['pending', 'active', 'escalating', 'acknowledged'];
const countUnfinished = `SELECT count(*) AS count FROM head INDEXED BY head_open WHERE open = 1 AND state IN ('${unfinishedStates.join("', '")}')`;

/** 1 for a row of an unfinished incident, else 0. */
const unfinishedIn = (row: Row | undefined): number =>
  row !== undefined && numberIn(row, 'open') === 1 && unfinishedStates.includes(textIn(row, 'state')) ? 1 : 0;

/**
 * The table of heads, with its cache and the count of the unfinished ones. Writes run inside a transaction and return what follows its
 * commit: cache and count see only what has been committed.
 */
export class HeadTable {
  readonly #cache: ItemCache;
  readonly #statements;
  #unfinished: number;

  constructor(database: DatabaseSync, cachedItems: number) {
    this.#cache = new ItemCache(cachedItems);
    this.#statements = {
      peek: database.prepare('SELECT generation, version, open, state FROM head WHERE key = ?'),
      read: database.prepare('SELECT key, generation, version, service, failures, body FROM head WHERE key = ?'),
      insert: database.prepare(insertHead),
      update: database.prepare(updateHead),
      backOff: database.prepare(backOffHead),
      remove: database.prepare('DELETE FROM head WHERE key = ? AND generation = ?'),
      failures: database.prepare('SELECT failures FROM head WHERE key = ? AND generation = ?'),
      due: database.prepare(
        `SELECT key, generation, look_at FROM head WHERE look_at <= ? AND (look_at, key) > (?, ?) ORDER BY look_at, key LIMIT ?`,
      ),
      next: database.prepare('SELECT look_at FROM head WHERE look_at > ? ORDER BY look_at LIMIT 1'),
      held: database.prepare(
        'SELECT key, generation FROM head WHERE held_reason = ?1 AND failures = 0 AND (?2 IS NULL OR service IN (SELECT value FROM json_each(?2))) ORDER BY held_since, key LIMIT ?3',
      ),
    };
    this.#unfinished = Number(database.prepare(countUnfinished).get()?.['count']);
  }

  get unfinished(): number {
    return this.#unfinished;
  }

  read(key: string): Stored | null {
    const cached = this.#cache.get(key);
    if (cached !== null) return cached;
    const stored = this.readRow(key);
    if (stored !== null && !('unreadable' in stored)) this.#cache.set(stored);
    return stored;
  }

  /** The row as it is now, past the cache, which lags behind within a batch of writes. */
  readRow(key: string): Stored | null {
    const row = this.#statements.read.get(key);
    return row === undefined ? null : storedIn(row);
  }

  /** Null when another item than the expected one stands there. */
  write(item: Incident, expected: Expected): (() => void) | null {
    const before = this.#statements.peek.get(item.key);
    if (!isExpected(before, expected)) return null;
    const open = item.generation > 0 && needsSomebody(item);
    const statement = before === undefined ? this.#statements.insert : this.#statements.update;
    statement.run(
      item.generation,
      item.version,
      item.service,
      item.severity,
      item.policyId,
      shownState(item),
      Number(open),
      item.createdAt,
      item.updatedAt,
      item.lookAt,
      item.held?.reason ?? null,
      item.held?.since ?? null,
      JSON.stringify(item),
      item.key,
    );
    const change = Number(item.generation > 0 && isUnfinished(item.state)) - unfinishedIn(before);
    return () => {
      this.#cache.set(item);
      this.#unfinished += change;
    };
  }

  /** Null when the head is of another generation, or there is none. */
  backOff({ key, generation }: IncidentId, failures: number, lookAt: Instant, failed: boolean): (() => void) | null {
    const before = this.#statements.peek.get(key);
    if (before?.['generation'] !== generation) return null;
    this.#statements.backOff.run({ key, generation, failures, lookAt, failed: Number(failed) });
    const change = failed ? -unfinishedIn(before) : 0;
    return () => {
      this.#unfinished += change;
    };
  }

  remove({ key, generation }: IncidentId): () => void {
    const before = this.#statements.peek.get(key);
    this.#statements.remove.run(key, generation);
    const change = before?.['generation'] === generation ? -unfinishedIn(before) : 0;
    return () => {
      this.#cache.delete(key);
      this.#unfinished += change;
    };
  }

  failures(id: IncidentId): number | null {
    const row = this.#statements.failures.get(id.key, id.generation);
    return row === undefined ? null : numberIn(row, 'failures');
  }

  due(at: Instant, limit: number, after: Pick<Due, 'lookAt' | 'key'> | null): readonly Due[] {
    const rows = this.#statements.due.all(at, after?.lookAt ?? -Number.MAX_VALUE, after?.key ?? '', limit);
    return rows.map((row) => ({ ...idIn(row), lookAt: numberIn(row, 'look_at') }));
  }

  nextLookAt(laterThan: Instant | null): Instant | null {
    const row = this.#statements.next.get(laterThan ?? -Number.MAX_VALUE);
    return row === undefined ? null : numberIn(row, 'look_at');
  }

  /** Held longest first, those that back off left out; of all services when it is null. */
  held(reason: 'capacity' | 'muted', services: readonly string[] | null, limit: number): readonly IncidentId[] {
    return this.#statements.held.all(reason, services === null ? null : JSON.stringify(services), limit).map(idIn);
  }
}
