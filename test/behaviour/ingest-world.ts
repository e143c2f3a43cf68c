import * as z from 'zod';
import { World, withPolicy } from '../world.ts';

/** A world with an ingest key for the service checkout. */
export interface Senders extends World {
  readonly ingestKey: string;
}

const oneLevel = { levels: [{ delay: '0s', targets: ['user:ana'] }] };

/** One level that tells Ana, and an ingest key for checkout; `rest` replaces whole parts of the document. */
export async function withKey(rest: object = {}): Promise<Senders> {
  const world = await World.withConfig(withPolicy(oneLevel, rest));
  const { key } = await world.request('POST', '/v1/services/checkout/keys');
  return Object.assign(world, { ingestKey: String(key) });
}

/** The answer for each event, as its members. */
const answer = z.object({ results: z.array(z.record(z.string(), z.unknown())) });

/** A body posted to a format with the ingest key, and everything that it sets off at once. */
export async function post(world: Senders, format: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const response = await world.app.fetch(
    new Request(`http://tocsin.test/v1/ingest/${format}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.ingestKey}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  );
  await world.settled();
  return response;
}

/** Posts a body that must be taken, and gives the answer for each of its events. */
export async function ingest(world: Senders, format: string, body: unknown): Promise<readonly Record<string, unknown>[]> {
  const response = await post(world, format, body);
  if (response.status !== 202) throw new Error(`answered ${String(response.status)}: ${await response.text()}`);
  return answer.parse(await response.json()).results;
}

/** The fates, each with its reason: `ignored stale`. */
export const outcomes = (results: readonly Record<string, unknown>[]): readonly string[] =>
  results.map(({ outcome, reason }) => (typeof reason === 'string' ? `${String(outcome)} ${reason}` : String(outcome)));
