import { json } from '../http/answer.ts';
import { parseEvent } from '../ingest/events.ts';
import type { Configuration } from '../ports.ts';
import { invalid, type Routes } from './routes.ts';
import type { SignalAnswer, Signals } from './use-cases.ts';

const maxBytes = 256 * 1024;

/** `POST /v1/events`: one signal of a sender, answered with its fate. */
export function addEventsRoutes(routes: Routes, deps: { readonly signals: Signals; readonly configuration: Configuration }): void {
  routes.postSignal('/v1/events', { maxBytes, allowEmpty: false }, async (_call, value, key) => {
    const service = (await deps.configuration.directory()).services.get(key.service);
    const parsed = parseEvent(value, { service: key.service, severity: service?.severity ?? null });
    if (!parsed.ok) return invalid(parsed.errors);
    const { event } = parsed;
    return async (command) =>
      accepted(event.action === 'trigger' ? await deps.signals.trigger(event.signal, command) : await deps.signals.close(event, command));
  });
}

const accepted = ({ outcome, reason, dedupKey, incidentId }: SignalAnswer) =>
  json(
    { status: 'accepted', outcome, ...(reason === null ? {} : { reason }), dedupKey, ...(incidentId === null ? {} : { incidentId }) },
    202,
  );
