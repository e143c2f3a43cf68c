import type { DatabaseSync } from 'node:sqlite';
import type { IncidentId } from '../../domain/incident-id.ts';
import type { Incident } from '../../domain/incident.ts';
import { shownState } from '../../domain/shown-state.ts';
import type { Stored } from '../../ports.ts';
import { numberIn } from './columns.ts';
import { storedIn } from './heads.ts';

const putRow = `
  INSERT INTO archive (version, service, severity, policy, state, created_at, updated_at, body, key, generation)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (key, generation) DO UPDATE SET version = excluded.version, service = excluded.service, severity = excluded.severity,
    policy = excluded.policy, state = excluded.state, created_at = excluded.created_at, updated_at = excluded.updated_at, body = excluded.body,
    failures = 0
  WHERE excluded.version > archive.version`;

const updateRow = `
  UPDATE archive SET version = ?, service = ?, severity = ?, policy = ?, state = ?, created_at = ?, updated_at = ?, body = ?, failures = 0
  WHERE key = ? AND generation = ? AND version = ?`;

const columns = (item: Incident) =>
  [
    item.version,
    item.service,
    item.severity,
    item.policyId,
    shownState(item),
    item.createdAt,
    item.updatedAt,
    JSON.stringify(item),
    item.key,
    item.generation,
  ] as const;

/** The table of predecessors. Writes run inside a transaction. */
export class ArchiveTable {
  readonly #statements;

  constructor(database: DatabaseSync) {
    this.#statements = {
      read: database.prepare('SELECT key, generation, version, service, failures, body FROM archive WHERE key = ? AND generation = ?'),
      put: database.prepare(putRow),
      update: database.prepare(updateRow),
      backOff: database.prepare('UPDATE archive SET failures = ? WHERE key = ? AND generation = ?'),
      remove: database.prepare('DELETE FROM archive WHERE key = ? AND generation = ?'),
    };
  }

  read(id: IncidentId): Stored | null {
    const row = this.#statements.read.get(id.key, id.generation);
    return row === undefined ? null : storedIn(row);
  }

  /** Keeps the row that is there unless the new one is of a higher version. */
  put(item: Incident): void {
    this.#statements.put.run(...columns(item));
  }

  /** False when the row is not of that version. */
  write(item: Incident, version: number): boolean {
    return this.#statements.update.run(...columns(item), version).changes === 1;
  }

  backOff(id: IncidentId, failures: number): void {
    this.#statements.backOff.run(failures, id.key, id.generation);
  }

  remove(id: IncidentId): void {
    this.#statements.remove.run(id.key, id.generation);
  }

  failures(id: IncidentId): number {
    const row = this.#statements.read.get(id.key, id.generation);
    return row === undefined ? 0 : numberIn(row, 'failures');
  }
}
