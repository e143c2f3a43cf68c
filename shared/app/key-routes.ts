import { hashCredential } from '../http/credentials.ts';
import { json, noContent } from '../http/answer.ts';
import type { Configuration, IngestKey, TakingPorts } from '../ports.ts';
import { anyObject } from '../schema/api.ts';
import { fieldErrors } from '../schema/field-errors.ts';
import type { Authentication } from './authentication.ts';
import { invalid, pathParameter, unknown, type Call, type Routes } from './routes.ts';

interface Deps {
  readonly ports: TakingPorts;
  readonly configuration: Configuration;
  readonly authentication: Authentication;
}

const keyLength = 32;

/** Making, listing and revoking the ingest keys of a service. */
export function addKeyRoutes(routes: Routes, deps: Deps): void {
  const { ports, configuration, authentication } = deps;
  const known = async (call: Call): Promise<string | null> => {
    const service = pathParameter(call, 'id');
    return (await configuration.directory()).services.has(service) ? service : null;
  };
  routes.post('/v1/services/:id/keys', { maxBytes: 16 * 1024, allowEmpty: true, shownOnce: true }, async (call, value) => {
    const service = await known(call);
    if (service === null) return unknown('service');
    const body = anyObject.safeParse(value);
    if (!body.success) return invalid(fieldErrors(body.error));
    return async () => {
      const key = ports.random.token(keyLength);
      const keyId = ports.random.id();
      await ports.keys.put({ id: keyId, service, hash: hashCredential(key), createdAt: ports.clock.now(), lastUsedAt: null });
      return json({ key, keyId }, 201);
    };
  });
  routes.get('/v1/services/:id/keys', async (call) => {
    const service = await known(call);
    return service === null ? unknown('service') : json({ keys: (await ports.keys.list(service)).map(keyView) });
  });
  routes.delete('/v1/services/:id/keys/:keyId', async (call) => {
    const revoked = await ports.keys.revoke(pathParameter(call, 'id'), pathParameter(call, 'keyId'));
    authentication.forget();
    return revoked ? noContent : unknown('key');
  });
}

const keyView = (key: IngestKey) => ({
  keyId: key.id,
  createdAt: new Date(key.createdAt).toISOString(),
  lastUsedAt: key.lastUsedAt === null ? null : new Date(key.lastUsedAt).toISOString(),
});
