import type { Instant } from '../../domain/time.ts';
import type { IncidentStore } from '../../ports.ts';

/** Told of every write that succeeded: the key, and when its head must be looked at. Rows of the archive are in no index and never told. */
type Noticed = (key: string, lookAt: Instant | null) => void;

/** An incident store that tells of its writes, so that a timer need not ask. */
export function watchIncidents<Store extends IncidentStore>(incidents: Store, noticed: Noticed): Store {
  return {
    ...incidents,
    async write(incident, expected) {
      const result = await incidents.write(incident, expected);
      if (result.ok) noticed(incident.key, incident.lookAt);
      return result;
    },
    async backOff(id, failures, lookAt, failed) {
      await incidents.backOff(id, failures, lookAt, failed);
      noticed(id.key, lookAt);
    },
  };
}
