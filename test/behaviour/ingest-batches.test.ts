import { describe, expect, it } from 'vitest';
import { Unavailable, type SignalAnswer } from '../../shared/app/use-cases.ts';
import type { Signal } from '../../shared/domain/signal.ts';
import { bodyOf, ingestKey, makeWorld, type World as Api } from './http-world.ts';
import { ingest, outcomes, post, withKey } from './ingest-world.ts';

const alert = (name: string, change: object = {}): object => ({
  status: 'firing',
  labels: { alertname: name },
  annotations: {},
  startsAt: '2026-01-05T08:00:00Z',
  endsAt: '0001-01-01T00:00:00Z',
  fingerprint: name,
  ...change,
});
const over = { status: 'resolved', endsAt: '2026-01-05T08:30:00Z' };
const alerts = (count: number): object => ({ alerts: Array.from({ length: count }, (_, index) => alert(`a-${String(index)}`)) });

const path = '/v1/ingest/alertmanager';
const sendTo = (api: Api, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  api.send('POST', path, body, { token: ingestKey, headers });

describe('POST /v1/ingest/{format}', () => {
  it('answers 202 with the fate of every alert, in the sender’s order, as /v1/events answers', async () => {
    const world = await withKey();
    const response = await post(world, 'alertmanager', { alerts: [alert('a'), alert('b', over), alert('a')] });
    expect(response.status).toBe(202);
    const { results } = await bodyOf(response);
    expect(results).toEqual([
      { status: 'accepted', outcome: 'created', dedupKey: 'a', incidentId: expect.stringMatching(/^[a-z2-7]{26}-1$/) as unknown },
      { status: 'accepted', outcome: 'ignored', reason: 'no-such-incident', dedupKey: 'b' },
      { status: 'accepted', outcome: 'merged', dedupKey: 'a', incidentId: expect.stringMatching(/^[a-z2-7]{26}-1$/) as unknown },
    ]);
  });

  it('takes the key from the query as well, and no API token', async () => {
    const api = await makeWorld();
    const options = { token: null, body: JSON.stringify(alerts(1)), headers: { 'content-type': 'application/json' } };
    expect((await api.request('POST', `${path}?key=${ingestKey}`, options)).status).toBe(202);
    expect((await api.request('POST', path, options)).status).toBe(401);
    expect((await api.send('POST', path, alerts(1))).status).toBe(403);
  });

  it('is 404 for a format that nobody knows and 405 for another method, before the credential is judged', async () => {
    const api = await makeWorld();
    expect((await api.request('POST', '/v1/ingest/carrier-pigeon', { token: null, body: '{}' })).status).toBe(404);
    expect((await api.request('POST', '/v1/ingest/__proto__', { token: null, body: '{}' })).status).toBe(404);
    const get = await api.request('GET', path, { token: null });
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('is 400 for what is no JSON, 415 for another content type, 422 for JSON that is no such body', async () => {
    const world = await withKey();
    expect((await post(world, 'alertmanager', '{"alerts":')).status).toBe(400);
    expect((await post(world, 'alertmanager', '')).status).toBe(400);
    expect((await post(world, 'alertmanager', '{}', { 'content-type': 'text/plain' })).status).toBe(415);
    for (const body of ['{}', '[]', 'null', '1', '{"alerts":{}}', '{"alerts":null}']) {
      const response = await post(world, 'alertmanager', body);
      expect(response.status, body).toBe(422);
      expect(await bodyOf(response)).toMatchObject({
        code: 'not-valid',
        errors: [{ pointer: expect.stringMatching(/^(\/alerts)?$/) as unknown }],
      });
    }
  });

  it('is 422 for what is nested deeper than 16, and 413 above 4 MB', async () => {
    const world = await withKey();
    const deep = `${'['.repeat(14)}1${']'.repeat(14)}`;
    expect((await post(world, 'alertmanager', `{"alerts":[{"labels":${deep}}]}`)).status).toBe(422);
    const padding = (bytes: number): string => JSON.stringify({ alerts: [], padding: 'x'.repeat(bytes - 26) });
    const most = 4 * 1024 * 1024;
    expect([padding(most).length, (await post(world, 'alertmanager', padding(most))).status]).toEqual([most, 202]);
    expect((await post(world, 'alertmanager', padding(most + 1))).status).toBe(413);
  });

  it('takes 2,000 alerts at once and refuses more, saying where the limit is', async () => {
    const world = await withKey();
    const results = await ingest(world, 'alertmanager', alerts(2000));
    expect(new Set(results.map(({ incidentId }) => incidentId)).size).toBe(2000);
    expect(new Set(outcomes(results))).toEqual(new Set(['created']));
    const refused = await post(world, 'alertmanager', alerts(2001));
    expect(refused.status).toBe(422);
    expect(await bodyOf(refused)).toMatchObject({
      errors: [{ pointer: '/alerts', code: 'too-large', detail: 'Must be at most 2000 entries long.' }],
    });
  });

  it('takes dedup keys of 1,024 characters; what is longer, or holds control characters, is known by its fingerprint', async () => {
    const world = await withKey();
    const keys = ['k'.repeat(1024), 'k'.repeat(1025), 'a\u0000b'];
    const firing = await ingest(world, 'alertmanager', { alerts: keys.map((fingerprint) => alert('x', { fingerprint })) });
    expect(firing.map(({ dedupKey }) => dedupKey)).toEqual([keys[0], expect.stringMatching(/^fp-/), expect.stringMatching(/^fp-/)]);
    expect(await world.show(String(firing[0]?.['incidentId']))).toMatchObject({ dedupKey: keys[0] });
    const resolved = await ingest(world, 'alertmanager', { alerts: keys.map((fingerprint) => alert('x', { fingerprint, ...over })) });
    expect(resolved.map(({ incidentId }) => incidentId)).toEqual(firing.map(({ incidentId }) => incidentId));
    expect(await world.open()).toEqual([]);
  });
});

/** An API whose signals tell when each began and ended, and wait until they are let go. */
async function watched(fate: (dedupKey: string, title: string) => Promise<void>) {
  const begun: string[] = [];
  let underWay = 0;
  let most = 0;
  const carry = async (dedupKey: string, title: string): Promise<SignalAnswer> => {
    begun.push(title);
    most = Math.max(most, (underWay += 1));
    await Promise.resolve();
    await fate(dedupKey, title).finally(() => (underWay -= 1));
    return { outcome: 'created', reason: null, dedupKey, incidentId: null };
  };
  const api = await makeWorld(() => ({
    signals: {
      trigger: ({ dedupKey, title }: Signal) => carry(dedupKey, title),
      close: ({ dedupKey, title }) => carry(dedupKey, `resolve ${title}`),
    },
  }));
  return { api, begun, most: () => most };
}

describe('The alerts of one body', () => {
  it('are carried out several at a time, at most 32', async () => {
    const { api, most } = await watched(() => Promise.resolve());
    expect((await sendTo(api, alerts(500))).status).toBe(202);
    expect(most()).toBe(32);
  });

  it('are carried out in the sender’s order where they have one dedup key', async () => {
    const named = (title: string, change: object = {}): object => alert('same', { annotations: { summary: title }, ...change });
    const { api, begun, most } = await watched(() => Promise.resolve());
    await sendTo(api, { alerts: [named('1'), named('2', over), named('3'), named('4', over)] });
    expect(begun).toEqual(['1', 'resolve 2', '3', 'resolve 4']);
    expect(most()).toBe(1);
  });

  it('end as the sender’s order says: fired, resolved and fired again is one open incident', async () => {
    const world = await withKey();
    const again = { startsAt: '2026-01-05T08:40:00Z' };
    const results = await ingest(world, 'alertmanager', { alerts: [alert('a'), alert('a', over), alert('a', again)] });
    expect(outcomes(results)).toEqual(['created', 'merged', 'created']);
    expect(await world.open()).toEqual([results[2]?.['incidentId']]);
  });

  it('are 503 with Retry-After as a whole when one of them was not committed; the others are done all the same', async () => {
    const { api, begun } = await watched((dedupKey) => (dedupKey === 'b' ? Promise.reject(new Unavailable('full')) : Promise.resolve()));
    const response = await sendTo(api, { alerts: [alert('a'), alert('b'), alert('b', over), alert('c')] });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await bodyOf(response)).toMatchObject({ code: 'unavailable' });
    // What follows under the key of the failed one is left for the repeat: a resolve must not overtake its trigger.
    expect(begun.toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('are 503, never 500, whatever failed', async () => {
    const { api } = await watched(() => Promise.reject(new Error('the disk at /var/secret-path is gone')));
    const response = await sendTo(api, alerts(1));
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('secret-path');
    const broken = await makeWorld((ports) => {
      ports.keys.byHash = () => Promise.reject(new Error('gone'));
      return {};
    });
    expect((await sendTo(broken, alerts(1))).status).toBe(503);
  });

  it('may be sent again after a 503: every alert has one incident', async () => {
    const world = await withKey();
    const put = world.stores.incidents.write.bind(world.stores.incidents);
    let left = 3;
    world.stores.incidents.write = (item, expected) =>
      expected !== null || (left -= 1) >= 0 ? put(item, expected) : Promise.reject(new Error('full'));
    expect((await post(world, 'alertmanager', alerts(5))).status).toBe(503);
    world.stores.incidents.write = put;
    expect(outcomes(await ingest(world, 'alertmanager', alerts(5))).toSorted()).toEqual([
      'created',
      'created',
      'merged',
      'merged',
      'merged',
    ]);
    expect(await world.open()).toHaveLength(5);
  });
});

describe('An Idempotency-Key on a body of many alerts', () => {
  const key = { 'idempotency-key': 'notification 7' };
  const body = { alerts: [alert('a'), alert('b'), alert('a'), alert('c', over)] };

  it('gives the same answer to the same body, and counts nothing twice', async () => {
    const api = await makeWorld();
    const first = await (await sendTo(api, body, key)).text();
    expect(await (await sendTo(api, body, key)).text()).toBe(first);
    expect((await api.ports.declined.list(null, 10)).length).toBe(1);
    const reused = await sendTo(api, alerts(1), key);
    expect([reused.status, await bodyOf(reused)]).toMatchObject([422, { code: 'idempotency-key-reused' }]);
  });

  it('does so even when the first answer was lost: each alert has an id of its own', async () => {
    const api = await makeWorld((ports) => {
      ports.state.answerRequest = () => Promise.reject(new Error('lost'));
      return {};
    });
    const first = await bodyOf(await sendTo(api, { alerts: [alert('a'), alert('b')] }, key));
    expect(await bodyOf(await sendTo(api, { alerts: [alert('a'), alert('b')] }, key))).toEqual(first);
    const { results } = first;
    const [one] = Array.isArray(results) ? results.map(({ incidentId }: { incidentId: unknown }) => String(incidentId)) : [];
    expect(await bodyOf(await api.request('GET', `/v1/incidents/${String(one)}`))).toMatchObject({ occurrences: 1 });
  });
});
