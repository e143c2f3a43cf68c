import { json, refuse, respond, type Answer } from '../shared/http/answer.ts';
import { readJson } from '../shared/http/json-body.ts';
import { problemResponse, type Problem } from '../shared/http/problem.ts';
import { fieldErrors } from '../shared/schema/field-errors.ts';
import type { Advance, ClockState } from './advance.ts';
import { alarmCommand } from './first-alarm.ts';
import { foreign } from './host-guard.ts';
import { inboxPage } from './inbox-page.ts';
import { clockBody, inboxQuery, mostNewest, smsBody } from './local-bodies.ts';
import { makeRecentMessages } from './recent-messages.ts';
import type { Runtime } from './runtime.ts';
import type { LocalKey } from './starting-config.ts';

type Handle = (request: Request, url: URL) => Promise<Response> | Response;
type Message = Awaited<ReturnType<Runtime['stores']['inbox']['list']>>[number];
type Methods = Readonly<Record<string, Handle>>;

interface Deps {
  readonly runtime: Runtime;
  readonly advance: Advance;
  readonly address: string;
  readonly port: number;
  readonly localKey: LocalKey | null;
  /** Runs after policy time was moved. */
  readonly afterAdvance: () => Promise<void>;
}

const maxBytes = 64 * 1024;
const timelinePath = /^\/local\/incidents\/([^/]+)\/timeline$/;

type Schema<T> = { safeParse(value: unknown): { success: true; data: T } | { success: false; error: Parameters<typeof fieldErrors>[0] } };

const messageView = ({ id, kind, at, channel, to, person, subject, text, incidentId, notificationId, ackUrl, code }: Message) => ({
  ...{ id, kind, at: new Date(at).toISOString(), channel, to, person, subject, text, incidentId, notificationId, ackUrl, code },
});

/** `GET /` and everything under `/local`. Null: the request is for somebody else. */
export function makeLocalRoutes(deps: Deps): (request: Request) => Promise<Response> | Response | null {
  const table = routeTable(deps);
  const { random, log } = deps.runtime;

  const answer = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const refused = foreign(request, deps.port);
    if (refused !== null) return problemResponse(refused, random.id());
    const methods = table[url.pathname] ?? (timelinePath.test(url.pathname) ? table['/local/incidents'] : undefined);
    if (methods === undefined) return problemResponse(unknownPath, random.id());
    const handle = methods[request.method === 'HEAD' ? 'GET' : request.method];
    if (handle === undefined) return problemResponse(notAllowed(methods), random.id());
    try {
      return await handle(request, url);
    } catch (cause) {
      log.error('local-request-failed', { path: url.pathname }, cause);
      return problemResponse(fault, random.id());
    }
  };

  // Every signal comes by here too, so the address is not taken apart.
  return (request) => (isLocal(request.url) ? answer(request) : null);
}

const localAddress = /^https?:\/\/[^/]*\/(?:local(?:[/?]|$)|[?]|$)/;
const isLocal = (url: string): boolean => localAddress.test(url);

const unknownPath: Problem = { status: 404, code: 'unknown-path', detail: 'There is nothing at this path.' };
const fault: Problem = { status: 500, code: 'internal-error', detail: 'Something went wrong on our side; the log has it.' };
const tooManyPages: Problem = { status: 503, code: 'too-many-pages', detail: 'Too many pages are open.', headers: { 'retry-after': '10' } };
const noKey: Problem = {
  status: 409,
  code: 'no-ingest-key',
  detail:
    'There is no service with a key of this machine: apply a configuration with a service, or make a key with POST /v1/services/{id}/keys.',
};

function notAllowed(methods: Methods): Problem {
  const allow = Object.keys(methods).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  return {
    status: 405,
    code: 'method-not-allowed',
    detail: `This path knows only ${allow.join(', ')}.`,
    headers: { allow: allow.join(', ') },
  };
}

const invalid = (error: Parameters<typeof fieldErrors>[0]): Answer =>
  refuse({ status: 422, code: 'not-valid', detail: 'Some fields are not valid.', errors: fieldErrors(error) });

const clockView = ({ now, unsettled }: ClockState, speed: number) => json({ now: new Date(now).toISOString(), unsettled, speed });

function routeTable({ runtime, advance, address, localKey, afterAdvance }: Deps): Readonly<Record<string, Methods>> {
  const { application, stores, random, changes, clock, secrets } = runtime;
  const recent = makeRecentMessages(stores.inbox, mostNewest);
  const keyFile = localKey?.file ?? null;
  const keyShown = keyFile === null ? 'KEY' : `$(cat '${keyFile}')`;
  // The page names the file of the key, never the key: whoever may read the one may read the other.
  const pages = inboxPage(alarmCommand(address, keyShown));

  const answered = async (work: () => Promise<Answer>): Promise<Response> => respond(await work(), random.id());

  const withBody = <T>(request: Request, schema: Schema<T>, work: (body: T) => Promise<Answer>): Promise<Response> =>
    answered(async () => {
      const body = await readJson(request, { maxBytes, allowEmpty: false });
      if (!body.ok) return refuse(body.problem);
      const parsed = schema.safeParse(body.value);
      return parsed.success ? work(parsed.data) : invalid(parsed.error);
    });

  const inbox = (_request: Request, url: URL): Promise<Response> =>
    answered(async () => {
      const query = inboxQuery.safeParse(Object.fromEntries(url.searchParams));
      if (!query.success) return invalid(query.error);
      const { after = null, limit, newest } = query.data;
      const messages = newest === undefined ? await stores.inbox.list(after, limit) : await recent(newest);
      return json({ messages: messages.map(messageView) });
    });

  /** The API itself answers, to whoever sits at this machine. */
  const throughApi = (path: string, init: RequestInit, token: string) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return application.fetch(new Request(address + path, { ...init, headers }));
  };

  const sample = (): Promise<Response> | Response => {
    if (localKey === null) return problemResponse(noKey, random.id());
    const event = { title: 'Sample alarm: error rate 12%', severity: 'critical', source: 'inbox page', dedupKey: `sample-${random.id()}` };
    return throughApi('/v1/events', { method: 'POST', body: JSON.stringify(event) }, localKey.key);
  };

  const moved = async (seconds: number): Promise<Answer> => {
    const state = await advance.advance(seconds * 1000);
    await afterAdvance();
    changes.changed();
    return clockView(state, clock.speed);
  };

  return {
    ...Object.fromEntries(Object.entries(pages).map(([path, GET]) => [path, { GET }])),
    '/local/inbox': { GET: inbox },
    '/local/sms': {
      POST: (request) =>
        withBody(request, smsBody, async (sms) =>
          json({ replies: await application.reply({ ...sms, messageId: `local-${random.id()}` }) }),
        ),
    },
    '/local/clock': {
      GET: () => answered(async () => clockView(await advance.state(), clock.speed)),
      POST: (request) => withBody(request, clockBody, ({ advance: seconds }) => moved(seconds)),
    },
    '/local/events': { GET: () => changes.open() ?? problemResponse(tooManyPages, random.id()) },
    '/local/sample': { POST: sample },
    '/local/on-call': { GET: () => throughApi('/v1/on-call', { method: 'GET' }, secrets.adminToken) },
    '/local/incidents': {
      GET: (_request, url) => throughApi(`/v1${url.pathname.slice('/local'.length)}${url.search}`, { method: 'GET' }, secrets.adminToken),
    },
  };
}
