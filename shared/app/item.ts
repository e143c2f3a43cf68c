import type { IncidentId } from '../domain/incident-id.ts';
import type { Incident } from '../domain/incident.ts';
import type { Ports, Stored, Unreadable, WriteResult } from '../ports.ts';

/** An incident and where it stands: it is the newest under its key, or has a successor. */
export interface Loaded {
  readonly kind: 'head' | 'archived';
  readonly incident: Incident;
}

type Found = Loaded | { readonly kind: 'unreadable'; readonly item: Unreadable };

const found = (stored: Stored, kind: Loaded['kind']): Found =>
  'unreadable' in stored ? { kind: 'unreadable', item: stored } : { kind, incident: stored };

/** The incident of this generation, read strongly consistent; null when there is none. */
export async function load(ports: Pick<Ports, 'incidents'>, id: IncidentId): Promise<Found | null> {
  const head = await ports.incidents.head(id.key);
  if (head === null || head.generation < id.generation) return null;
  if (head.generation === id.generation) return found(head, 'head');
  const archived = await ports.incidents.get(id);
  return archived === null ? null : found(archived, 'archived');
}

/** Writes the next version of an item where it stands; false when somebody else wrote first. */
export async function store(ports: Pick<Ports, 'incidents' | 'log'>, before: Loaded, next: Incident): Promise<boolean> {
  if (before.kind === 'head') return writeHead(ports, before.incident, next);
  // First, so that a crash in between leaves a look too many and none too few.
  if (next.lookAt !== null) await remindHead(ports, next, next.lookAt);
  return unlessLost(ports, await ports.incidents.writeArchived(next, before.incident.version));
}

/** Writes the next version of the newest item under a key, or its successor; false when somebody else wrote first. */
export const writeHead = async (
  ports: Pick<Ports, 'incidents' | 'log'>,
  { generation, version }: Pick<Incident, 'generation' | 'version'>,
  next: Incident,
): Promise<boolean> => unlessLost(ports, await ports.incidents.write(next, { generation, version }));

function unlessLost({ log }: Pick<Ports, 'log'>, { ok }: WriteResult): boolean {
  if (!ok) log.measure('WriteConflicts', 1);
  return ok;
}

const reminders = 8;

/** Archive rows are in no index: the head under the key remembers that its predecessor has something left to do. */
async function remindHead(ports: Pick<Ports, 'incidents'>, archived: Incident, at: number): Promise<void> {
  for (let attempt = 0; attempt < reminders; attempt += 1) {
    const head = await ports.incidents.head(archived.key);
    if (head === null || 'unreadable' in head || head.generation === archived.generation) return;
    if (head.finish.some((one) => one.generation === archived.generation && one.at <= at)) return;
    const others = head.finish.filter((one) => one.generation !== archived.generation);
    const finish = [...others, { generation: archived.generation, at }];
    const lookAt = head.lookAt === null ? at : Math.min(head.lookAt, at);
    const next = { ...head, version: head.version + 1, finish, lookAt };
    if ((await ports.incidents.write(next, { generation: head.generation, version: head.version })).ok) return;
  }
  throw new Error('the newest incident under the key kept changing');
}
