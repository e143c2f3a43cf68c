import type { IncidentRecord } from './incident.ts';
import { isUnfinished } from './states.ts';

/** Whether a page may still leave: somebody has to answer and nobody has. */
export function pagesWanted(record: IncidentRecord): boolean {
  if (record.snoozedUntil !== null) return false;
  switch (record.state) {
    case 'pending':
    case 'active':
      return true;
    case 'timed_out':
    case 'failed':
      return record.acknowledged === null && record.resolved === null;
    case 'acknowledged':
    case 'resolved':
    case 'cancelled':
      return false;
    default:
      return record.state satisfies never;
  }
}

/** Why a page of an incident that wants none expires. */
export const whyUnwanted = ({ state }: Pick<IncidentRecord, 'state'>): 'acknowledged' | 'ended' =>
  isUnfinished(state) ? 'acknowledged' : 'ended';
