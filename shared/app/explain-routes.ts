import { json } from '../http/answer.ts';
import { parseEvent } from '../ingest/events.ts';
import type { Configuration, TakingPorts } from '../ports.ts';
import { explainBody } from '../schema/api.ts';
import { fieldErrors } from '../schema/field-errors.ts';
import { makeExplain } from './explain.ts';
import { invalid, type Routes } from './routes.ts';

interface Deps {
  readonly ports: TakingPorts;
  readonly configuration: Configuration;
}

/** `POST /v1/explain`: what a trigger, posted with the `service` it would come from, would set off. Nothing is written or sent. */
export function addExplainRoutes(routes: Routes, { ports, configuration }: Deps): void {
  const explain = makeExplain(ports, configuration);

  routes.post('/v1/explain', { maxBytes: 256 * 1024, allowEmpty: false }, async (_call, value) => {
    const body = explainBody.safeParse(value);
    if (!body.success) return invalid(fieldErrors(body.error));
    const service = (await configuration.directory()).services.get(body.data.service);
    const parsed = parseEvent(value, { service: body.data.service, severity: service?.severity ?? null });
    if (!parsed.ok) return invalid(parsed.errors);
    const { event } = parsed;
    if (event.action !== 'trigger')
      return invalid([{ pointer: '/action', code: 'not-a-trigger', detail: 'Only a trigger can be explained.' }]);
    return async () => {
      const found = await explain(event.signal);
      return found === 'unknown-service'
        ? invalid([{ pointer: '/service', code: 'unknown-reference', detail: 'There is no such service.' }])
        : json(found);
    };
  });
}
