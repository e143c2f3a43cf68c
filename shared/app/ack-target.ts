import type { SeenPosition } from '../domain/commands.ts';
import type { IncidentEvent } from '../domain/events.ts';
import type { Incident } from '../domain/incident.ts';
import type { NewNotification } from '../domain/notification.ts';
import { personHash, type AckFields } from '../http/ack-link.ts';
import type { Ports } from '../ports.ts';

/** The person an ack link was made for, and the position of its notification where that is known. */
export interface AckTarget {
  readonly person: string;
  readonly name: string;
  readonly zone: string;
  readonly position: SeenPosition | null;
}

const pageOfEvents = 200;

const asTarget = ({ person, name, zone, cycle, level }: NewNotification): AckTarget => ({ person, name, zone, position: { cycle, level } });

/**
 * Whom a link was made for: its notification must exist for that person, handed over, still on its way, or in the timeline. Null: there is
 * no such notification.
 */
export async function findAckTarget(
  incidents: Pick<Ports['incidents'], 'filedEvents'>,
  item: Incident,
  link: AckFields,
): Promise<AckTarget | null> {
  const isMeant = (one: NewNotification): boolean => one.n === link.notification && personHash(one.person) === link.personHash;
  const waiting = item.outbox.find(isMeant);
  if (waiting !== undefined) return asTarget(waiting);
  const told = item.told.find((one) => one.pages.includes(link.notification) && personHash(one.person) === link.personHash);
  if (told !== undefined) return { person: told.person, name: told.name, zone: told.zone, position: null };
  const made = await findInTimeline(incidents, item, isMeant);
  return made === null ? null : asTarget(made);
}

/** The position a page showed, for an escalate-now by its link; the present one when the timeline does not tell. */
export async function positionOf(
  incidents: Pick<Ports['incidents'], 'filedEvents'>,
  item: Incident,
  link: AckFields,
): Promise<SeenPosition> {
  const made = await findInTimeline(incidents, item, (one) => one.n === link.notification);
  const { cycle, level } = made ?? item.position;
  return { cycle, level };
}

async function findInTimeline(
  incidents: Pick<Ports['incidents'], 'filedEvents'>,
  item: Incident,
  isMeant: (one: NewNotification) => boolean,
): Promise<NewNotification | null> {
  const unfiled = findIn(item.unfiled, isMeant);
  if (unfiled !== null) return unfiled;
  for (let after = 0; ;) {
    const events = await incidents.filedEvents(item, after, pageOfEvents);
    const found = findIn(events, isMeant);
    const last = events.at(-1);
    if (found !== null || last === undefined || events.length < pageOfEvents) return found;
    after = last.seq;
  }
}

function findIn(events: readonly IncidentEvent[], isMeant: (one: NewNotification) => boolean): NewNotification | null {
  for (const event of events) {
    const found = 'notifications' in event ? event.notifications.find(isMeant) : undefined;
    if (found !== undefined) return found;
  }
  return null;
}
