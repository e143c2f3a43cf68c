/**
 * From an alarm to its page, and from a due instant to the send: one connection, one alarm after the other, alone and with many incidents open.
 * Run with `npm run bench:latency`.
 */
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { type Connection, withConnections } from './connection.ts';
import { takeHandOvers } from './hand-overs.ts';
import { load, monotonicMs, printMachine, spread } from './machine.ts';
import { boundTo, withServer } from './server.ts';
import { documentOf, dueAfterMs, expectStatus, makeKeys, printLimit, raiseMany, type Target, trigger } from './workload.ts';

const warmUp = 300;
const samples = 1000;
/** So many services that no person is paged more than three times a minute. */
const services = 1000;
const dueIncidents = 200;
const dueEveryMs = 20;
const standing = 100_000;
/** Between an answer and the next alarm, so that no alarm waits for the page of the one before. */
const restMs = 5;

const timeline = z.object({ events: z.array(z.looseObject({ type: z.string(), at: z.iso.datetime(), level: z.number().optional() })) });

async function handOvers(target: Target, connection: Connection, series: string, count: number): Promise<readonly [number[], number[]]> {
  const sent = new Map<string, number>();
  const answers: number[] = [];
  for (let number = 0; number < count; number += 1) {
    const begin = monotonicMs();
    const { incidentId } = await trigger(connection, target, `s${number % services}`, `${series}-${number}`);
    answers.push(monotonicMs() - begin);
    sent.set(incidentId, begin);
    await pause(restMs);
  }
  const pages = (await takeHandOvers(target.server, count)).map(
    ({ incidentId, durable }) => durable - (sent.get(incidentId ?? '') ?? Number.NaN),
  );
  if (pages.length !== count || pages.some(Number.isNaN)) throw new Error('other pages than those of the alarms');
  return [answers, pages];
}

/** When the second level of an incident was due, in milliseconds since 1970. */
async function dueOf({ server }: Target, connection: Connection, id: string): Promise<number> {
  const answer = await connection.ask({ method: 'GET', path: `/v1/incidents/${id}/timeline`, bearer: server.token });
  const { events } = timeline.parse(JSON.parse(expectStatus(answer, 200)));
  const first = events.find((event) => event.type === 'levelFired' && event.level === 1);
  if (first === undefined) throw new Error(`the first level of ${id} did not fire`);
  return Date.parse(first.at) + dueAfterMs;
}

async function lateness(target: Target, connection: Connection, series: string): Promise<readonly number[]> {
  const begin = performance.now();
  for (let number = 0; number < dueIncidents; number += 1) {
    await trigger(connection, target, `due${number}`, `${series}-${number}`);
    await pause(Math.max(0, begin + (number + 1) * dueEveryMs - performance.now()));
  }
  const late: number[] = [];
  for (const { incidentId, person, beganAt } of await takeHandOvers(target.server, 2 * dueIncidents)) {
    if (!person.startsWith('second-') || incidentId === null) continue;
    late.push(beganAt - (await dueOf(target, connection, incidentId)));
  }
  if (late.length !== dueIncidents) throw new Error(`of ${dueIncidents} second levels ${late.length} were sent`);
  return late;
}

async function measure(target: Target, connection: Connection, when: string): Promise<void> {
  const [answers, pages] = await handOvers(target, connection, `page-${when}`, samples);
  console.log(`alarm to answer, ${when}: ${spread(answers)}; ${load()}`);
  console.log(`alarm to page durably handed over, ${when}: ${spread(pages)}`);
  console.log(`due level to the start of its send, ${when}: ${spread(await lateness(target, connection, `due-${when}`))}; ${load()}`);
}

boundTo(120);
printMachine();
printLimit();
await withServer({ document: documentOf(services, dueIncidents), entry: 'observed' }, async (server) => {
  const target = await makeKeys(server, services, dueIncidents);
  await withConnections(server.port, 1, async ([connection]) => {
    await handOvers(target, connection!, 'warm-up', warmUp);
    await measure(target, connection!, 'nothing else open');
    await raiseMany(target, standing);
    await measure(target, connection!, `${standing} incidents open`);
  });
});
