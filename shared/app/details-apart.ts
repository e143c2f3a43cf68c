import type { IncidentEvent } from '../domain/events.ts';
import type { IncidentRecord } from '../domain/incident.ts';
import type { Instant } from '../domain/time.ts';
import type { DetailsRow } from '../ports.ts';

/** Details and context above this many characters get a row of their own, so that every write of the item stays small. */
const inItem = 1024;

/** Whether details and context are too large for the item. */
export const isLarge = ({ details, context }: Pick<IncidentRecord, 'details' | 'context'>): boolean =>
  (details !== null || context !== null) && JSON.stringify([details, context]).length > inItem;

/** Takes large details and context out of a new record; `apart` is the row to put first, or null when they are small. */
export function detailsApart(
  record: IncidentRecord,
  events: readonly IncidentEvent[],
  at: Instant,
): { readonly record: IncidentRecord; readonly events: readonly IncidentEvent[]; readonly apart: DetailsRow | null } {
  const { details, context } = record;
  if (!isLarge(record)) return { record, events, apart: null };
  return {
    record: { ...record, details: null, context: null },
    events: events.map((event) =>
      event.type === 'triggered' ? { ...event, signal: { ...event.signal, details: null, context: null } } : event,
    ),
    apart: { at, details, context },
  };
}
