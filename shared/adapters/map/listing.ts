import type { Incident } from '../../domain/incident.ts';
import { shownState } from '../../domain/shown-state.ts';
import type { IncidentQuery } from '../../ports.ts';
import { byNewest, formatCursor, parseCursor } from '../../schema/records-cursor.ts';
import type { Heads } from './heads.ts';

export interface Archived {
  readonly incident: Incident;
  readonly failures: number;
}

/** Archive rows by key, then generation. */
export type Archives = Map<string, Map<number, Archived>>;

/** One page of incidents, newest first. Throws `BadCursor`. */
export function listIncidents(
  heads: Heads,
  archives: Archives,
  query: IncidentQuery,
): { incidents: readonly Incident[]; cursor: string | null } {
  const after = query.cursor === null ? null : parseCursor(query.cursor);
  const matching: Incident[] = [];
  const take = (incident: Incident): void => {
    const isMatch = incident.generation > 0 && matchesSubject(incident, query) && (after === null || byNewest(after, incident) < 0);
    if (isMatch) matching.push(incident);
  };
  for (const head of heads.all()) {
    if (matchesState(query, head.open, head.failed ? 'failed' : shownState(head.incident))) take(head.incident);
  }
  for (const { incident } of superseded(heads, archives)) {
    if (matchesState(query, false, shownState(incident))) take(incident);
  }
  matching.sort(byNewest);
  const incidents = matching.slice(0, query.limit);
  const last = incidents.at(-1);
  return { incidents, cursor: last === undefined || matching.length === incidents.length ? null : formatCursor(last) };
}

/** An archive row made just before its succession stands beside the head it was copied from; until then the head counts. */
export function* superseded(heads: Heads, archives: Archives): Generator<Archived> {
  for (const rows of archives.values()) for (const row of rows.values()) if (heads.find(row.incident) === null) yield row;
}

function matchesState(query: IncidentQuery, open: boolean, state: string): boolean {
  if (query.state === null) return true;
  return query.state === 'open' ? open : query.state === state;
}

function matchesSubject(incident: Incident, query: IncidentQuery): boolean {
  return (
    (query.service === null || incident.service === query.service) &&
    (query.severity === null || incident.severity === query.severity) &&
    (query.policy === null || incident.policyId === query.policy)
  );
}
