/**
 * How soon a server is there and what it takes: start, memory, processor time at rest.
 * Run with `npm run bench:footprint`.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { load, printMachine } from './machine.ts';
import { boundTo, type Server, usageOf, withServer } from './server.ts';
import { document, makeKeys, printLimit, raiseMany } from './workload.ts';

const starts = 5;
const settleMs = 10_000;
const restMs = 10_000;
const standing = 100_000;

async function rest(server: Server, when: string): Promise<void> {
  await pause(settleMs);
  const before = usageOf(server).cpuMs;
  await pause(restMs);
  const { cpuMs, rssMb } = usageOf(server);
  const share = ((cpuMs - before) / restMs) * 100;
  console.log(`at rest, ${when}: ${rssMb.toFixed(0)} MB resident, ${share.toFixed(1)} % of a core; ${load()}`);
}

const started: number[] = [];

boundTo(120);
printMachine();
printLimit();
for (let count = 1; count < starts; count += 1) {
  started.push(await withServer({ document, entry: 'main' }, ({ healthyAfterMs }) => Promise.resolve(healthyAfterMs)));
}
await withServer({ document, entry: 'main' }, async (server) => {
  started.push(server.healthyAfterMs);
  const all = started.sort((a, b) => a - b).map((figure) => figure.toFixed(0));
  console.log(`start to healthy, new data folder: median ${all[(starts - 1) / 2] ?? ''} ms (${all.join(', ')})`);
  await rest(server, 'nothing open');
  await raiseMany(await makeKeys(server), standing);
  console.log(`right after raising ${standing} incidents: ${usageOf(server).rssMb.toFixed(0)} MB resident`);
  await rest(server, `${standing} incidents open`);
  const files = ['tocsin.sqlite', 'tocsin.sqlite-wal'].map((name) => statSync(join(server.folder, name)).size / 2 ** 20);
  console.log(`on disk: ${files.map((size) => size.toFixed(0)).join(' MB and a log of ')} MB`);
});
