import type { DatabaseSync } from 'node:sqlite';
import type { IncidentId } from '../../domain/incident-id.ts';
import type { Stored, WriteResult } from '../../ports.ts';
import type { KeptIncidents } from '../map/incidents.ts';
import { ArchiveTable } from './archive.ts';
import type { CommitQueue } from './commit-queue.ts';
import type { HeadTable } from './heads.ts';
import { makeListing } from './listing.ts';
import { makeRetention } from './retention.ts';
import { makeTimeline } from './timeline.ts';

/** Incidents in the database. */
export function makeSqliteIncidents(
  database: DatabaseSync,
  queue: CommitQueue,
  heads: HeadTable,
  onError: (error: Error) => void,
): KeptIncidents {
  const archive = new ArchiveTable(database);
  const timeline = makeTimeline(database, queue, onError);
  const list = makeListing(database);
  const remove = makeRetention(database, queue, { heads, archive, timeline });

  const ownOf = (head: Stored | null, id: IncidentId): Stored | null => (head?.generation === id.generation ? head : archive.read(id));

  return {
    ...timeline,
    head: (key) => queue.read(() => heads.read(key)),
    get: (id) => queue.read(() => ownOf(heads.read(id.key), id)),
    write: (incident, expected) =>
      queue.write(() => {
        const finish = heads.write(incident, expected);
        return (): WriteResult => {
          if (finish === null) return { ok: false, current: heads.readRow(incident.key) };
          finish();
          return { ok: true };
        };
      }),
    archive: (incident) =>
      queue.write(() => {
        archive.put(incident);
        return () => undefined;
      }),
    writeArchived: (incident, version) =>
      queue.write(() => {
        const ok = archive.write(incident, version);
        return (): WriteResult => (ok ? { ok } : { ok, current: ownOf(heads.readRow(incident.key), incident) });
      }),
    due: (at, limit, after = null) => queue.read(() => heads.due(at, limit, after)),
    nextLookAt: (laterThan = null) => queue.read(() => heads.nextLookAt(laterThan)),
    list: (query) => queue.read(() => list(query)),
    countUnfinished: () => queue.read(() => heads.unfinished),
    heldForCapacity: (limit) => queue.read(() => heads.held('capacity', null, limit)),
    backOff: (id, failures, lookAt, failed) =>
      queue.write(() => {
        const finish = heads.backOff(id, failures, lookAt, failed);
        if (finish === null) archive.backOff(id, failures);
        return () => finish?.();
      }),
    failures: (id) => queue.read(() => heads.failures(id) ?? archive.failures(id)),
    removeEndedBefore: remove,
  };
}
