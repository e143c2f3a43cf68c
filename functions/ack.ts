import { overHttp } from '../shared/adapters/aws/invocation.ts';
import { cachedForMs, openSecrets, openWorld } from '../shared/adapters/aws/world.ts';
import { makeAck } from '../shared/app/answers.ts';
import { functionEnvironments } from '../shared/schema/function-environments.ts';

const environment = functionEnvironments.ack.parse(process.env);
const world = openWorld(environment);
const app = makeAck({ ...world.ports, secrets: openSecrets(environment) }, { configurationMaxAgeMs: cachedForMs, accessLog: true });

/** Acknowledging: the links in messages, and the API's. */
export const handler = overHttp(world, (request) => app.fetch(request));
