import type { DatabaseSync } from 'node:sqlite';
import type { IncidentQuery, Stored } from '../../ports.ts';
import { byNewest, formatCursor, parseCursor } from '../../schema/records-cursor.ts';
import type { ListPosition } from '../../schema/records-cursor.ts';
import { numberIn, textIn } from './columns.ts';
import type { Row } from './columns.ts';
import { storedIn } from './heads.ts';

interface Listed {
  readonly position: ListPosition;
  readonly stored: Stored;
}

const columns = 'key, generation, version, service, failures, created_at, body';
const matches = `
  (:service IS NULL OR service = :service) AND (:severity IS NULL OR severity = :severity) AND (:policy IS NULL OR policy = :policy)
  AND (created_at, key, generation) < (:createdAt, :key, :generation)`;
const newestFirst = 'ORDER BY created_at DESC, key DESC, generation DESC LIMIT :limit';

const openHeads = `SELECT ${columns} FROM head INDEXED BY head_open WHERE open = 1 AND ${matches} ${newestFirst}`;
const heads = `
  SELECT ${columns} FROM head INDEXED BY head_listed WHERE generation > 0 AND (:state IS NULL OR state = :state) AND ${matches} ${newestFirst}`;
// An archive row made just before its succession stands beside the head it was copied from; until then the head counts.
const archived = `
  SELECT ${columns} FROM archive INDEXED BY archive_listed
  WHERE generation > 0 AND (:state IS NULL OR state = :state) AND ${matches}
    AND NOT EXISTS (SELECT 1 FROM head WHERE head.key = archive.key AND head.generation = archive.generation)
  ${newestFirst}`;

/** After every incident: an instant and a key greater than any. */
const start: ListPosition = { createdAt: Number.MAX_SAFE_INTEGER, key: '', generation: 0 };

const listedIn = (row: Row): Listed => ({
  position: { createdAt: numberIn(row, 'created_at'), key: textIn(row, 'key'), generation: numberIn(row, 'generation') },
  stored: storedIn(row),
});

/** Lists one page of incidents, newest first. Throws `BadCursor`. */
export function makeListing(database: DatabaseSync): (query: IncidentQuery) => { incidents: readonly Stored[]; cursor: string | null } {
  const statements = { openHeads: database.prepare(openHeads), heads: database.prepare(heads), archived: database.prepare(archived) };

  const rows = (query: IncidentQuery): readonly Row[] => {
    const { service, severity, policy, state } = query;
    const after = query.cursor === null ? start : parseCursor(query.cursor);
    const named = { service, severity, policy, ...after, limit: query.limit + 1 };
    if (state === 'open') return statements.openHeads.all(named);
    return [...statements.heads.all({ ...named, state }), ...statements.archived.all({ ...named, state })];
  };

  return (query) => {
    const found = rows(query)
      .map(listedIn)
      .sort((a, b) => byNewest(a.position, b.position));
    const page = found.slice(0, query.limit);
    const last = page.at(-1);
    const cursor = last === undefined || page.length === found.length ? null : formatCursor(last.position);
    return { incidents: page.map(({ stored }) => stored), cursor };
  };
}
