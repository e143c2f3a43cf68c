/**
 * A storm: 50,000 distinct alarms on 1,000 services with a person each, as fast as the server takes them; meanwhile somebody acknowledges other incidents,
 * ten a second. Then every accepted alarm must be found with its incident, and in a page or a bundle of pages that was handed over.
 * Run with `npm run bench:storm`; `-- --cpu-prof DIR` profiles the server.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { withConnections } from './connection.ts';
import { load, printMachine, spread } from './machine.ts';
import { boundTo, type Server, usageOf, withServer } from './server.ts';
import { documentOf, expectStatus, makeKeys, type Numbers, printLimit, raise } from './workload.ts';

const alarms = 50_000;
const services = 1000;
const connectionCount = 32;
/** Incidents to acknowledge, on services of their own. */
const others = { services: 100, incidents: 800, warmUps: 50 };
const acknowledgeEveryMs = 100;
const soughtMs = 100;
/** Pages beyond three a minute to one person wait up to a minute to leave as one message. */
const pagedWithinMs = 90_000;

function numbersUpTo(count: number): Numbers {
  let next = 0;
  return () => (next < count ? next++ : null);
}

/** Acknowledges one incident after the other, each at its time, until told to stop; how long each took from that time on. */
async function acknowledge(
  server: Server,
  incidents: readonly string[],
  everyMs: number,
  goesOn: () => boolean,
): Promise<readonly number[]> {
  return withConnections(server.port, 2, async (connections) => {
    const begin = performance.now();
    const laps: number[] = [];
    const pending: Promise<void>[] = [];
    for (let number = 0; goesOn() && number < incidents.length; number += 1) {
      const due = begin + number * everyMs;
      await pause(Math.max(0, due - performance.now()));
      const path = `/v1/incidents/${incidents[number] ?? ''}/acknowledge`;
      // The one before may still be under way: nobody waits for anybody else's.
      await pending[number - connections.length];
      const ask = connections[number % connections.length]!.ask({ method: 'POST', path, bearer: server.token, body: { by: 'api' } });
      pending.push(
        ask.then((answer) => {
          expectStatus(answer, 200);
          laps.push(performance.now() - due);
        }),
      );
    }
    await Promise.all(pending);
    return laps;
  });
}

/** Every incident that is in a message in the inbox: a page of its own, or a bundle. */
const handedOver = `
  SELECT body ->> '$.incidentId' AS incident FROM inbox WHERE body ->> '$.kind' = 'page' AND incident IS NOT NULL
  UNION SELECT key || '-' || generation FROM bundle_member WHERE 'bundle-' || bundle IN (SELECT body ->> '$.notificationId' FROM inbox)`;

/** How long it takes until each of the incidents is in a message in the inbox, and how many messages that are. Read from outside, so the server does not notice. */
async function pagesOf({ folder }: Server, incidents: readonly string[]): Promise<{ readonly ms: number; readonly messages: number }> {
  const database = new DatabaseSync(join(folder, 'tocsin.sqlite'), { readOnly: true });
  const begin = performance.now();
  try {
    for (;;) {
      const found = new Set(
        database
          .prepare(handedOver)
          .all()
          .map(({ incident }) => incident),
      );
      const missing = incidents.filter((incident) => !found.has(incident)).length;
      const ms = performance.now() - begin;
      if (missing === 0) return { ms, messages: Number(database.prepare('SELECT count(*) AS count FROM inbox').get()?.['count']) };
      if (ms > pagedWithinMs) throw new Error(`${missing} accepted alarms were never handed over`);
      await pause(1000);
    }
  } finally {
    database.close();
  }
}

boundTo(240);
printMachine();
printLimit();
await withServer({ document: documentOf(services + others.services, 0), entry: 'main' }, async (server) => {
  const target = await makeKeys(server, services + others.services);
  const open = await withConnections(server.port, 4, (connections) =>
    raise(connections, target, numbersUpTo(others.incidents), (number) => `s${services + (number % others.services)}`),
  );
  await acknowledge(server, open.slice(0, others.warmUps), 0, () => true);
  await withConnections(server.port, connectionCount, async (connections) => {
    const before = usageOf(server).cpuMs;
    const begin = performance.now();
    let stormy = true;
    const acknowledging = acknowledge(server, open.slice(others.warmUps), acknowledgeEveryMs, () => stormy);
    const incidents = await raise(connections, target, numbersUpTo(alarms), (number) => `s${number % services}`);
    const seconds = (performance.now() - begin) / 1000;
    stormy = false;
    const laps = await acknowledging;
    const cpuMs = usageOf(server).cpuMs - before;
    console.log(
      `${alarms} distinct alarms on ${services} services: ${(alarms / seconds).toFixed(0)} per second accepted (in ${seconds.toFixed(1)} s, ${connectionCount} connections); ` +
        `server ${((cpuMs * 1000) / alarms).toFixed(0)} µs of processor time each; ${load()}`,
    );
    const late = laps.filter((lap) => lap > soughtMs).length;
    console.log(`acknowledging meanwhile, from the instant it was due: ${spread(laps)}; ${late} over ${soughtMs} ms`);
    if (new Set(incidents).size !== alarms) throw new Error('two alarms were given the same incident');
    const { ms, messages } = await pagesOf(server, incidents);
    console.log(
      `every accepted alarm is an incident and was handed over, alone or in a bundle, ${(ms / 1000).toFixed(1)} s after the last answer; ${messages} messages in all`,
    );
  });
});
