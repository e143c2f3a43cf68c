import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { anyText, textLike, bodyOf, ingestKey, makeWorld, sendEvent, startIncident, type World } from './http-world.ts';

const jsonType = { 'content-type': 'application/json' };
const raw = (world: World, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = jsonType): Promise<Response> =>
  world.request('POST', '/v1/events', { token: ingestKey, body, headers });

const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });

describe('A body that cannot be used', () => {
  it.each([
    ['nothing', '', 400, 'empty-body'],
    ['JSON cut off', '{"title":"x"', 400, 'invalid-json'],
    ['no JSON at all', 'title=x', 400, 'invalid-json'],
    ['a list', '[]', 422, 'not-valid'],
    ['a bare value', 'null', 422, 'not-valid'],
    ['JSON nested 20 deep', JSON.stringify({ title: 'x', details: nested(19) }), 422, 'too-deep'],
    ['100,000 opening brackets', '['.repeat(100_000), 422, 'too-deep'],
    ['100,000 nested lists', '['.repeat(100_000) + ']'.repeat(100_000), 422, 'too-deep'],
    ['a trigger without a title', '{}', 422, 'not-valid'],
    ['a title of spaces', '{"title":" \\t\\n "}', 422, 'not-valid'],
    ['a title of 1,025 characters', JSON.stringify({ title: 'x'.repeat(1025) }), 422, 'not-valid'],
    ['a title that is a number', '{"title":7}', 422, 'not-valid'],
    ['an unknown severity', '{"title":"x","severity":"catastrophic"}', 422, 'not-valid'],
    ['an unknown action', '{"title":"x","action":"constructor"}', 422, 'not-valid'],
    ['a dedup key of 256 characters', JSON.stringify({ title: 'x', dedupKey: 'k'.repeat(256) }), 422, 'not-valid'],
    ['a dedup key with NUL', '{"title":"x","dedupKey":"a\\u0000b"}', 422, 'not-valid'],
    ['a dedup key with a lone surrogate', '{"title":"x","dedupKey":"a\\ud800"}', 422, 'not-valid'],
    ['a label that is no text', '{"title":"x","labels":{"a":1}}', 422, 'not-valid'],
    ['details that are a list', '{"title":"x","details":[1]}', 422, 'not-valid'],
    ['a link that runs a script', '{"title":"x","links":[{"href":"javascript:alert(1)"}]}', 422, 'not-valid'],
    ['an instant that is none', '{"title":"x","occurredAt":"yesterday"}', 422, 'not-valid'],
    ['a resolve that names nothing', '{"action":"resolve"}', 422, 'not-valid'],
  ])('%s', async (_what, body, status, code) => {
    const world = await makeWorld();
    const response = await raw(world, body);
    expect([response.status, (await bodyOf(response))['code']]).toEqual([status, code]);
    expect(world.nudged).toEqual([]);
  });

  it('is 400 when it is not UTF-8', async () => {
    const response = await raw(await makeWorld(), new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]));
    expect(response.status).toBe(400);
    expect(await bodyOf(response)).toMatchObject({ code: 'invalid-utf-8' });
  });

  it('is 415 when it is compressed, and accepted where only the header says so', async () => {
    const world = await makeWorld();
    const [packed, headers] = [new Uint8Array(gzipSync('{"title":"x"}')), { ...jsonType, 'content-encoding': 'gzip' }];
    const response = await raw(world, packed, headers);
    expect([response.status, (await bodyOf(response))['code']]).toEqual([415, 'compressed-body']);
    expect((await raw(world, '{"title":"x"}', headers)).status).toBe(202);
  });

  it('is 415 in another content type, whatever its parameters, and accepted with a charset', async () => {
    const world = await makeWorld();
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp']) {
      expect((await raw(world, '{"title":"x"}', { 'content-type': type })).status).toBe(415);
    }
    expect((await raw(world, '{"title":"x"}', { 'content-type': 'Application/JSON; charset=UTF-8' })).status).toBe(202);
  });

  it('is 413 above 256 KB, after the rest was read, whether or not its length was announced', async () => {
    const world = await makeWorld();
    const large = `{"title":"${'x'.repeat(256 * 1024)}"}`;
    expect((await raw(world, large)).status).toBe(413);
    expect((await raw(world, large, { ...jsonType, 'content-length': String(large.length) })).status).toBe(413);
    let pulled = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (pulled++ < 30) controller.enqueue(new Uint8Array(100_000));
        else controller.close();
      },
    });
    const streamed = new Request('http://tocsin.test/v1/events', { method: 'POST', body: stream, headers: jsonType, duplex: 'half' });
    streamed.headers.set('authorization', `Bearer ${ingestKey}`);
    expect((await world.fetch(streamed)).status).toBe(413);
    expect(pulled).toBe(31);
  });

  it('is 400 when the sender hangs up in the middle', async () => {
    const world = await makeWorld();
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"title":'));
        controller.error(new Error('socket hang up'));
      },
    });
    const request = new Request('http://tocsin.test/v1/events', { method: 'POST', body: stream, headers: jsonType, duplex: 'half' });
    request.headers.set('authorization', `Bearer ${ingestKey}`);
    expect((await world.fetch(request)).status).toBe(400);
  });
});

describe('Hostile text in a good body', () => {
  const shown = async (body: object): Promise<Record<string, unknown>> => {
    const world = await makeWorld();
    return bodyOf(await world.request('GET', `/v1/incidents/${await startIncident(world, body)}`));
  };

  it('is accepted with NUL, control characters and lone surrogates replaced by U+FFFD', async () => {
    const incident = await shown({ title: ' a\u0000b\ud800c\u0085 ', description: 'one\n\ttwo\u0007', labels: { 'k\u0001': 'v\udfff' } });
    expect(incident).toMatchObject({ title: 'a\ufffdb\ufffdc\ufffd', description: 'one\n\ttwo\ufffd', labels: { 'k\ufffd': 'v\ufffd' } });
  });

  it('finds names such as __proto__ and constructor harmless', async () => {
    const world = await makeWorld();
    const body =
      '{"title":"x","__proto__":{"title":"y"},"labels":{"__proto__":"p","constructor":"c"},"details":{"__proto__":{"admin":true},"constructor":{"prototype":1}}}';
    const { incidentId } = await bodyOf(await raw(world, body));
    const incident = await bodyOf(await world.request('GET', `/v1/incidents/${String(incidentId)}`));
    expect(incident).toMatchObject({ title: 'x', labels: { constructor: 'c' }, details: { constructor: { prototype: 1 } } });
    expect(JSON.stringify(incident)).not.toContain('admin');
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false);
  });

  it('is cut with a marker where details exceed 32 KB, and never refused', async () => {
    const incident = await shown({ details: { first: 'kept', large: 'x'.repeat(100_000), last: 'lost' } });
    const details = JSON.stringify(incident['details']);
    expect(details.length).toBeLessThan(34_000);
    expect(details.length).toBeGreaterThan(30_000);
    expect(incident['details']).toMatchObject({ first: 'kept', _cut: textLike(/32 KB/) });
  });

  it('may come with unknown fields, null for what is absent, and a title of 1,024 characters of any plane', async () => {
    const title = '\u{1F525}'.repeat(1024);
    expect(await shown({ title, severity: null, labels: null, description: null, surprise: { a: 1 } })).toMatchObject({
      title,
      severity: 'high',
    });
  });
});

describe('Requests are judged in one order: path and method, credential, body', () => {
  it('says 404 for an unknown path and 405 with Allow for a wrong method, before it asks for a credential', async () => {
    const world = await makeWorld();
    for (const path of ['/', '/v1', '/v1/nothing', '/v1/events/x', '/v1/incidents/a/b/c', '/v2/nothing', '/v1/incidents/x/explode']) {
      const response = await world.request('POST', path, { token: null, body: '{' });
      expect([path, response.status]).toEqual([path, 404]);
    }
    for (const [method, path, allow] of [
      ['GET', '/v1/events', 'POST'],
      ['HEAD', '/v1/events', 'POST'],
      ['PUT', '/v1/incidents', 'GET, HEAD'],
      ['PROPFIND', '/v1/services/checkout/keys', 'GET, HEAD, POST'],
      ['GET', '/v1/incidents/x/acknowledge', 'POST'],
      ['DELETE', '/v1/config', 'GET, HEAD'],
      ['PATCH', '/v1/services/checkout/mute', 'POST, DELETE'],
      ['PUT', '/a/token', 'GET, HEAD, POST'],
    ] as const) {
      const response = await world.request(method, path, { token: null });
      expect([method, path, response.status, response.headers.get('allow')]).toEqual([method, path, 405, allow]);
    }
  });

  it('asks for the credential before it looks at the body', async () => {
    const world = await makeWorld();
    expect((await world.request('POST', '/v1/events', { token: null, body: '{', headers: jsonType })).status).toBe(401);
    expect((await world.request('POST', '/v1/incidents/x/acknowledge', { token: ingestKey, body: '{' })).status).toBe(403);
  });

  it('answers HEAD as GET, without a body', async () => {
    const world = await makeWorld();
    const response = await world.request('HEAD', '/v1/incidents');
    expect([response.status, await response.text()]).toEqual([200, '']);
  });
});

describe('A problem', () => {
  it('has the members of RFC 9457 and names the request, and never repeats the input', async () => {
    const world = await makeWorld();
    const secret = 'hunter2-in-the-input';
    const response = await sendEvent(world, {
      title: 7,
      severity: secret,
      dedupKey: `${secret}\u0000`,
      action: secret,
      labels: { [`${secret} `]: 1 },
    });
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const text = await response.clone().text();
    expect(text).not.toContain(secret);
    const problem = await bodyOf(response);
    expect(problem).toMatchObject({
      type: '/problems/not-valid',
      title: anyText,
      status: 422,
      detail: anyText,
      code: 'not-valid',
    });
    expect(problem['requestId']).toBe(response.headers.get('x-request-id'));
    expect(problem['errors']).toContainEqual({ pointer: '/severity', code: 'unknown-severity', detail: anyText });
  });

  it('tells nothing of what went wrong inside', async () => {
    const world = await makeWorld((ports) => {
      ports.incidents.list = () => Promise.reject(new Error('table arn:aws:dynamodb:eu-west-1:123456789012:table/tocsin'));
      return {};
    });
    const response = await world.request('GET', '/v1/incidents');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toMatch(/arn:|table|Error| at /);
    expect(world.faults).toEqual(['request-failed']);
  });

  it('comes with nosniff and no-store, as every answer', async () => {
    const world = await makeWorld();
    for (const response of [
      await world.request('GET', '/v1/nothing'),
      await world.request('GET', '/v1/incidents'),
      await sendEvent(world, { title: 'x' }),
    ]) {
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(response.headers.get('x-request-id')).toBeTruthy();
    }
  });
});

it('The access log holds route, status, latency and request id, and neither path nor query', async () => {
  const lines: unknown[] = [];
  const world = await makeWorld((ports) => {
    Object.assign(ports, { log: { ...ports.log, info: (...line: unknown[]) => lines.push(line) } });
    return { accessLog: true };
  });
  const response = await world.request('GET', `/v1/incidents/secret-id?key=${ingestKey}`);
  await world.request('GET', '/v1/no-such-path');
  expect(lines).toEqual([
    ['request', { route: '/v1/incidents/:id', method: 'GET', status: 404, ms: 0, requestId: response.headers.get('x-request-id') }],
    ['request', { route: '/*', method: 'GET', status: 404, ms: 0, requestId: anyText }],
  ]);
  expect((await world.request('PUT', '/v1/incidents')).headers.get('allow')).toBe('GET, HEAD');
});
