import * as z from 'zod';
import { type Answer, type Connection, withConnections } from './connection.ts';
import type { Server } from './server.ts';

/** So many services, each with a policy and a person of its own who has one phone. */
const services = 200;
/** How long after the first level the second level of the service `due` comes. */
export const dueAfterMs = 2000;

const names = Array.from({ length: services }, (_, index) => String(index));
const phone = (number: number) => [{ id: 'phone', channel: 'sms', address: `+1555555${String(number).padStart(4, '0')}` }];

/** Second levels are hours away, but that of the service `due`. */
export const document = JSON.stringify({
  settings: { catchAll: ['user:lead'], zone: 'Europe/Berlin' },
  services: [...names.map((name) => ({ id: `s${name}`, policy: `p${name}` })), { id: 'due', policy: 'due' }],
  policies: [
    ...names.map((name) => ({ id: `p${name}`, levels: [{ targets: [`user:u${name}`] }, { delay: '6h', targets: ['user:lead'] }] })),
    { id: 'due', levels: [{ targets: ['user:first'] }, { delay: `${dueAfterMs / 1000}s`, targets: ['user:second'] }] },
  ],
  people: [
    ...names.map((name) => ({ id: `u${name}`, name: `Person ${name}`, contacts: phone(Number(name)) })),
    ...['lead', 'first', 'second'].map((id, index) => ({ id, name: id, contacts: phone(services + index) })),
  ],
});

const madeKey = z.object({ key: z.string() });
const accepted = z.object({ outcome: z.string(), incidentId: z.string() });

/** What the server said, where it said what was expected. */
export function expectStatus(answer: Answer, status: number): string {
  if (answer.status !== status) throw new Error(`answered ${answer.status}, not ${status}: ${answer.body.slice(0, 300)}`);
  return answer.body;
}

/** A loaded machine: its server, with an ingest key for each service. */
export interface Target {
  readonly server: Server;
  readonly keys: ReadonlyMap<string, string>;
}

export async function makeKeys(server: Server): Promise<Target> {
  const keys = new Map<string, string>();
  await withConnections(server.port, 1, async ([connection]) => {
    for (const service of [...names.map((name) => `s${name}`), 'due']) {
      const answer = await connection!.ask({ method: 'POST', path: `/v1/services/${service}/keys`, bearer: server.token, body: {} });
      keys.set(service, madeKey.parse(JSON.parse(expectStatus(answer, 201))).key);
    }
  });
  return { server, keys };
}

/** The services by turns. */
export const serviceOf = (number: number): string => `s${number % services}`;
/** Who is paged for it. */
export const personOf = (number: number): string => `user:u${number % services}`;

/** Raises an alarm under the key; the outcome and the incident. Throws when it is not accepted. */
export async function trigger(
  connection: Connection,
  { keys }: Target,
  service: string,
  dedupKey: string,
): Promise<z.infer<typeof accepted>> {
  const body = { dedupKey, title: 'error rate 12%', severity: 'critical', source: 'api-7', labels: { region: 'eu-central-1' } };
  const answer = await connection.ask({ method: 'POST', path: '/v1/events', bearer: keys.get(service) ?? '', body });
  return accepted.parse(JSON.parse(expectStatus(answer, 202)));
}

/** A number for each call, and null from the end on. */
export type Numbers = () => number | null;

export function numbersFor(milliseconds: number): Numbers {
  const end = performance.now() + milliseconds;
  let next = 0;
  return () => (performance.now() < end ? next++ : null);
}

const numbersUpTo = (count: number): Numbers => {
  let next = 0;
  return () => (next < count ? next++ : null);
};

/** Raises distinct alarms on all connections until the numbers end; the incidents. */
export async function raise(connections: readonly Connection[], target: Target, numbers: Numbers): Promise<readonly string[]> {
  const incidents: string[] = [];
  const run = async (connection: Connection): Promise<void> => {
    for (let number = numbers(); number !== null; number = numbers()) {
      const { outcome, incidentId } = await trigger(connection, target, serviceOf(number), `alarm-${number}`);
      if (outcome !== 'created') throw new Error(`a new alarm was ${outcome}`);
      incidents.push(incidentId);
    }
  };
  await Promise.all(connections.map(run));
  return incidents;
}

/** Leaves so many incidents open and waiting for their second level. */
export const raiseMany = (target: Target, count: number): Promise<readonly string[]> =>
  withConnections(target.server.port, 16, (connections) => raise(connections, target, numbersUpTo(count)));
