import { describe, expect, it } from 'vitest';
import { parseIncidentId } from '../../shared/domain/incident-id.ts';
import { Unavailable } from '../../shared/app/use-cases.ts';
import { adminToken, textLike, bodyOf, ingestKey, makeWorld, otherKey, sendEvent, start, startIncident } from './http-world.ts';

describe('POST /v1/events', () => {
  it('accepts a trigger with 202 and tells its fate, its dedup key and its incident', async () => {
    const world = await makeWorld();
    const response = await sendEvent(world, { title: 'error rate 12%', dedupKey: 'disk', severity: 'P0' });
    expect(response.status).toBe(202);
    const answer = await bodyOf(response);
    expect(answer).toEqual({
      status: 'accepted',
      outcome: 'created',
      dedupKey: 'disk',
      incidentId: textLike(/^[a-z2-7]{26}-1$/),
    });
    const again = await bodyOf(await sendEvent(world, { title: 'error rate 14%', dedupKey: 'disk' }));
    expect(again).toMatchObject({ outcome: 'merged', incidentId: answer['incidentId'] });
    const shown = await bodyOf(await world.request('GET', `/v1/incidents/${String(answer['incidentId'])}`));
    expect(shown).toMatchObject({ severity: 'critical', severityText: 'P0', occurrences: 2 });
  });

  it('is accepted with a link too long to be of use, which is left out', async () => {
    const world = await makeWorld();
    const links = [2048, 2049].map((length) => ({ href: 'https://dash.example/'.padEnd(length, 'x') }));
    const answer = await bodyOf(await sendEvent(world, { title: 'disk full', links }));
    expect(answer).toMatchObject({ outcome: 'created' });
    const shown = await bodyOf(await world.request('GET', `/v1/incidents/${String(answer['incidentId'])}`));
    expect(shown['links']).toEqual([{ href: links[0]?.href, text: null }]);
  });

  it('makes a dedup key from service, source, type and title where none is given, and tells it', async () => {
    const world = await makeWorld();
    const first = await bodyOf(await sendEvent(world, { title: 'disk full', source: 'db-1', description: 'a' }));
    const repeat = await bodyOf(await sendEvent(world, { title: 'disk full', source: 'db-1', description: 'b' }));
    const other = await bodyOf(await sendEvent(world, { title: 'disk full', source: 'db-2' }));
    expect(first['dedupKey']).toMatch(/^fp-[a-z2-7]{26}$/);
    expect(repeat).toMatchObject({ outcome: 'merged', dedupKey: first['dedupKey'] });
    expect(other['dedupKey']).not.toBe(first['dedupKey']);
    const resolved = await bodyOf(await sendEvent(world, { action: 'resolve', title: 'disk full', source: 'db-1' }));
    expect(resolved['dedupKey']).toBe(first['dedupKey']);
  });

  it.each(['0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z'])(
    'goes by the order of arrival where its instant is %s: no clock shows that',
    async (zero) => {
      const world = await makeWorld();
      const fate = async (action: 'trigger' | 'resolve'): Promise<unknown> =>
        (await bodyOf(await sendEvent(world, { action, title: 'x', dedupKey: 'unset', occurredAt: zero })))['outcome'];
      expect([await fate('trigger'), await fate('resolve'), await fate('trigger')]).toEqual(['created', 'merged', 'created']);
    },
  );

  it('never creates an incident from an acknowledge or a resolve', async () => {
    const world = await makeWorld();
    for (const action of ['acknowledge', 'resolve']) {
      const response = await sendEvent(world, { action, dedupKey: 'nothing-open' });
      expect(response.status).toBe(202);
      expect(await bodyOf(response)).toMatchObject({ outcome: 'ignored', reason: 'no-such-incident' });
    }
  });

  it('answers 503 with Retry-After, and never 202, when nothing could be committed', async () => {
    const unavailable = await makeWorld(() => ({
      signals: { trigger: () => Promise.reject(new Unavailable('full')), close: () => Promise.reject(new Unavailable('full')) },
    }));
    const broken = await makeWorld((ports) => {
      ports.keys.byHash = () => Promise.reject(new Error('the disk at /var/secret-path is gone'));
      return {};
    });
    for (const world of [unavailable, broken]) {
      const response = await sendEvent(world, { title: 'x' });
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('1');
      expect(await response.text()).not.toMatch(/secret-path|Error|at /);
    }
  });

  it('takes the ingest key from the query where a sender can set no header', async () => {
    const world = await makeWorld();
    const options = { token: null, body: '{"title":"x"}', headers: { 'content-type': 'application/json; charset=utf-8' } };
    expect((await world.request('POST', `/v1/events?key=${ingestKey}`, options)).status).toBe(202);
  });
});

describe('Credentials', () => {
  it('refuses a request without a credential or with an unknown one with 401 and WWW-Authenticate', async () => {
    const world = await makeWorld();
    for (const token of [null, 'x', 'Z'.repeat(32), `${adminToken}x`]) {
      for (const [method, path] of [
        ['POST', '/v1/events'],
        ['GET', '/v1/incidents'],
        ['GET', '/v1/config'],
      ] as const) {
        const response = await world.request(method, path, { token });
        expect(response.status).toBe(401);
        expect(response.headers.get('www-authenticate')).toContain('Bearer');
      }
    }
  });

  it('lets an ingest key read nothing and an API token send nothing: 403', async () => {
    const world = await makeWorld();
    for (const [method, path] of [
      ['GET', '/v1/incidents'],
      ['GET', '/v1/config'],
      ['POST', '/v1/services/checkout/keys'],
    ] as const) {
      expect((await world.request(method, path, { token: ingestKey })).status).toBe(403);
      expect((await world.request(method, `${path}?key=${ingestKey}`, { token: null })).status).toBe(403);
    }
    expect((await world.send('POST', '/v1/events', { title: 'x' })).status).toBe(403);
  });

  it('keeps the signals of two services apart though their dedup keys are equal', async () => {
    const world = await makeWorld();
    const mine = await bodyOf(await sendEvent(world, { title: 'x', dedupKey: 'same' }));
    const theirs = await bodyOf(await world.send('POST', '/v1/events', { title: 'x', dedupKey: 'same' }, { token: otherKey }));
    expect(theirs).toMatchObject({ outcome: 'created' });
    expect(theirs['incidentId']).not.toBe(mine['incidentId']);
  });

  it('shows a new ingest key once, lists it without the key, and ends it when it is revoked', async () => {
    const world = await makeWorld();
    const made = await world.request('POST', '/v1/services/checkout/keys');
    expect(made.status).toBe(201);
    const { key, keyId } = await bodyOf(made);
    expect(key).toMatch(/^[A-Za-z0-9]{32}$/);
    expect((await world.send('POST', '/v1/events', { title: 'x' }, { token: String(key) })).status).toBe(202);
    const listed = await (await world.request('GET', '/v1/services/checkout/keys')).text();
    expect(listed).toContain(String(keyId));
    expect(listed).toContain(new Date(start).toISOString());
    expect(listed).not.toContain(String(key));
    expect((await world.request('DELETE', `/v1/services/checkout/keys/${String(keyId)}`)).status).toBe(204);
    expect((await world.request('DELETE', `/v1/services/checkout/keys/${String(keyId)}`)).status).toBe(404);
    expect((await world.send('POST', '/v1/events', { title: 'x' }, { token: String(key) })).status).toBe(401);
    expect((await world.request('POST', '/v1/services/nowhere/keys')).status).toBe(404);
  });

  it('turns a key that another process revoked away after ten seconds at the latest', async () => {
    const world = await makeWorld();
    expect((await sendEvent(world, { title: 'x' })).status).toBe(202);
    await world.ports.keys.revoke('checkout', 'k1');
    world.pass(10_000);
    expect((await sendEvent(world, { title: 'x' })).status).toBe(401);
  });

  it('notes the last use of a key at most once a minute', async () => {
    const world = await makeWorld();
    const uses: string[] = [];
    world.ports.keys.touch = (id) => {
      uses.push(id);
      return Promise.resolve();
    };
    await sendEvent(world, { title: 'x' });
    await sendEvent(world, { title: 'x' });
    world.pass(60_000);
    await sendEvent(world, { title: 'x' });
    expect(uses).toEqual(['k1', 'k1']);
  });
});

describe('Idempotency-Key', () => {
  const key = { 'idempotency-key': 'deploy 42' };

  it('gives the same answer to the same request, and counts it once', async () => {
    const world = await makeWorld();
    const first = await bodyOf(await sendEvent(world, { title: 'x', dedupKey: 'a' }, key));
    const second = await bodyOf(await sendEvent(world, { title: 'x', dedupKey: 'a' }, key));
    expect(first['outcome']).toBe('created');
    expect(second).toEqual(first);
    const shown = await bodyOf(await world.request('GET', `/v1/incidents/${String(first['incidentId'])}`));
    expect(shown['occurrences']).toBe(1);
  });

  it('acts once though the first answer was lost before it was kept', async () => {
    const world = await makeWorld((ports) => {
      ports.state.answerRequest = () => Promise.reject(new Error('lost'));
      return {};
    });
    const id = await startIncident(world);
    const note = { note: 'looking at it' };
    const first = await world.send('POST', `/v1/incidents/${id}/notes`, note, { headers: key });
    const second = await world.send('POST', `/v1/incidents/${id}/notes`, note, { headers: key });
    expect([first.status, second.status]).toEqual([200, 200]);
    const { events } = await bodyOf(await world.request('GET', `/v1/incidents/${id}/timeline`));
    expect(JSON.stringify(events).split('noteAdded')).toHaveLength(2);
    expect(world.faults).toContain('answer-not-kept');
  });

  it('refuses another body under the same key with 422, for that caller and path alone', async () => {
    const world = await makeWorld();
    await sendEvent(world, { title: 'x', dedupKey: 'a' }, key);
    const reused = await sendEvent(world, { title: 'y', dedupKey: 'a' }, key);
    expect(reused.status).toBe(422);
    expect(await bodyOf(reused)).toMatchObject({ code: 'idempotency-key-reused' });
    const another = await world.send('POST', '/v1/events', { title: 'y' }, { token: otherKey, headers: key });
    expect(another.status).toBe(202);
  });

  it('knows a key for 24 hours', async () => {
    const world = await makeWorld();
    await sendEvent(world, { title: 'x', dedupKey: 'a' }, key);
    world.pass(24 * 3_600_000 - 1);
    expect((await sendEvent(world, { title: 'y', dedupKey: 'b' }, key)).status).toBe(422);
    world.pass(2);
    expect((await sendEvent(world, { title: 'y', dedupKey: 'b' }, key)).status).toBe(202);
  });

  it('never shows an ingest key again: a repeat is 409, and nothing that is kept holds the key', async () => {
    const world = await makeWorld();
    const kept: string[] = [];
    world.ports.state.answerRequest = (_key, answer) => {
      kept.push(answer);
      return Promise.resolve();
    };
    const first = await world.request('POST', '/v1/services/checkout/keys', { headers: key });
    expect(first.status).toBe(201);
    const repeat = await world.request('POST', '/v1/services/checkout/keys', { headers: key });
    expect(repeat.status).toBe(409);
    expect(await bodyOf(repeat)).toMatchObject({ code: 'already-shown' });
    expect(kept).toEqual([]);
  });

  it('must be 1 to 255 printable ASCII characters', async () => {
    const world = await makeWorld();
    for (const bad of ['k'.repeat(256), 'caf\u00e9', '']) {
      expect((await sendEvent(world, { title: 'x' }, { 'idempotency-key': bad })).status).toBe(422);
    }
    expect((await sendEvent(world, { title: 'x' }, { 'idempotency-key': 'k'.repeat(255) })).status).toBe(202);
  });
});

it('An accepted signal nudges the worker for its incident', async () => {
  const world = await makeWorld();
  const id = await startIncident(world);
  expect(world.nudged).toContainEqual(expect.objectContaining({ ...parseIncidentId(id) }));
});
