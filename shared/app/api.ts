import { Hono } from 'hono';
import { routePath } from 'hono/route';
import { problemResponse } from '../http/problem.ts';
import type { Configuration, Ports } from '../ports.ts';
import { addAckRoutes } from './ack-routes.ts';
import { makeAuthentication, type Authentication } from './authentication.ts';
import { addEventsRoutes } from './events-routes.ts';
import { addExplainRoutes } from './explain-routes.ts';
import { addHealthRoutes } from './health-routes.ts';
import { addIncidentRoutes } from './incident-routes.ts';
import { addKeyRoutes } from './key-routes.ts';
import { addPeopleRoutes, type ContactTest } from './people-routes.ts';
import { credentialsOf, nameRequest, routesOf, type ApiEnv, type Call } from './routes.ts';
import { addServiceRoutes } from './service-routes.ts';
import { addStatsRoutes } from './stats-routes.ts';
import { Unavailable, type Acts, type Signals } from './use-cases.ts';

export interface ApiDeps {
  readonly ports: Ports;
  readonly configuration: Configuration;
  readonly signals: Signals;
  readonly acts: Acts;
  /** The routes of the configuration; they find the request's id under `requestId`, and callers are judged before them. */
  readonly configApi: Hono<ApiEnv>;
  /** Sends a test page to each contact of a person and waits up to 10 s for the results. */
  readonly testContacts: (person: string) => Promise<ContactTest>;
  /** Writes a line for each request: route, status, latency and request id. */
  readonly accessLog: boolean;
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** The whole HTTP surface. Every request is judged in one order: path and method, then the credential, then the body. */
export function makeApi(deps: ApiDeps): Hono<ApiEnv> {
  const { ports } = deps;
  const app = new Hono<ApiEnv>();
  const authentication = makeAuthentication(ports);
  const routes = routesOf(app, ports, authentication);
  if (deps.accessLog) logAccess(app, ports);
  addEventsRoutes(routes, deps);
  addIncidentRoutes(routes, deps);
  addKeyRoutes(routes, { ...deps, authentication });
  addServiceRoutes(routes, deps);
  addPeopleRoutes(routes, deps);
  addStatsRoutes(routes, deps);
  addExplainRoutes(routes, deps);
  addAckRoutes(app, deps);
  addHealthRoutes(app, ports);
  addConfigRoutes(app, deps, authentication);
  app.notFound((call) => notFound(app, call, ports));
  app.onError((error, call) => fault(error, call, ports));
  return app;
}

/** The configuration is the administrator's. */
function addConfigRoutes(app: Hono<ApiEnv>, { configApi, ports }: ApiDeps, authentication: Authentication): void {
  for (const key of new Set(configApi.routes.filter((route) => route.method !== 'ALL').map((route) => `${route.method} ${route.path}`))) {
    const [method = '', path = ''] = key.split(' ');
    app.on(method, path, async (call, next) => {
      const requestId = nameRequest(call, ports);
      const verdict = await authentication.admin(credentialsOf(call));
      if (!verdict.ok) return problemResponse(verdict.problem, requestId);
      await next();
      call.res.headers.set('x-request-id', requestId);
      return undefined;
    });
  }
  app.route('/', configApi);
}

function notFound(app: Hono<ApiEnv>, call: Call, ports: Ports): Response {
  const requestId = nameRequest(call, ports);
  const serves = (method: string): boolean => app.router.match(method, call.req.path)[0].some(([[, route]]) => route.method !== 'ALL');
  const allowed = methods.filter((method) => serves(method === 'HEAD' ? 'GET' : method));
  if (allowed.length === 0)
    return problemResponse({ status: 404, code: 'unknown-path', detail: 'There is nothing at this path.' }, requestId);
  const headers = { allow: allowed.join(', ') };
  const detail = `This path knows only ${headers.allow}.`;
  return problemResponse({ status: 405, code: 'method-not-allowed', detail, headers }, requestId);
}

function fault(error: Error, call: Call, ports: Ports): Response {
  const requestId = call.get('requestId');
  const route = routePath(call, -1);
  // A sender that was not told 202 must hear that it may try again, whatever the reason.
  const mayRetry = error instanceof Unavailable || route === '/v1/events';
  ports.log.error(mayRetry ? 'request-unavailable' : 'request-failed', { route, requestId }, error);
  return problemResponse(
    mayRetry
      ? { status: 503, code: 'unavailable', detail: 'Nothing was saved. Try again.', headers: { 'retry-after': '1' } }
      : { status: 500, code: 'internal-error', detail: 'Something went wrong on our side; the log has it under this request id.' },
    requestId,
  );
}

function logAccess(app: Hono<ApiEnv>, ports: Ports): void {
  app.use(async (call, next) => {
    const start = ports.clock.real();
    await next();
    ports.log.info('request', {
      route: routePath(call, -1),
      method: call.req.method,
      status: call.res.status,
      ms: ports.clock.real() - start,
      requestId: call.get('requestId'),
    });
  });
}
