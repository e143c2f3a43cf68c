import { cleanLine, cleanText } from '../ingest/clean-text.ts';
import { json, noContent } from '../http/answer.ts';
import { after } from '../domain/time.ts';
import type { Mute } from '../domain/mute.ts';
import type { Configuration, TakingPorts } from '../ports.ts';
import { muteBody } from '../schema/act-bodies.ts';
import { fieldErrors } from '../schema/field-errors.ts';
import { unknownActor } from './incident-acts.ts';
import { nudgeHeld } from './mutes.ts';
import { invalid, pathParameter, unknown, type Routes } from './routes.ts';

interface Deps {
  readonly ports: TakingPorts;
  readonly configuration: Configuration;
}

/** So long an answer waits until what was held is started; the sweeper starts the rest. */
const releasingMs = 5000;

/** Muting a service for a while, ending that, and which are muted now. */
export function addServiceRoutes(routes: Routes, { ports, configuration }: Deps): void {
  routes.post('/v1/services/:id/mute', { maxBytes: 16 * 1024, allowEmpty: true }, async (call, value) => {
    const service = pathParameter(call, 'id');
    const directory = await configuration.directory();
    if (!directory.services.has(service)) return unknown('service');
    const body = muteBody.safeParse(value);
    if (!body.success) return invalid(fieldErrors(body.error));
    const by = cleanLine(body.data.by ?? 'api');
    const errors = unknownActor(by, directory);
    if (errors.length > 0) return invalid(errors);
    return async () => {
      const since = ports.clock.now();
      const mute: Mute = { service, since, until: after(since, body.data.for), reason: cleanText(body.data.reason ?? ''), by };
      await ports.state.putMute(mute);
      // A mute that ends sooner than the one before lets go sooner.
      await release(ports, service);
      return json(muteView(mute));
    };
  });
  routes.delete('/v1/services/:id/mute', async (call) => {
    const service = pathParameter(call, 'id');
    const ended = await ports.state.endMute(service, ports.clock.now());
    // Also when there was none: it may have been ended a moment ago, by a try whose answer was lost.
    await release(ports, service);
    return ended ? noContent : unknown('mute');
  });
  routes.get('/v1/mutes', async () => {
    const now = ports.clock.now();
    const mutes = (await ports.state.mutes()).filter(({ until }) => until > now);
    return json({ mutes: mutes.map(muteView) });
  });
}

const muteView = (mute: Mute) => ({ ...mute, since: new Date(mute.since).toISOString(), until: new Date(mute.until).toISOString() });

/** Triggers held by the mute start now. That it is over stands written: what is missed here, the sweeper sees to. */
async function release(ports: TakingPorts, service: string): Promise<void> {
  try {
    await nudgeHeld(ports, [service], ports.clock.real() + releasingMs);
  } catch (cause) {
    ports.log.error('held-by-mute-not-nudged', { service }, cause);
  }
}
