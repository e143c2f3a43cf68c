import type { Instant } from './time.ts';

/** A service whose alarms are held until then. */
export interface Mute {
  readonly service: string;
  readonly until: Instant;
  readonly reason: string;
  readonly by: string;
  readonly since: Instant;
}
