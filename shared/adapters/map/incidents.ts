import type { IncidentId } from '../../domain/incident-id.ts';
import type { Incident } from '../../domain/incident.ts';
import type { Instant } from '../../domain/time.ts';
import type { IncidentStore, Stored, WriteResult } from '../../ports.ts';
import type { Heads } from './heads.ts';
import { listIncidents } from './listing.ts';
import type { Archived, Archives } from './listing.ts';
import { removeEnded } from './retention.ts';
import { makeTimeline } from './timeline.ts';

const done = Promise.resolve();
const written: Promise<WriteResult> = Promise.resolve({ ok: true });
const refused = (current: Stored | null): Promise<WriteResult> => Promise.resolve({ ok: false, current });

/** An incident store that removes by itself what is older than the retention. */
export interface KeptIncidents extends IncidentStore {
  /**
   * Removes incidents that ended and were last written before the instant, with all their rows; returns how many. What has a time of its own goes
   * when that was over before `now`.
   */
  removeEndedBefore(at: Instant, limit: number, now?: Instant): Promise<number>;
}

/** Incidents in memory. Items are immutable, so what is stored is what was given. `prune` runs with every call of the retention. */
export function makeMapIncidents(heads: Heads, prune: (at: Instant, now: Instant) => void): KeptIncidents {
  const archives: Archives = new Map();
  const { remove: removeTimeline, pruneDetails, ...timeline } = makeTimeline();
  const archivedOf = (id: IncidentId): Archived | null => archives.get(id.key)?.get(id.generation) ?? null;
  const get = (id: IncidentId): Incident | null => heads.find(id)?.incident ?? archivedOf(id)?.incident ?? null;
  const putArchived = (row: Archived): void => {
    const { key, generation } = row.incident;
    archives.set(key, (archives.get(key) ?? new Map<number, Archived>()).set(generation, row));
  };
  const remove = (incident: Incident): void => {
    const { key, generation } = incident;
    if (heads.find(incident) !== null) heads.delete(key);
    archives.get(key)?.delete(generation);
    if (archives.get(key)?.size === 0) archives.delete(key);
    removeTimeline(incident);
  };

  return {
    ...timeline,
    head: (key) => Promise.resolve(heads.get(key)?.incident ?? null),
    get: (id) => Promise.resolve(get(id)),
    write(incident, expected): Promise<WriteResult> {
      if (!heads.isExpected(incident.key, expected)) return refused(heads.get(incident.key)?.incident ?? null);
      heads.put(incident);
      return written;
    },
    archive(incident): Promise<void> {
      const known = archivedOf(incident);
      if (known === null || known.incident.version < incident.version) putArchived({ incident, failures: 0 });
      return done;
    },
    writeArchived(incident, version): Promise<WriteResult> {
      if (archivedOf(incident)?.incident.version !== version) return refused(get(incident));
      putArchived({ incident, failures: 0 });
      return written;
    },
    due: (at, limit, after = null) => Promise.resolve(heads.due(at, limit, after)),
    nextLookAt: (laterThan = null) => Promise.resolve(heads.nextLookAt(laterThan)),
    list(query): Promise<{ readonly incidents: readonly Stored[]; readonly cursor: string | null }> {
      return new Promise((resolve) => {
        resolve(listIncidents(heads, archives, query));
      });
    },
    countUnfinished: () => Promise.resolve(heads.unfinished),
    heldForCapacity: (limit) => Promise.resolve(heads.held((incident) => incident.held?.reason === 'capacity', limit)),
    backOff(id, failures, lookAt, failed): Promise<void> {
      const head = heads.find(id);
      const archived = archivedOf(id);
      if (head !== null) heads.backOff(head, failures, lookAt, failed);
      else if (archived !== null) putArchived({ ...archived, failures });
      return done;
    },
    failures: (id) => Promise.resolve(heads.find(id)?.failures ?? archivedOf(id)?.failures ?? 0),
    removeEndedBefore(at, limit, now = at): Promise<number> {
      const removed = removeEnded(heads, archives, at, limit, remove);
      prune(at, now);
      pruneDetails(at, (key) => heads.get(key) !== null || archives.has(key));
      return Promise.resolve(removed);
    },
  };
}
