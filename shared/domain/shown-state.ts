import type { IncidentRecord } from './incident.ts';
import { isUnfinished } from './states.ts';
import type { State } from './states.ts';

/** The state a caller sees: `escalating` while a level after the first has pages that are not settled, else the stored state. */
export function shownState(record: IncidentRecord): State {
  const { cycle, level } = record.position;
  if (record.state !== 'active' || (level <= 1 && cycle === 0)) return record.state;
  const unsettled = record.outbox.some(
    (notification) => notification.kind === 'page' && notification.cycle === cycle && notification.level === level,
  );
  return unsettled ? 'escalating' : 'active';
}

/**
 * True while the problem still waits for a person: unfinished, or ended by time or failure and neither acknowledged nor resolved since.
 * An item of generation 0 is no incident; the caller leaves it out.
 */
export function needsSomebody(record: IncidentRecord): boolean {
  if (isUnfinished(record.state)) return true;
  const endedAlone = record.state === 'timed_out' || record.state === 'failed';
  return endedAlone && record.acknowledged === null && record.resolved === null;
}
