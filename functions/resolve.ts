import { overHttp } from '../shared/adapters/aws/invocation.ts';
import { cachedForMs, openSecrets, openWorld } from '../shared/adapters/aws/world.ts';
import { makeResolve } from '../shared/app/answers.ts';
import { functionEnvironments } from '../shared/schema/function-environments.ts';

const environment = functionEnvironments.resolve.parse(process.env);
const world = openWorld(environment);
const app = makeResolve({ ...world.ports, secrets: openSecrets(environment) }, { configurationMaxAgeMs: cachedForMs, accessLog: true });

/** Ending an incident by the API. */
export const handler = overHttp(world, (request) => app.fetch(request));
