import { overHttp } from '../shared/adapters/aws/invocation.ts';
import { cachedForMs, openHandoffs, openSecretNames, openSecrets, openWorld } from '../shared/adapters/aws/world.ts';
import { makeRest } from '../shared/app/rest.ts';
import { functionEnvironments } from '../shared/schema/function-environments.ts';

const environment = functionEnvironments.api.parse(process.env);
const world = openWorld(environment);
// It may know which named secrets there are, and not what they hold.
const { ADMIN_TOKEN_ARN, SIGNING_KEYS_ARN, NAMED_SECRETS_PREFIX, BASE_URL } = environment;
const secrets = { ...openSecrets({ ADMIN_TOKEN_ARN, SIGNING_KEYS_ARN }), ...openSecretNames(NAMED_SECRETS_PREFIX) };
const app = makeRest(
  { ...world.ports, secrets, handoffs: openHandoffs(world) },
  { configurationMaxAgeMs: cachedForMs, accessLog: true, baseUrl: BASE_URL },
);

/** Everything under /v1 that no other function serves, and /health. */
export const handler = overHttp(world, (request) => app.fetch(request));
