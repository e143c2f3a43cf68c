/**
 * Throughput over HTTP: a server as users start it, on a file with full sync; 16 kept-alive connections from this process.
 * Run with `npm run bench:http`; `-- --cpu-prof DIR` profiles the servers.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { type Connection, withConnections } from './connection.ts';
import { load, printMachine } from './machine.ts';
import { boundTo, usageOf, withServer } from './server.ts';
import {
  bundlingSpeed,
  document,
  expectStatus,
  makeKeys,
  numbersFor,
  type Numbers,
  personOf,
  printLimit,
  raise,
  serviceOf,
  type Target,
  trigger,
} from './workload.ts';

const connectionCount = 16;
const distinctMs = 30_000;
const lifeCycleMs = 20_000;
const duplicateMs = 10_000;
/** So many triggers of the same connection lie between a trigger and its acknowledgement, and between that and its resolve: pages come first, as in life. */
const lag = 8;
const backlogWithinMs = 20_000;
const inboxPage = 1000;

const inbox = z.object({ messages: z.array(z.object({ id: z.string(), kind: z.string(), incidentId: z.string().nullable() })) });
const shown = z.object({ state: z.string(), notificationCount: z.number(), occurrences: z.number() });

interface Measured<T> {
  readonly result: T;
  readonly seconds: number;
  /** Processor time of the server and of this process. */
  readonly cpuMs: readonly [number, number];
}

async function measured<T>({ server }: Target, work: () => Promise<T>): Promise<Measured<T>> {
  const before = usageOf(server).cpuMs;
  const own = process.cpuUsage();
  const begin = performance.now();
  const result = await work();
  const seconds = (performance.now() - begin) / 1000;
  const { user, system } = process.cpuUsage(own);
  return { result, seconds, cpuMs: [usageOf(server).cpuMs - before, (user + system) / 1000] };
}

function print(what: string, count: number, { seconds, cpuMs: [server, own] }: Measured<unknown>, more: string): void {
  const cores = (ms: number): string => `${(ms / seconds / 10).toFixed(0)} %`;
  console.log(
    `${what}: ${(count / seconds).toFixed(0)} per second (${count} in ${seconds.toFixed(1)} s, ${connectionCount} connections), ${more}; ` +
      `server ${((server * 1000) / count).toFixed(0)} µs of processor time each, ${cores(server)} of a core; load generator ${cores(own)}; ${load()}`,
  );
}

/** Runs one measure against a server of its own. */
const against = (run: (target: Target, connections: readonly Connection[]) => Promise<void>): Promise<void> =>
  withServer({ document, entry: 'main', speed: bundlingSpeed }, async (server) => {
    const target = await makeKeys(server);
    await withConnections(server.port, connectionCount, (connections) => run(target, connections));
  });

/** How long the messages of the inbox take to become so many; the store is read from outside, so the server does not notice. */
async function backlogMs({ server }: Target, count: number): Promise<number> {
  const database = new DatabaseSync(join(server.folder, 'tocsin.sqlite'), { readOnly: true });
  const begin = performance.now();
  try {
    const last = database.prepare('SELECT ifnull(max(place), 0) AS count FROM inbox');
    for (;;) {
      const passed = performance.now() - begin;
      const found = Number(last.get()?.['count']);
      if (found >= count) return passed;
      if (passed > backlogWithinMs) throw new Error(`of ${count} pages ${found} are in the inbox`);
      await pause(5);
    }
  } finally {
    database.close();
  }
}

/** Every incident has exactly one page, and there is no other message. */
async function expectPages({ server }: Target, connection: Connection, incidents: readonly string[]): Promise<void> {
  const missing = new Set(incidents);
  if (missing.size !== incidents.length) throw new Error('two alarms were given the same incident');
  let after = '';
  for (;;) {
    const path = `/local/inbox?limit=${inboxPage}${after}`;
    const answer = await connection.ask({ method: 'GET', path, bearer: server.token });
    const { messages } = inbox.parse(JSON.parse(expectStatus(answer, 200)));
    for (const { kind, incidentId } of messages) {
      if (kind !== 'page' || incidentId === null || !missing.delete(incidentId))
        throw new Error(`an unexpected ${kind} of ${String(incidentId)}`);
    }
    const last = messages.at(-1);
    if (last === undefined) break;
    after = `&after=${last.id}`;
  }
  if (missing.size > 0) throw new Error(`${missing.size} accepted alarms have no page`);
}

async function distinct(target: Target, connections: readonly Connection[]): Promise<void> {
  const run = await measured(target, () => raise(connections, target, numbersFor(distinctMs)));
  const backlog = await backlogMs(target, run.result.length);
  await expectPages(target, connections[0]!, run.result);
  print(
    'distinct alarms accepted and paged',
    run.result.length,
    run,
    `all pages in the inbox ${backlog.toFixed(0)} ms after the last answer`,
  );
}

interface Open {
  readonly number: number;
  readonly id: string;
}

async function act({ server }: Target, connection: Connection, { number, id }: Open, name: 'acknowledge' | 'resolve') {
  const path = `/v1/incidents/${id}/${name}`;
  const answer = await connection.ask({ method: 'POST', path, bearer: server.token, body: { by: personOf(number) } });
  return shown.parse(JSON.parse(expectStatus(answer, 200)));
}

/** Life cycles on one connection: how many were ended, and of those the number that were paged. */
async function live(target: Target, connection: Connection, numbers: Numbers): Promise<{ ended: number; paged: number }> {
  const triggered: Open[] = [];
  const acknowledged: Open[] = [];
  let ended = 0;
  let paged = 0;
  const step = async (most: number): Promise<void> => {
    const first = triggered.length > most ? triggered.shift() : undefined;
    if (first !== undefined) {
      await act(target, connection, first, 'acknowledge');
      acknowledged.push(first);
    }
    const second = acknowledged.length > most ? acknowledged.shift() : undefined;
    if (second === undefined) return;
    const { state, notificationCount } = await act(target, connection, second, 'resolve');
    if (state !== 'resolved') throw new Error(`resolved, and yet ${state}`);
    ended += 1;
    paged += notificationCount;
  };
  for (let number = numbers(); number !== null; number = numbers()) {
    const { incidentId } = await trigger(connection, target, serviceOf(number), `alarm-${number}`);
    triggered.push({ number, id: incidentId });
    await step(lag);
  }
  while (triggered.length + acknowledged.length > 0) await step(0);
  return { ended, paged };
}

async function lifeCycles(target: Target, connections: readonly Connection[]): Promise<void> {
  const numbers = numbersFor(lifeCycleMs);
  const run = await measured(target, () => Promise.all(connections.map((connection) => live(target, connection, numbers))));
  const ended = run.result.reduce((sum, one) => sum + one.ended, 0);
  const paged = run.result.reduce((sum, one) => sum + one.paged, 0);
  print(
    'life cycles (trigger, acknowledge, resolve)',
    ended,
    run,
    `${((paged / ended) * 100).toFixed(1)} % paged before the acknowledgement`,
  );
}

async function duplicates(target: Target, connections: readonly Connection[]): Promise<void> {
  const { incidentId } = await trigger(connections[0]!, target, 's0', 'one');
  const numbers = numbersFor(duplicateMs);
  const repeat = async (connection: Connection): Promise<number> => {
    let count = 0;
    for (; numbers() !== null; count += 1) {
      const merged = await trigger(connection, target, 's0', 'one');
      if (merged.outcome !== 'merged' || merged.incidentId !== incidentId) throw new Error(`a duplicate was ${merged.outcome}`);
    }
    return count;
  };
  const run = await measured(target, () => Promise.all(connections.map(repeat)));
  const count = run.result.reduce((sum, one) => sum + one, 0);
  const { server } = target;
  const answer = await connections[0]!.ask({ method: 'GET', path: `/v1/incidents/${incidentId}`, bearer: server.token });
  const { occurrences } = shown.parse(JSON.parse(expectStatus(answer, 200)));
  if (occurrences !== count + 1) throw new Error(`${count + 1} triggers were counted as ${occurrences}`);
  await expectPages(target, connections[0]!, [incidentId]);
  print('duplicates of one key', count, run, 'every one counted');
}

boundTo(120);
printMachine();
printLimit();
await against(distinct);
await against(lifeCycles);
await against(duplicates);
