import type { CommandId } from '../domain/commands.ts';
import { json, type Answer } from '../http/answer.ts';
import type { FormatEvent, ParsedBody } from '../ingest/format.ts';
import { formats } from '../ingest/registry.ts';
import type { Configuration, IngestKey, TakingPorts } from '../ports.ts';
import { fateView, type Carrying } from './carry-out.ts';
import { about, carryOutAll } from './carry-out-all.ts';
import { isCounted, type IngestLimit } from './ingest-limit.ts';
import { invalid, type Routes } from './routes.ts';
import type { Signals } from './use-cases.ts';

/** Of every format's body. */
export const maxBytes = 4 * 1024 * 1024;

interface Deps {
  readonly signals: Signals;
  readonly configuration: Configuration;
  readonly ports: TakingPorts;
  readonly limit: IngestLimit;
}

/**
 * `POST /v1/ingest/{format}`: everything that one body of a sender holds, each answered with its fate. 503 when one of them was not
 * committed. Each format has a path of its own, so that an unknown one is an unknown path.
 */
export function addIngestRoutes(routes: Routes, deps: Deps): void {
  for (const format of formats.values()) {
    // A format whose route does more was added before, and goes first.
    routes.postSignal(`/v1/ingest/${format.name}`, { maxBytes, allowEmpty: false }, async (call, value, key) => {
      const service = (await deps.configuration.directory()).services.get(key.service);
      const defaults = { service: key.service, severity: service?.severity ?? null };
      return carryOutBody(deps, key, format.parse(value, defaults, { group: call.req.query('group')?.toLowerCase() === 'true' }));
    });
  }
}

/** What of a refused body is done all the same: the acknowledges and resolves, but of keys that have an alarm in it, whose order would be lost. */
function closingsOf(events: readonly FormatEvent[]): readonly FormatEvent[] {
  const refused = new Set(events.filter(isCounted).map((event) => about(event).dedupKey));
  return events.filter((event) => !refused.has(about(event).dedupKey));
}

/** 422 for a body that was not understood, 503 for one over the limit of the key, else what carries out all its events. */
export async function carryOutBody(
  deps: Carrying & Pick<Deps, 'limit'>,
  key: IngestKey,
  parsed: ParsedBody,
): Promise<Answer | ((command: CommandId) => Promise<Answer>)> {
  if (!parsed.ok) return invalid(parsed.errors);
  const refusal = await deps.limit.refusal(key, parsed.events, 503);
  if (refusal === null) return async (command) => json({ results: (await carryOutAll(deps, parsed.events, command)).map(fateView) }, 202);
  const closings = closingsOf(parsed.events);
  if (closings.length === 0) return refusal;
  return async ({ id, body }) => {
    // Under ids of their own: in the repeat of the whole body each has another place.
    await carryOutAll(deps, closings, { id: `${id}-closing`, body });
    return refusal;
  };
}
