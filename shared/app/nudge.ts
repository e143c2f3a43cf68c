import type { Incident } from '../domain/incident.ts';
import type { IncidentId } from '../domain/incident-id.ts';
import { isUnfinished } from '../domain/states.ts';
import type { Instant } from '../domain/time.ts';
import type { Ports } from '../ports.ts';

/** Asks the worker to look. A nudge that cannot be sent changes nothing: the sweeper finds the incident. */
export async function nudge(ports: Pick<Ports, 'queue' | 'log'>, id: IncidentId): Promise<void> {
  try {
    await ports.queue.nudge({ key: id.key, generation: id.generation });
  } catch (cause) {
    ports.log.error('nudge-failed', { incident: id.key }, cause);
    ports.log.alarm('worker-not-woken', { incident: id.key });
  }
}

/** So many are on their way at once: a queue may take some milliseconds for each. */
const nudgedAtOnce = 20;

/** Nudges them in order, until that instant of real time. */
export async function nudgeAll(
  ports: Pick<Ports, 'queue' | 'log' | 'clock'>,
  ids: readonly IncidentId[],
  until: Instant = Infinity,
): Promise<void> {
  for (let first = 0; first < ids.length && ports.clock.real() < until; first += nudgedAtOnce) {
    await Promise.all(ids.slice(first, first + nudgedAtOnce).map((id) => nudge(ports, id)));
  }
}

/** Has an item looked at that has something due, now or later. A repeated command needs it too: the nudge may have been lost with the first answer. */
export async function nudgeIfDue(ports: Pick<Ports, 'queue' | 'log'>, item: Incident): Promise<void> {
  if (item.lookAt !== null) await nudge(ports, item);
}

/** After a write: the worker looks at once if there is something to do, and a trigger that waits for capacity if this one gave some back. */
export async function afterWrite(
  ports: Pick<Ports, 'queue' | 'log' | 'incidents'>,
  before: Incident | null,
  written: Incident,
  maxOpen: number | null,
): Promise<void> {
  await nudgeIfDue(ports, written);
  if (maxOpen === null || before === null || !isUnfinished(before.state) || isUnfinished(written.state)) return;
  for (const id of await ports.incidents.heldForCapacity(1)) await nudge(ports, id);
}
