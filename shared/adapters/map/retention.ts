import type { Incident } from '../../domain/incident.ts';
import { isUnfinished } from '../../domain/states.ts';
import type { Instant } from '../../domain/time.ts';
import type { Heads } from './heads.ts';
import { superseded } from './listing.ts';
import type { Archives } from './listing.ts';

/** Removes, by `remove`, up to `limit` incidents that ended and were last written before the instant; returns how many. */
export function removeEnded(heads: Heads, archives: Archives, at: Instant, limit: number, remove: (incident: Incident) => void): number {
  const archived = [...archivedBefore(heads, archives, at)].slice(0, limit);
  archived.forEach(remove);
  const ended = [...endedBefore(heads, archives, at)].slice(0, limit - archived.length);
  ended.forEach(remove);
  return archived.length + ended.length;
}

function* archivedBefore(heads: Heads, archives: Archives, at: Instant): Generator<Incident> {
  for (const { incident } of superseded(heads, archives)) if (incident.updatedAt < at) yield incident;
}

/**
 * Heads that ended before the instant and have nothing due. A head goes after its predecessors: its key would start again at the first
 * generation and meet them.
 */
function* endedBefore(heads: Heads, archives: Archives, at: Instant): Generator<Incident> {
  for (const { incident, due } of heads.all()) {
    const { key, generation, state, updatedAt, held } = incident;
    const ended = due === null && held === null && updatedAt < at && (generation === 0 || !isUnfinished(state));
    const isLast = [...(archives.get(key)?.keys() ?? [])].every((other) => other >= generation);
    if (ended && isLast) yield incident;
  }
}
