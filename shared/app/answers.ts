import type { Hono } from 'hono';
import type { Ports, TakingPorts } from '../ports.ts';
import { addAckRoutes } from './ack-routes.ts';
import { makeActs } from './acts.ts';
import { makeAuthentication } from './authentication.ts';
import { makeConfiguration } from './configuration.ts';
import { makeHttpApp } from './http-app.ts';
import { acknowledge, cancel, resolve } from './incident-acts.ts';
import { addActRoutes } from './incident-routes.ts';
import type { ApiEnv } from './routes.ts';

interface Options {
  readonly configurationMaxAgeMs: number;
  readonly accessLog: boolean;
}

type Secret<Name extends keyof Ports['secrets']> = { readonly secrets: Pick<Ports['secrets'], Name> };

/** Acknowledging: the links in messages, and the API's. */
export function makeAck(
  ports: TakingPorts & Pick<Ports, 'bundles'> & Secret<'signingKeys' | 'adminTokenHash'>,
  options: Options,
): Hono<ApiEnv> {
  const configuration = makeConfiguration(ports, { maxAgeMs: options.configurationMaxAgeMs });
  const deps = { ports, configuration, acts: makeActs(ports, configuration) };
  return makeHttpApp({ ports, authentication: makeAuthentication(ports), accessLog: options.accessLog }, (app, routes) => {
    addAckRoutes(app, deps);
    addActRoutes(routes, deps, [acknowledge]);
  });
}

/** Ending an incident by the API. */
export function makeResolve(ports: TakingPorts & Secret<'adminTokenHash'>, options: Options): Hono<ApiEnv> {
  const configuration = makeConfiguration(ports, { maxAgeMs: options.configurationMaxAgeMs });
  const deps = { ports, configuration, acts: makeActs(ports, configuration) };
  return makeHttpApp({ ports, authentication: makeAuthentication(ports), accessLog: options.accessLog }, (_app, routes) => {
    addActRoutes(routes, deps, [resolve, cancel]);
  });
}
