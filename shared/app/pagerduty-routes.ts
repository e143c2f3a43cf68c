import type { Hono, MiddlewareHandler } from 'hono';
import * as z from 'zod/mini';
import type { CommandId } from '../domain/commands.ts';
import { parseIncidentId } from '../domain/incident-id.ts';
import { json, refuse, respond, type Answer } from '../http/answer.ts';
import { bearerToken } from '../http/credentials.ts';
import { readJson } from '../http/json-body.ts';
import type { Problem } from '../http/problem.ts';
import type { EventDefaults, RecordedEvent, SentEvent } from '../ingest/format.ts';
import { parsePagerDutyChange, parsePagerDutyEvent, routingKeyOf, severityWarning } from '../ingest/pagerduty.ts';
import type { Configuration, IngestKey, TakingPorts } from '../ports.ts';
import type { Authentication } from './authentication.ts';
import { carryOut } from './carry-out.ts';
import { answerOnce, judgeKey } from './idempotency.ts';
import type { IngestLimit } from './ingest-limit.ts';
import { nameRequest, type ApiEnv, type Call } from './routes.ts';
import type { Acts, SignalAnswer, Signals } from './use-cases.ts';

interface Deps {
  readonly ports: TakingPorts;
  readonly configuration: Configuration;
  readonly signals: Signals;
  readonly acts: Acts;
  readonly authentication: Authentication;
  readonly limit: IngestLimit;
}

/** What a path of theirs takes: how its body is understood, and what a sender is told that it was taken. */
interface Door {
  readonly path: string;
  readonly parse: (
    value: unknown,
    defaults: EventDefaults,
  ) =>
    | { readonly ok: true; readonly event: SentEvent | RecordedEvent }
    | { readonly ok: false; readonly errors: NonNullable<Problem['errors']> };
  readonly taken: (answer: SignalAnswer) => object;
}

const doors: readonly Door[] = [
  {
    path: '/v2/enqueue',
    parse: parsePagerDutyEvent,
    taken: ({ dedupKey }) => ({ status: 'success', message: 'Event processed', dedup_key: dedupKey }),
  },
  {
    path: '/v2/change/enqueue',
    parse: parsePagerDutyChange,
    taken: () => ({ status: 'success', message: 'Change event processed' }),
  },
];

const maxBytes = 1024 * 1024;

/**
 * `POST /v2/enqueue` and `POST /v2/change/enqueue` as clients of PagerDuty's Events API v2 know them: the credential may stand in the
 * body, any content type is taken for JSON, and every refusal is said in the shape they decode. 400 and 413 they give up on, 429 and 5xx
 * they try again.
 */
export function addPagerDutyRoutes(app: Hono<ApiEnv>, deps: Deps): void {
  for (const door of doors) {
    app.post(door.path, inTheirShape, async (call) => {
      const requestId = nameRequest(call, deps.ports);
      return respond(await answerTo(call, door, deps), requestId);
    });
  }
}

async function answerTo(call: Call, door: Door, deps: Deps): Promise<Answer> {
  // curl calls a JSON text a form, others say text/plain or nothing: it is JSON whatever it is called.
  const called = (call.req.raw.headers.get('content-type') ?? '').split(';', 1).map((type) => type.trim().toLowerCase());
  const body = await readJson(call.req.raw, { maxBytes, contentTypes: called, allowEmpty: true });
  if (!body.ok) return refuse(body.problem);
  const key = await senderOf(call, body.value, deps.authentication);
  const parsed = door.parse(body.value, await defaultsOf(key, deps.configuration));
  // Whoever sets up a sender wants to hear all that is wrong at once.
  if (key === null || !parsed.ok)
    return refuse({ ...invalidEvent, errors: [...(key === null ? [unknownSender] : []), ...(parsed.ok ? [] : parsed.errors)] });
  const idempotencyKey = call.req.raw.headers.get('idempotency-key');
  const badKey = judgeKey(idempotencyKey);
  if (badKey !== null) return refuse(badKey);
  const refusal = await deps.limit.refusal(key, [parsed.event], 429);
  if (refusal !== null) return refusal;
  const request = {
    requestId: call.get('requestId'),
    caller: key.id,
    method: 'POST',
    path: call.req.path,
    key: idempotencyKey,
    body: body.text,
  };
  const run = async (command: CommandId): Promise<Answer> => json(door.taken(await take(deps, parsed.event, command)), 202);
  return answerOnce(deps.ports, request, { shownOnce: false }, run);
}

async function take(deps: Deps, event: SentEvent | RecordedEvent, command: CommandId): Promise<SignalAnswer> {
  const answer = await carryOut(deps, event, command);
  const warning = event.action === 'trigger' && answer.outcome === 'created' ? severityWarning(event.signal) : null;
  if (warning !== null && answer.incidentId !== null) await warn(answer.incidentId, warning, command, deps);
  return answer;
}

/** The alarm is safe by now: a remark that cannot be added takes nothing from its 202. */
async function warn(incidentId: string, note: string, command: CommandId, { acts, ports }: Deps): Promise<void> {
  const id = parseIncidentId(incidentId);
  if (id === null) return;
  try {
    await acts(id, { type: 'note', by: 'system', note }, { id: `${command.id}-warning`, body: null });
  } catch (cause) {
    ports.log.error('severity-warning-not-added', { incidentId }, cause);
  }
}

const invalidEvent: Problem = { status: 400, code: 'invalid-event', detail: 'The event is not valid.' };

const unknownSender = {
  pointer: '/routing_key',
  code: 'unknown-credential',
  detail: "'routing_key' is missing, or is not the ingest key of a service; it may have been revoked.",
};

/** The first credential that is known: senders moved here may still carry PagerDuty's own key in the body. */
async function senderOf(call: Call, value: unknown, authentication: Authentication): Promise<IngestKey | null> {
  const { headers } = call.req.raw;
  const given = [routingKeyOf(value), headers.get('x-routing-key'), bearerToken(headers.get('authorization')), call.req.query('key')];
  for (const token of given) {
    const key = typeof token === 'string' ? await authentication.ingestKey(token) : null;
    if (key !== null) return key;
  }
  return null;
}

async function defaultsOf(key: IngestKey | null, configuration: Configuration): Promise<EventDefaults> {
  if (key === null) return { service: '', severity: null };
  const service = (await configuration.directory()).services.get(key.service);
  return { service: key.service, severity: service?.severity ?? null };
}

// Most requests are taken.
const problemBody = z.lazy(() => z.object({ detail: z.string(), errors: z.optional(z.array(z.object({ detail: z.string() }))) }));

/** Whatever refuses a request on its way, its answer leaves in the shape that clients decode. */
const inTheirShape: MiddlewareHandler<ApiEnv> = async (call, next) => {
  await next();
  if (call.res.headers.get('content-type') !== 'application/problem+json') return;
  const { detail, errors } = problemBody.parse(await call.res.json());
  const { status } = call.res;
  const body = { ...theirWords(status), errors: errors?.map((error) => error.detail) ?? [detail] };
  const headers = new Headers(call.res.headers);
  headers.set('content-type', 'application/json');
  call.res = new Response(JSON.stringify(body), { status: theirStatus(status), headers });
};

const theirStatus = (status: number): number => (status >= 500 || status === 413 || status === 429 ? status : 400);

function theirWords(status: number): { readonly status: string; readonly message: string } {
  if (status === 429) return { status: 'throttle exceeded', message: 'Events are arriving too quickly. Try again later.' };
  if (status >= 500) return { status: 'not available', message: 'The event was not saved. Try again.' };
  return { status: 'invalid event', message: 'Event object is invalid' };
}
