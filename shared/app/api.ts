import type { Hono } from 'hono';
import { problemResponse } from '../http/problem.ts';
import type { Ports, TakingPorts } from '../ports.ts';
import { addAckRoutes } from './ack-routes.ts';
import { makeAuthentication, type Authentication } from './authentication.ts';
import type { CachedConfiguration } from './configuration.ts';
import { addExplainRoutes } from './explain-routes.ts';
import { addHealthRoutes } from './health-routes.ts';
import { furtherActs } from './further-acts.ts';
import { acknowledge, cancel, resolve } from './incident-acts.ts';
import { addActRoutes, addIncidentRoutes } from './incident-routes.ts';
import { addKeyRoutes } from './key-routes.ts';
import { addCalendarLinkRoutes } from './calendar-link-routes.ts';
import type { ContactTest } from './contact-test.ts';
import { addPeopleRoutes } from './people-routes.ts';
import { addOverrideRoutes } from './override-routes.ts';
import { makeHttpApp } from './http-app.ts';
import { credentialsOf, nameRequest, type ApiEnv, type Routes } from './routes.ts';
import { addScheduleRoutes } from './schedule-routes.ts';
import { addSenderRoutes } from './trigger.ts';
import { addServiceRoutes } from './service-routes.ts';
import { addStatsRoutes } from './stats-routes.ts';
import type { Acts, Signals } from './use-cases.ts';

interface OtherDeps {
  readonly ports: AdminPorts;
  readonly configuration: CachedConfiguration;
  readonly signals: Signals;
  readonly acts: Acts;
  /** The routes of the configuration; they find the request's id under `requestId`, and callers are judged before them. */
  readonly configApi: Hono<ApiEnv>;
  /** Sends a test page to each contact of a person and waits up to 10 s for the results. */
  readonly testContacts: (person: string) => Promise<ContactTest>;
  /** Where links point, without a slash at the end. */
  readonly baseUrl: () => Promise<string>;
  /** Writes a line for each request: route, status, latency and request id. */
  readonly accessLog: boolean;
}

type AdminPorts = TakingPorts & Pick<Ports, 'handoffs'> & { readonly secrets: Pick<Ports['secrets'], 'adminTokenHash' | 'signingKeys'> };

export interface ApiDeps extends OtherDeps {
  readonly ports: Ports;
}

/** The whole HTTP surface. */
export function makeApi(deps: ApiDeps): Hono<ApiEnv> {
  const { ports, accessLog } = deps;
  const authentication = makeAuthentication(ports);
  return makeHttpApp({ ports, authentication, accessLog }, (app, routes) => {
    addSenderRoutes(app, routes, { ...deps, authentication });
    addActRoutes(routes, deps, [acknowledge, resolve, cancel, ...furtherActs]);
    addOtherRoutes(app, routes, deps, authentication);
    addAckRoutes(app, deps);
  });
}

/** What neither senders nor those who answer a page ask for. */
function addOtherRoutes(app: Hono<ApiEnv>, routes: Routes, deps: OtherDeps, authentication: Authentication): void {
  addIncidentRoutes(routes, deps);
  addKeyRoutes(routes, { ...deps, authentication });
  addServiceRoutes(routes, deps);
  addPeopleRoutes(routes, deps);
  addScheduleRoutes(routes, deps);
  addOverrideRoutes(routes, deps);
  addCalendarLinkRoutes(app, routes, deps);
  addStatsRoutes(routes, deps);
  addExplainRoutes(routes, deps);
  addHealthRoutes(app, deps.ports);
  addConfigRoutes(app, deps, authentication);
}

/** What is left of the HTTP surface beside `makeTrigger`, `makeAck` and `makeResolve`. */
export function makeRestOfApi(deps: OtherDeps): Hono<ApiEnv> {
  const authentication = makeAuthentication(deps.ports);
  return makeHttpApp({ ports: deps.ports, authentication, accessLog: deps.accessLog }, (app, routes) => {
    addActRoutes(routes, deps, furtherActs);
    addOtherRoutes(app, routes, deps, authentication);
  });
}

/** The configuration is the administrator's. */
function addConfigRoutes(app: Hono<ApiEnv>, { configApi, ports }: OtherDeps, authentication: Authentication): void {
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
