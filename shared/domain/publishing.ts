import type { EventType, IncidentEvent } from './events.ts';
import type { Incident, Publishing } from './incident.ts';
import type { Instant } from './time.ts';

/** Something that happened to an incident, as the bus is told of it. */
export interface OutgoingEvent {
  /** `incident.acknowledged` */
  readonly type: string;
  /** The JSON that leaves. */
  readonly detail: string;
}

/** Everything up to the event is done with. */
export const publishedThrough = (through: number): Publishing => ({ through, failures: 0, retryAt: null });

/** What changes how an incident stands: that is put on the bus, and nothing else. */
const publishedTypes = [
  'triggered',
  'severityRaised',
  'levelFired',
  'levelEmpty',
  'exhausted',
  'limitReached',
  'failed',
  'acknowledged',
  'acknowledgementTimedOut',
  'resolved',
  'cancelled',
  'escalationRequested',
  'snoozed',
  'snoozeEnded',
  'reassigned',
] as const satisfies readonly EventType[];

export type PublishedEvent = Extract<IncidentEvent, { readonly type: (typeof publishedTypes)[number] }>;

/** Whether the bus is told of the event. */
export const isPublished = (event: IncidentEvent): event is PublishedEvent => publishedTypes.some((type) => type === event.type);

type Published = Pick<Incident, 'publishing' | 'unfiled' | 'seq'>;

/** The number of the last event that is filed and stands in the item no more. */
export const lastFiled = ({ unfiled, seq }: Pick<Incident, 'unfiled' | 'seq'>): number => (unfiled[0]?.seq ?? seq + 1) - 1;

/** Whether something is still to be put on the bus. Of what was filed meanwhile it is not known here, so that it counts. */
export function isBehind(item: Published): boolean {
  if (item.publishing === null) return false;
  const { through } = item.publishing;
  return lastFiled(item) > through || item.unfiled.some((event) => event.seq > through && isPublished(event));
}

/** When something is to be put on the bus; null: there is nothing. */
export const publishDue = (item: Published, now: Instant): Instant | null => (isBehind(item) ? (item.publishing?.retryAt ?? now) : null);
