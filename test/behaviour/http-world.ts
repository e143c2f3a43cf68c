import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { expect } from 'vitest';
import { makeMapStores } from '../../shared/adapters/map/stores.ts';
import { makeActs } from '../../shared/app/acts.ts';
import { makeApi, type ApiDeps } from '../../shared/app/api.ts';
import type { ApiEnv } from '../../shared/app/routes.ts';
import { SignalIntake } from '../../shared/app/signals.ts';
import type { Directory, Person } from '../../shared/domain/directory.ts';
import type { IncidentId } from '../../shared/domain/incident-id.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import type { Ports, SigningKey } from '../../shared/ports.ts';
import { noSns } from '../fixtures.ts';

export const adminToken = 'admin-token-of-the-tests';
export const ingestKey = 'K'.repeat(32);
export const otherKey = 'B'.repeat(32);
export const signingKey: SigningKey = { id: 1, key: new Uint8Array(32).fill(7) };
export const start = Date.UTC(2026, 0, 5, 9, 0, 0);

/** Some text, and text that fits a pattern, in an expected value. */
export const anyText: unknown = expect.any(String);
export const textLike = (pattern: RegExp): unknown => expect.stringMatching(pattern);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const policy: Policy = {
  id: 'default',
  version: 3,
  description: null,
  severities: null,
  levels: [
    {
      label: 'first responder',
      delay: 0,
      anchor: 'previous',
      minWait: 0,
      targets: [{ type: 'user', id: 'ana', name: null, priority: 1, channels: null, next: false, metadata: {} }],
      channels: null,
      repeat: null,
      stopOnAck: true,
      requireAck: true,
      autoResolve: null,
    },
  ],
  repeat: null,
  exhaustedAfter: 900,
  catchAll: null,
  reminder: 1800,
  maxEscalations: null,
  acknowledgementTimeout: 3600,
  cooldown: null,
  enabled: true,
};

const person = (id: string, name: string): Person => ({
  id,
  name,
  zone: null,
  contacts: [{ id: 'phone', channel: 'sms', address: '+15555550100' }],
  rules: [],
  tellOutcomeBySms: false,
  handoffNotices: [],
  calendarLink: 1,
});

const service = (id: string) => ({ id, name: null, policy: 'default', severity: null, labels: {}, enabled: true });

const directory: Directory = {
  version: 1,
  settings: {
    catchAll: null,
    zone: 'Europe/Berlin',
    baseUrl: null,
    retention: { incidents: 86_400, messages: 86_400 },
    enabled: true,
    maxOpen: null,
    acknowledgementTimeout: 3600,
    ingest: { perSecond: 120, burst: 1000 },
    snsTopics: [],
  },
  services: new Map(['checkout', 'search'].map((id) => [id, service(id)])),
  policies: new Map([['default', policy]]),
  people: new Map([
    ['ana', person('ana', 'Ana')],
    ['ben', person('ben', 'Ben')],
  ]),
  teams: new Map([['platform', { id: 'platform', name: null, members: ['ana', 'ben'] }]]),
  rooms: new Map(),
  schedules: new Map(),
  scheduleUuids: new Map(),
  peopleByPhone: new Map(),
};

function configApi(): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.get('/v1/config', (call) => call.json({ requestId: call.get('requestId') }));
  return app;
}

export interface World {
  readonly ports: Ports;
  readonly nudged: IncidentId[];
  readonly faults: string[];
  /** Lets policy time and real time pass. */
  pass(milliseconds: number): void;
  request(
    method: string,
    path: string,
    options?: { token?: string | null; body?: string | Uint8Array<ArrayBuffer>; headers?: Record<string, string> },
  ): Promise<Response>;
  fetch(request: Request): Promise<Response>;
  /** A request with a JSON body. */
  send(
    method: string,
    path: string,
    body: unknown,
    options?: { token?: string | null; headers?: Record<string, string> },
  ): Promise<Response>;
}

function makePorts(now: () => number, nudged: IncidentId[], faults: string[]): Ports {
  let ids = 0;
  const { incidents, config, keys, replies, bundles, handoffs, declined, state } = makeMapStores();
  return {
    ...{ incidents, config, keys, replies, bundles, handoffs, declined, state },
    clock: { now, real: now, toPolicy: (milliseconds) => milliseconds },
    random: {
      id: () => `id${String(++ids).padStart(24, 'a')}`,
      token: (length) => String(++ids).padStart(length, 'T'),
      fraction: () => 0.5,
    },
    timers: { sleep: () => Promise.resolve(), within: (_milliseconds, work) => work() },
    transports: {
      sms: () => Promise.resolve({ ok: true, providerId: null }),
      email: () => Promise.resolve({ ok: true, providerId: null }),
      webhook: () => Promise.resolve({ ok: true, providerId: null }),
      slack: () => Promise.resolve({ ok: true, providerId: null }),
      custom: () => Promise.resolve({ ok: true, providerId: null }),
    },
    queue: {
      testContacts: () => Promise.resolve(),
      handoffs: () => Promise.resolve(),
      nudge: (id) => {
        nudged.push(id);
        return Promise.resolve();
      },
    },
    sns: noSns,
    secrets: {
      signingKeys: () => Promise.resolve([signingKey]),
      adminTokenHash: () => Promise.resolve(sha256(adminToken)),
      named: () => Promise.resolve(null),
    },
    log: { info: () => undefined, error: (event) => faults.push(event), alarm: () => undefined, measure: () => undefined },
    publishes: false,
    bus: null,
    leasesVoidBefore: 0,
  };
}

/** The real API over stores in memory, with an administrator and one ingest key for each of the services checkout and search. */
export async function makeWorld(change: (ports: Ports) => Partial<ApiDeps> = () => ({})): Promise<World> {
  let now = start;
  const nudged: IncidentId[] = [];
  const faults: string[] = [];
  const ports = makePorts(() => now, nudged, faults);
  const configuration = { directory: () => Promise.resolve(directory), policy: () => Promise.resolve(policy), invalidate: () => undefined };
  for (const [id, key, of] of [['k1', ingestKey, 'checkout'] as const, ['k2', otherKey, 'search'] as const]) {
    await ports.keys.put({ id, service: of, hash: sha256(key), createdAt: start, lastUsedAt: null });
  }
  const app = makeApi({
    ports,
    configuration,
    signals: new SignalIntake(ports, configuration),
    acts: makeActs(ports, configuration),
    configApi: configApi(),
    testContacts: () => Promise.resolve({ done: true, results: [{ contact: 'phone', channel: 'sms', ok: true, code: null }] }),
    baseUrl: () => Promise.resolve('http://tocsin.test'),
    accessLog: false,
    ...change(ports),
  });
  const request: World['request'] = async (method, path, { token = adminToken, body, headers = {} } = {}) =>
    app.fetch(
      new Request(`http://tocsin.test${path}`, {
        method,
        headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
        ...(body === undefined ? {} : { body }),
      }),
    );
  return {
    ports,
    nudged,
    faults,
    pass: (milliseconds) => {
      now += milliseconds;
    },
    request,
    fetch: async (whole) => app.fetch(whole),
    send: (method, path, body, { token = adminToken, headers = {} } = {}) =>
      request(method, path, { token, body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } }),
  };
}

/** Sends an event with the ingest key of checkout. */
export const sendEvent = (world: World, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  world.send('POST', '/v1/events', body, { token: ingestKey, headers });

/** Starts an incident and gives its id. */
export async function startIncident(world: World, body: object = {}): Promise<string> {
  const response = await sendEvent(world, { title: 'error rate 12%', dedupKey: 'disk', ...body });
  const answer = await bodyOf(response);
  if (typeof answer['incidentId'] !== 'string') throw new Error(`no incident was started: ${JSON.stringify(answer)}`);
  return answer['incidentId'];
}

/** The JSON object a response holds. */
export async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  const body: unknown = await response.json();
  if (typeof body !== 'object' || body === null) throw new Error('the answer is no object');
  return Object.fromEntries(Object.entries(body));
}
