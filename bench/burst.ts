/**
 * Twenty alarms at once, on twenty services with a person each: from the first byte sent to the last of the twenty pages durably handed over.
 * Run with `npm run bench:burst`; `-- --cpu-prof DIR` profiles the server.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Connection, withConnections } from './connection.ts';
import { takeHandOvers } from './hand-overs.ts';
import { load, monotonicMs, printMachine, spread } from './machine.ts';
import { boundTo, withServer } from './server.ts';
import { document, makeKeys, printLimit, serviceOf, type Target, trigger } from './workload.ts';

const alarms = 20;
const rounds = 20;
/** One page for each person of the workload; with the rounds they get three, and the next within a minute would wait to be bundled. */
const warmUps = 10;
const restMs = 200;
const soughtMs = 50;

interface Round {
  readonly answers: readonly number[];
  /** In milliseconds since the first alarm was sent, the first to the last. */
  readonly pages: readonly number[];
}

async function burst(target: Target, connections: readonly Connection[], round: number): Promise<Round> {
  const begin = monotonicMs();
  const raised = await Promise.all(
    connections.map(async (connection, index) => {
      const { incidentId } = await trigger(connection, target, serviceOf(round * alarms + index), `burst-${round}-${index}`);
      return { incidentId, answered: monotonicMs() - begin };
    }),
  );
  const handed = await takeHandOvers(target.server, alarms);
  const missing = new Set(raised.map(({ incidentId }) => incidentId));
  for (const { incidentId } of handed) missing.delete(incidentId ?? '');
  if (handed.length !== alarms || missing.size > 0) throw new Error('other pages than those of the alarms');
  return { answers: raised.map(({ answered }) => answered), pages: handed.map(({ durable }) => durable - begin).toSorted((a, b) => a - b) };
}

const places = (figures: readonly number[]): string => {
  const sorted = figures.toSorted((a, b) => a - b);
  return [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)].map((figure) => (figure ?? Number.NaN).toFixed(1)).join(', ');
};

boundTo(120);
printMachine();
printLimit();
await withServer({ document, entry: 'observed' }, async (server) => {
  const target = await makeKeys(server);
  await withConnections(server.port, alarms, async (connections) => {
    const measured: Round[] = [];
    for (let round = 0; round < warmUps + rounds; round += 1) {
      const one = await burst(target, connections, round);
      if (round >= warmUps) measured.push(one);
      await pause(restMs);
    }
    const lasts = measured.map(({ pages }) => pages.at(-1) ?? Number.NaN);
    console.log(`${alarms} alarms at once, ${rounds} rounds; min, median and max of the rounds in milliseconds`);
    console.log(`first page handed over: ${places(measured.map(({ pages }) => pages[0] ?? Number.NaN))}`);
    console.log(
      `all pages handed over: ${places(lasts)}; ${lasts.filter((last) => last <= soughtMs).length} of ${rounds} rounds within ${soughtMs} ms; ${load()}`,
    );
    console.log(`alarm to answer: ${spread(measured.flatMap(({ answers }) => answers))}`);
  });
});
