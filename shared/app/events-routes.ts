import { json } from '../http/answer.ts';
import { parseEvent } from '../ingest/events.ts';
import type { Configuration } from '../ports.ts';
import { carryOut, fateView, type Carrying } from './carry-out.ts';
import type { IngestLimit } from './ingest-limit.ts';
import { invalid, type Routes } from './routes.ts';

interface Deps extends Carrying {
  readonly configuration: Configuration;
  readonly limit: IngestLimit;
}

const maxBytes = 256 * 1024;

/** `POST /v1/events`: one signal of a sender, answered with its fate. */
export function addEventsRoutes(routes: Routes, deps: Deps): void {
  routes.postSignal('/v1/events', { maxBytes, allowEmpty: false }, async (_call, value, key) => {
    const service = (await deps.configuration.directory()).services.get(key.service);
    const parsed = parseEvent(value, { service: key.service, severity: service?.severity ?? null });
    if (!parsed.ok) return invalid(parsed.errors);
    // Before the request counts as made: a refusal is no answer to keep for its repeats.
    const refusal = await deps.limit.refusal(key, [parsed.event], 429);
    return refusal ?? (async (command) => json(fateView(await carryOut(deps, parsed.event, command)), 202));
  });
}
