import * as z from 'zod';
import { type Answer, type Connection, withConnections } from './connection.ts';
import type { Server } from './server.ts';

/** So many services, each with a policy and a person of its own who has one phone. */
const services = 200;
/** How long after the first level the second level of a service `due…` comes. */
export const dueAfterMs = 2000;
/** Time passes so many times as fast where each person is paged more often than three times a minute: else the pages would be bundled. */
export const bundlingSpeed = 3600;

const namesOf = (prefix: string, count: number): readonly string[] => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** One key sends all there is to send: the limit that keeps a sender from crowding out others would be what is measured. */
const ingest = { perSecond: 1_000_000, burst: 1_000_000 };

/** Prints what an ingest key may send here. */
export const printLimit = (): void => {
  console.log(`raised for this: settings.ingest ${JSON.stringify(ingest)} (alarms per key, 120 per second and 1000 at once unless set)`);
};

/**
 * `alarms` services `s0`, `s1` … that page a person of their own, `due` services `due0` … whose second level comes soon, and the service `later`, where
 * nobody is paged before long. All other second levels are far away.
 */
export function documentOf(alarms: number, due: number): string {
  const far = { delay: '300d', targets: ['user:lead'] };
  const dueNames = namesOf('due', due);
  const people = [...namesOf('u', alarms), ...dueNames.flatMap((name) => [`first-${name}`, `second-${name}`]), 'lead'];
  return JSON.stringify({
    settings: { catchAll: ['user:lead'], zone: 'Europe/Berlin', acknowledgementTimeout: '366d', ingest },
    services: [...namesOf('s', alarms), ...dueNames, 'later'].map((id) => ({ id, policy: id })),
    policies: [
      ...namesOf('s', alarms).map((id, index) => ({ id, levels: [{ targets: [`user:u${index}`] }, far] })),
      ...dueNames.map((id) => ({
        id,
        levels: [{ targets: [`user:first-${id}`] }, { delay: `${dueAfterMs / 1000}s`, targets: [`user:second-${id}`] }],
      })),
      { id: 'later', levels: [far] },
    ],
    people: people.map((id, index) => ({
      ...{ id, name: `Person ${id}` },
      contacts: [{ id: 'phone', channel: 'sms', address: `+1555555${String(index).padStart(4, '0')}` }],
    })),
  });
}

export const document = documentOf(services, 0);

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

export async function makeKeys(server: Server, alarms = services, due = 0): Promise<Target> {
  const keys = new Map<string, string>();
  await withConnections(server.port, 1, async ([connection]) => {
    for (const service of [...namesOf('s', alarms), ...namesOf('due', due), 'later']) {
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
export async function raise(
  connections: readonly Connection[],
  target: Target,
  numbers: Numbers,
  service: (number: number) => string = serviceOf,
): Promise<readonly string[]> {
  const incidents: string[] = [];
  const run = async (connection: Connection): Promise<void> => {
    for (let number = numbers(); number !== null; number = numbers()) {
      const { outcome, incidentId } = await trigger(connection, target, service(number), `alarm-${number}`);
      if (outcome !== 'created') throw new Error(`a new alarm was ${outcome}`);
      incidents.push(incidentId);
    }
  };
  await Promise.all(connections.map(run));
  return incidents;
}

/** Leaves so many incidents open and waiting for their first level. */
export const raiseMany = (target: Target, count: number): Promise<readonly string[]> =>
  withConnections(target.server.port, 16, (connections) => raise(connections, target, numbersUpTo(count), () => 'later'));
