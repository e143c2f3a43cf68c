import type { Instant } from '../domain/time.ts';
import type { Ports } from '../ports.ts';
import { nudgeAll } from './nudge.ts';

type ReleasingPorts = Pick<Ports, 'state' | 'queue' | 'clock' | 'log'>;

const mostHeld = 100_000;

/** Has everything looked at that mutes of the services hold, which starts where the mute is over; until that instant of real time. */
export async function nudgeHeld(ports: ReleasingPorts, services: readonly string[], until: Instant = Infinity): Promise<void> {
  if (services.length > 0) await nudgeAll(ports, await ports.state.heldByMute(services, mostHeld), until);
}

/**
 * Lets go of what waits for mutes that are over: ended before their time, and perhaps before everybody who takes alarms in had heard of it. What waits
 * for the end that its mute had from the beginning is due by then. From `until` on (real time) nothing more is let go of.
 */
export async function sweepMutes(ports: ReleasingPorts, until: Instant = Infinity): Promise<void> {
  const now = ports.clock.now();
  const over = (await ports.state.mutes()).filter((mute) => mute.until <= now);
  await nudgeHeld(
    ports,
    over.map(({ service }) => service),
    until,
  );
}
