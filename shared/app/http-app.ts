import { Hono } from 'hono';
import { routePath } from 'hono/route';
import { problemResponse } from '../http/problem.ts';
import type { TakingPorts } from '../ports.ts';
import type { Authentication } from './authentication.ts';
import { nameRequest, routesOf, type ApiEnv, type Call, type Routes } from './routes.ts';
import { Unavailable } from './use-cases.ts';

interface HttpAppOptions {
  readonly ports: TakingPorts;
  readonly authentication: Authentication;
  /** Writes a line for each request: route, status, latency and request id. */
  readonly accessLog: boolean;
}

const sendersRoutes = ['/v1/events', '/v1/ingest/', '/v2/'];
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** A part of the HTTP surface, or all of it. Every request is judged in one order: path and method, then the credential, then the body. */
export function makeHttpApp(
  { ports, authentication, accessLog }: HttpAppOptions,
  addRoutes: (app: Hono<ApiEnv>, routes: Routes) => void,
): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  if (accessLog) logAccess(app, ports);
  addRoutes(app, routesOf(app, ports, authentication));
  app.notFound((call) => notFound(app, call, ports));
  app.onError((error, call) => fault(error, call, ports));
  return app;
}

function notFound(app: Hono<ApiEnv>, call: Call, ports: TakingPorts): Response {
  const requestId = nameRequest(call, ports);
  const serves = (method: string): boolean => app.router.match(method, call.req.path)[0].some(([[, route]]) => route.method !== 'ALL');
  const allowed = methods.filter((method) => serves(method === 'HEAD' ? 'GET' : method));
  if (allowed.length === 0)
    return problemResponse({ status: 404, code: 'unknown-path', detail: 'There is nothing at this path.' }, requestId);
  const headers = { allow: allowed.join(', ') };
  const detail = `This path knows only ${headers.allow}.`;
  return problemResponse({ status: 405, code: 'method-not-allowed', detail, headers }, requestId);
}

function fault(error: Error, call: Call, ports: TakingPorts): Response {
  const requestId = call.get('requestId');
  const route = routePath(call, -1);
  // A sender that was not told 202 must hear that it may try again, whatever the reason.
  const mayRetry = error instanceof Unavailable || sendersRoutes.some((start) => route.startsWith(start));
  ports.log.error(mayRetry ? 'request-unavailable' : 'request-failed', { route, requestId }, error);
  return problemResponse(
    mayRetry
      ? { status: 503, code: 'unavailable', detail: 'Nothing was saved. Try again.', headers: { 'retry-after': '1' } }
      : { status: 500, code: 'internal-error', detail: 'Something went wrong on our side; the log has it under this request id.' },
    requestId,
  );
}

function logAccess(app: Hono<ApiEnv>, ports: TakingPorts): void {
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
