/**
 * Life cycles in memory: trigger, fire, send, settle, acknowledge, resolve through the very handlers over the Map stores, one thread, no HTTP.
 * Run with `npm run bench:life-cycle`.
 */
import { makeMapStores } from '../shared/adapters/map/stores.ts';
import { makeApplication, type Application } from '../shared/app/application.ts';
import type { IncidentId } from '../shared/domain/incident-id.ts';
import { parseIncidentId } from '../shared/domain/incident-id.ts';
import type { Signal } from '../shared/domain/signal.ts';
import { printMachine } from './machine.ts';

const seconds = 3;
const rounds = 5;
/** Policy time between two alarms: each person is paged every 80 s. More often, pages would be bundled. */
const apartMs = 400;

/** So many services, each with a person of its own. */
const services = 200;
const names = Array.from({ length: services }, (_, index) => String(index));

const config = JSON.stringify({
  settings: { catchAll: ['user:p0'] },
  services: names.map((name) => ({ id: `s${name}`, policy: `r${name}` })),
  policies: names.map((name) => ({ id: `r${name}`, levels: [{ targets: [`user:p${name}`] }, { delay: '15m', targets: ['user:p0'] }] })),
  people: names.map((name) => ({
    id: `p${name}`,
    name: `Person ${name}`,
    contacts: [{ id: 'phone', channel: 'sms', address: `+1555555${name.padStart(4, '0')}` }],
  })),
});

const signal = (number: number): Signal => ({
  service: `s${String(number % services)}`,
  dedupKey: `alarm-${String(number)}`,
  title: 'error rate 12%',
  severity: 'critical',
  severityText: null,
  source: null,
  type: null,
  environment: null,
  description: null,
  labels: {},
  links: [],
  details: null,
  context: null,
  occurredAt: null,
});

interface Bench {
  readonly app: Application;
  readonly nudged: IncidentId[];
  sent: number;
  /** Policy time. */
  now: number;
}

async function makeBench(): Promise<Bench> {
  const stores = makeMapStores();
  const nudged: IncidentId[] = [];
  let ids = 0;
  const bench = { sent: 0, now: Date.now() };
  const hand = (): Promise<{ ok: true; providerId: null }> => {
    bench.sent += 1;
    return Promise.resolve({ ok: true, providerId: null });
  };
  const app = makeApplication(
    {
      ...stores,
      clock: { now: () => bench.now, real: () => Date.now(), toPolicy: (milliseconds) => milliseconds },
      random: { id: () => String(++ids), token: (length) => String(++ids).padStart(length, 'k'), fraction: Math.random },
      timers: { sleep: () => Promise.resolve(), within: (_, work) => work() },
      transports: { sms: hand, email: hand, webhook: hand, slack: hand, custom: hand },
      queue: {
        testContacts: () => Promise.resolve(),
        handoffs: () => Promise.resolve(),
        nudge: (id) => {
          nudged.push(id);
          return Promise.resolve();
        },
      },
      sns: { certificate: () => Promise.reject(new Error('no SNS')), confirm: () => Promise.reject(new Error('no SNS')) },
      secrets: { signingKeys: () => Promise.resolve(keys), adminTokenHash: () => Promise.resolve(''), named: () => Promise.resolve(null) },
      log: { info: () => undefined, error: console.error, alarm: console.error, measure: () => undefined },
      publishes: false,
      bus: null,
      leasesVoidBefore: 0,
    },
    { baseUrl: () => 'http://127.0.0.1:8080', configurationMaxAgeMs: 10_000, accessLog: false },
  );
  const saved = await app.saving.saveDocument(config, 'application/json', { dryRun: false, ifMatch: null });
  if (saved.kind !== 'saved') throw new Error(JSON.stringify(saved));
  return Object.assign(bench, { app, nudged });
}

const keys = [{ id: 1, key: new Uint8Array(32).fill(7) }];

async function lifeCycle(bench: Bench, number: number): Promise<void> {
  const { app, nudged } = bench;
  bench.now += apartMs;
  const { incidentId } = await app.signals.trigger(signal(number), { id: `t${String(number)}`, body: null });
  await drain(app, nudged);
  const id = incidentId === null ? null : parseIncidentId(incidentId);
  if (id === null) throw new Error('no incident');
  await app.acts(
    id,
    { type: 'acknowledge', by: `user:p${String(number % services)}`, note: null },
    { id: `a${String(number)}`, body: null },
  );
  await drain(app, nudged);
  await app.acts(
    id,
    { type: 'resolve', by: `user:p${String(number % services)}`, note: null, occurredAt: null, bySource: false },
    { id: `r${String(number)}`, body: null },
  );
  await drain(app, nudged);
}

async function drain(app: Application, nudged: IncidentId[]): Promise<void> {
  for (let id = nudged.pop(); id !== undefined; id = nudged.pop()) await app.work(id);
}

printMachine();
for (let round = 1; round <= rounds; round += 1) {
  const bench = await makeBench();
  const begin = performance.now();
  const cpu = process.cpuUsage();
  let count = 0;
  while (performance.now() - begin < seconds * 1000) await lifeCycle(bench, count++);
  const rate = count / ((performance.now() - begin) / 1000);
  if (bench.sent !== count) throw new Error(`${String(count)} life cycles, ${String(bench.sent)} pages`);
  const used = process.cpuUsage(cpu);
  console.log(
    `round ${String(round)}: ${rate.toFixed(0)} life cycles per second, ${String(count)} pages, ${((used.user + used.system) / count).toFixed(1)} µs of processor time each`,
  );
}
