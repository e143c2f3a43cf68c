import { isLeased, type Context } from './commands.ts';
import type { Stopped } from './events.ts';
import type { IncidentRecord } from './incident.ts';

/** Pages that will not leave any more, and those that a worker is sending at this moment. */
export function stopPages(record: IncidentRecord, context: Context): Stopped {
  const pages = record.outbox.filter((one) => one.kind === 'page');
  return {
    dropped: pages.filter((one) => !isLeased(one, context)).map((one) => one.n),
    inFlight: pages.filter((one) => isLeased(one, context)).map((one) => one.n),
  };
}
