import { Hono } from 'hono';
import { makeMapStores, type Stores } from '../../shared/adapters/map/stores.ts';
import { channels } from '../../shared/channels/registry.ts';
import { configRoutes } from '../../shared/app/config-routes.ts';
import { makeConfigSaving, type ConfigSaving } from '../../shared/app/config-saving.ts';
import { makeConfiguration, type CachedConfiguration } from '../../shared/app/configuration.ts';
import { makeOnCallReading } from '../../shared/app/on-call-reading.ts';
import type { ApiEnv } from '../../shared/app/routes.ts';
import type { Clock, ConfigStore, Random, Timers } from '../../shared/ports.ts';

interface Answered {
  readonly status: number;
  readonly etag: string | null;
  readonly type: string | null;
  readonly body: Record<string, unknown>;
  readonly text: string;
}

interface Request {
  readonly type?: string;
  readonly ifMatch?: string;
  readonly accept?: string;
}

export interface ConfigWorld {
  readonly stores: Stores;
  readonly configuration: CachedConfiguration;
  readonly saving: ConfigSaving;
  call(method: string, path: string, body?: string | object, request?: Request): Promise<Answered>;
  /** Lets real time pass. */
  pass(milliseconds: number): void;
}

/** The configuration as it is wired everywhere, over stores in memory; `watch` may put itself between. */
export function configWorld(options: { maxAgeMs?: number; watch?: (config: ConfigStore) => ConfigStore } = {}): ConfigWorld {
  const kept = makeMapStores();
  const stores = { ...kept, config: options.watch?.(kept.config) ?? kept.config };
  let now = 1_700_000_000_000;
  const secrets = { signingKeys: () => Promise.resolve([]), adminTokenHash: () => Promise.resolve(''), named: () => Promise.resolve(null) };
  const clock: Clock = { now: () => now, real: () => now, toPolicy: (milliseconds) => milliseconds };
  const configuration = makeConfiguration(
    { config: stores.config, clock },
    { maxAgeMs: options.maxAgeMs ?? 0, onCall: makeOnCallReading({ clock, state: stores.state }) },
  );
  const timers: Timers = { sleep: () => Promise.resolve(), within: (_, work) => work() };
  const random: Random = { id: () => 'id', token: () => 'token', fraction: () => 0.5 };
  const queue = { nudge: () => Promise.resolve(), testContacts: () => Promise.resolve(), handoffs: () => Promise.resolve() };
  const log = { info: () => undefined, error: () => undefined, alarm: () => undefined, measure: () => undefined };
  const saving = makeConfigSaving({ ...stores, clock, secrets, timers, random, queue, log }, configuration, channels);
  const app = new Hono<ApiEnv>();
  app.use(async (call, next) => {
    call.set('requestId', 'request-1');
    await next();
  });
  app.route('/', configRoutes({ ports: stores, saving }));
  return {
    stores,
    configuration,
    saving,
    pass: (milliseconds) => {
      now += milliseconds;
    },
    async call(method, path, body, request = {}) {
      const text = typeof body === 'object' ? JSON.stringify(body) : body;
      const headers: Record<string, string> = {};
      if (text !== undefined)
        headers['content-type'] = request.type ?? (typeof body === 'object' ? 'application/json' : 'application/yaml');
      if (request.ifMatch !== undefined) headers['if-match'] = request.ifMatch;
      if (request.accept !== undefined) headers['accept'] = request.accept;
      const response = await app.request(path, { method, headers, ...(text === undefined ? {} : { body: text }) });
      const answered = await response.text();
      const type = response.headers.get('content-type');
      const parsed: unknown = type?.includes('json') === true ? JSON.parse(answered) : {};
      return {
        status: response.status,
        etag: response.headers.get('etag'),
        type,
        body: Object.fromEntries(Object.entries(parsed ?? {})),
        text: answered,
      };
    },
  };
}
