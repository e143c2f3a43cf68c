import type { IncidentEvent } from '../domain/events.ts';
import type { Incident } from '../domain/incident.ts';
import { formatTarget } from '../domain/recipients.ts';
import type { Ports } from '../ports.ts';

/** Events after `after`, oldest first: those not yet filed stand in the item, the others in rows of their own. The item must be read first. */
export async function readTimeline(
  incidents: Pick<Ports['incidents'], 'filedEvents'>,
  item: Incident,
  page: { readonly after: number; readonly limit: number },
): Promise<readonly object[]> {
  const events = new Map<number, IncidentEvent>();
  for (const event of await incidents.filedEvents(item, page.after, page.limit)) events.set(event.seq, event);
  for (const event of item.unfiled) if (event.seq > page.after) events.set(event.seq, event);
  return [...events.values()]
    .sort((a, b) => a.seq - b.seq)
    .slice(0, page.limit)
    .map(eventView);
}

/** One event as callers see it: flat, instants in ISO 8601, what the sender said in short. */
function eventView(event: IncidentEvent): object {
  const { seq, at, type, ...fields } = inShort(event);
  return shownFields({ seq, at, type, ...fields });
}

function inShort(event: IncidentEvent): Pick<IncidentEvent, 'seq' | 'at' | 'type'> {
  if (event.type === 'triggered' || event.type === 'triggerHeld') {
    const { signal, ...fields } = event;
    const { title, severity, severityText, source, dedupKey, occurredAt } = signal;
    return { ...fields, ...{ title, severity, severityText, source, dedupKey, occurredAt } };
  }
  return event.type === 'reassigned' ? { ...event, ...{ to: event.to.map(formatTarget) } } : event;
}

const instantName = /^(?:at|until|since|notBefore)$|(?:At|Until|Since)$/;

const shownFields = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, shown(name, value)]));

function shown(name: string, value: unknown): unknown {
  if (typeof value === 'number' && instantName.test(name)) return new Date(value).toISOString();
  if (Array.isArray(value)) return value.map((member: unknown) => shown('', member));
  return typeof value === 'object' && value !== null ? shownFields(value) : value;
}
