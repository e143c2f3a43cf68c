import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Unavailable } from '../../shared/app/use-cases.ts';
import { parsePagerDutyChange, parsePagerDutyEvent, routingKeyOf } from '../../shared/ingest/pagerduty.ts';
import { adminToken, anyText, bodyOf, ingestKey, makeWorld, otherKey, textLike, type World } from './http-world.ts';

const folder = new URL('../fixtures-ingest/pagerduty/', import.meta.url);
const fixture = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8').replaceAll('ROUTING_KEY', ingestKey));
const documented = z.object({ requests: z.array(z.object({ path: z.string(), body: z.record(z.string(), z.unknown()) })) });
const recorded = z.object({
  exchanges: z.array(
    z.object({
      ...{ path: z.string(), headers: z.record(z.string(), z.string()), body: z.string() },
      answer: z.object({ status: z.number(), body: z.unknown() }),
    }),
  ),
});

const post = (world: World, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  world.send('POST', path, body, { token: null, headers });
const enqueue = (world: World, body: object, headers: Record<string, string> = {}): Promise<Response> =>
  post(world, '/v2/enqueue', { routing_key: ingestKey, ...body }, headers);

const payload = { summary: 'Disk 99% full', source: 'db-1', severity: 'critical' };
const trigger = (world: World, sent: object = {}, more: object = {}): Promise<Response> =>
  enqueue(world, { event_action: 'trigger', dedup_key: 'disk', ...more, payload: { ...payload, ...sent } });

const rows = async (world: World, path: string, name: string): Promise<readonly Record<string, unknown>[]> =>
  z.array(z.record(z.string(), z.unknown())).parse((await bodyOf(await world.request('GET', path)))[name]);
const incidents = (world: World): ReturnType<typeof rows> => rows(world, '/v1/incidents', 'incidents');
const declined = (world: World): ReturnType<typeof rows> => rows(world, '/v1/declined', 'declined');

async function only(world: World): Promise<Record<string, unknown>> {
  const [one, ...others] = await incidents(world);
  if (one === undefined || others.length > 0) throw new Error('there is not just one incident');
  return bodyOf(await world.request('GET', `/v1/incidents/${String(one['id'])}`));
}

async function timeline(world: World): Promise<readonly Record<string, unknown>[]> {
  return rows(world, `/v1/incidents/${String((await only(world))['id'])}/timeline`, 'events');
}

async function expectRefused(response: Response, ...errors: readonly unknown[]): Promise<void> {
  expect(response.headers.get('content-type')).toBe('application/json');
  expect({ status: response.status, ...{ body: await response.json() } }).toEqual({
    status: 400,
    body: { status: 'invalid event', message: 'Event object is invalid', errors },
  });
}

describe('POST /v2/enqueue', () => {
  it('answers a trigger as PagerDuty does, and pages', async () => {
    const world = await makeWorld();
    const response = await trigger(world);
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ status: 'success', message: 'Event processed', dedup_key: 'disk' });
    expect(await only(world)).toMatchObject({ service: 'checkout', dedupKey: 'disk', title: 'Disk 99% full', severity: 'critical' });
    expect(world.nudged).toHaveLength(1);
  });

  it('takes everything an event can say', async () => {
    const world = await makeWorld();
    const { requests } = documented.parse(fixture('documentation.json'));
    for (const { path, body } of requests.slice(0, 1)) expect((await post(world, path, body)).status).toBe(202);
    expect(await only(world)).toMatchObject({
      ...{ dedupKey: 'srv01/mysql', title: 'DISK at 99% on machine prod-datapipe03.example.com', severity: 'critical' },
      ...{ severityText: 'critical', source: 'prod-datapipe03.example.com', type: 'disk', description: null },
      labels: { component: 'mysql', group: 'prod-datapipe', client: 'Sample Monitoring Service' },
      details: { 'free space': '1%', 'ping time': '1500ms', 'load avg': 0.75 },
      links: [
        { href: 'http://pagerduty.example.com', text: 'An example link.' },
        { href: 'https://monitoring.service.com', text: 'Sample Monitoring Service' },
        { href: 'https://google.com', text: 'An example link with an image' },
        { href: textLike(/^https:\/\/chart\.googleapis\.com\//), text: 'An example link with an image' },
      ],
    });
    expect((await timeline(world))[0]).toMatchObject({ type: 'triggered', occurredAt: '2015-07-17T08:42:58.315Z' });
  });

  it('acknowledges and resolves by dedup key, whatever else the body holds', async () => {
    const world = await makeWorld();
    await trigger(world);
    const acknowledged = await enqueue(world, { event_action: 'acknowledge', dedup_key: 'disk' });
    expect([acknowledged.status, await acknowledged.json()]).toEqual([
      202,
      { status: 'success', message: 'Event processed', dedup_key: 'disk' },
    ]);
    expect(await only(world)).toMatchObject({ state: 'acknowledged' });
    expect((await trigger(world, {}, { event_action: 'resolve', extra: [1], payload: 'odd' })).status).toBe(202);
    expect(await only(world)).toMatchObject({ state: 'resolved' });
  });

  it('drops an acknowledge or resolve of an unknown dedup key with 202, and lists it', async () => {
    const world = await makeWorld();
    for (const event_action of ['acknowledge', 'resolve']) {
      const response = await enqueue(world, { event_action, dedup_key: 'nothing-open', payload });
      expect([response.status, await response.json()]).toEqual([
        202,
        { status: 'success', message: 'Event processed', dedup_key: 'nothing-open' },
      ]);
    }
    expect(await incidents(world)).toEqual([]);
    const listed = { outcome: 'ignored', reason: 'no-such-incident', dedupKey: 'nothing-open', title: 'Disk 99% full' };
    expect(await declined(world)).toEqual([
      expect.objectContaining({ ...listed, action: 'resolve' }),
      expect.objectContaining({ ...listed, action: 'acknowledge' }),
    ]);
  });

  it('starts a new incident when the problem comes back after a resolve', async () => {
    const world = await makeWorld();
    await trigger(world);
    await enqueue(world, { event_action: 'resolve', dedup_key: 'disk' });
    await trigger(world);
    expect((await incidents(world)).map(({ state }) => state)).toEqual(['pending', 'resolved']);
  });

  it('merges repeats that bring no dedup key, and tells the key to resolve them by', async () => {
    const world = await makeWorld();
    const keyOf = async (sent: object): Promise<unknown> => {
      const response = await trigger(world, sent, { dedup_key: undefined });
      return (await bodyOf(response))['dedup_key'];
    };
    const first = await keyOf({ custom_details: { free: '1%' } });
    expect(first).toMatch(/^fp-[a-z2-7]{26}$/);
    expect(await keyOf({ custom_details: { free: '0%' }, severity: 'error', timestamp: '2026-01-05T08:00:00Z' })).toBe(first);
    for (const other of [{ source: 'db-2' }, { summary: 'Disk full' }, { class: 'disk' }, { component: 'wal' }, { group: 'eu' }])
      expect(await keyOf(other)).not.toBe(first);
    expect(await incidents(world)).toHaveLength(6);
    await enqueue(world, { event_action: 'resolve', dedup_key: first });
    expect((await incidents(world)).filter(({ state }) => state === 'resolved')).toEqual([
      expect.objectContaining({ dedupKey: first, occurrences: 2 }),
    ]);
  });

  it.each([
    ['critical', 'critical'],
    ['error', 'high'],
    ['warning', 'medium'],
    ['info', 'info'],
    [' Warning ', 'medium'],
  ])('maps the severity %j to %s', async (severity, expected) => {
    const world = await makeWorld();
    await trigger(world, { severity });
    expect(await only(world)).toMatchObject({ severity: expected, severityText: severity.trim() });
    expect((await timeline(world)).map(({ type }) => type)).toEqual(['triggered']);
  });

  it.each([
    ['fatal', 'critical'],
    ['low', 'low'],
    ['page', 'high'],
    [3, 'high'],
  ])('takes the severity %j for %s, with a warning in the timeline', async (severity, expected) => {
    const world = await makeWorld();
    expect((await trigger(world, { severity })).status).toBe(202);
    expect(await only(world)).toMatchObject({ severity: expected, severityText: String(severity) });
    const note = `Warning: the sender's severity “${String(severity)}” is none of critical, error, warning, info. It was taken as ${expected}.`;
    expect((await timeline(world)).slice(1)).toEqual([expect.objectContaining({ type: 'noteAdded', by: 'system', note })]);
  });

  it('accepts the alarm though the warning cannot be added', async () => {
    const world = await makeWorld(() => ({ acts: () => Promise.reject(new Unavailable('busy')) }));
    expect((await trigger(world, { severity: 'page' })).status).toBe(202);
    expect(world.faults).toEqual(['severity-warning-not-added']);
  });

  it('cuts a summary that is too long, makes one line of it, and keeps the whole as the description', async () => {
    const world = await makeWorld();
    const summary = `Job failed\n\t${'x'.repeat(2000)}`;
    expect((await trigger(world, { summary })).status).toBe(202);
    const { title, description } = await only(world);
    expect(title).toBe(`Job failed ${'x'.repeat(1024 - 11 - 7)}… [cut]`);
    expect(description).toBe(summary);
  });

  it.each([
    ['2026-01-05T08:00:00.315+0000', '2026-01-05T08:00:00.315Z'],
    ['2026-01-05T10:00:00+02:00', '2026-01-05T08:00:00.000Z'],
    ['2026-01-05T10:00+02', '2026-01-05T08:00:00.000Z'],
    ['2026-01-05T08:00:00', '2026-01-05T08:00:00.000Z'],
    ['2026-01-05 08:00:00.123456', '2026-01-05T08:00:00.123Z'],
    ['2026-01-05T08:00:00.123456+00:00Z', '2026-01-05T08:00:00.123Z'],
    ['2026-01-05 08:00:00 +0000', '2026-01-05T08:00:00.000Z'],
    [1767600000, '2026-01-05T08:00:00.000Z'],
    ['1767600000.5', '2026-01-05T08:00:00.500Z'],
    [1767600000000, '2026-01-05T08:00:00.000Z'],
    ['1767600000000000', '2026-01-05T08:00:00.000Z'],
    [1767600000000000000, '2026-01-05T08:00:00.000Z'],
    ['0001-01-01T00:00:00Z', null],
    [0, null],
    [-5, null],
    ['yesterday', null],
    ['2026-13-45T08:00:00Z', null],
    ['2026-01-05', null],
    [{ at: 1 }, null],
    [`2026-01-05T08:00:00.${'1'.repeat(100_000)}Z`, null],
  ])('reads the timestamp %j', async (timestamp, occurredAt) => {
    const world = await makeWorld();
    expect((await trigger(world, { timestamp })).status).toBe(202);
    expect((await timeline(world))[0]).toMatchObject({ occurredAt });
  });

  it('ignores a resolve that is older than the trigger', async () => {
    const world = await makeWorld();
    await trigger(world, { timestamp: '2026-01-05T08:59:00Z' });
    await trigger(world, { timestamp: '2026-01-05T08:58:00Z' }, { event_action: 'resolve' });
    expect(await only(world)).toMatchObject({ state: 'pending' });
  });

  it('accepts odd values where they do not matter', async () => {
    const world = await makeWorld();
    const sent = { source: null, severity: null, component: {}, group: [], class: 7, custom_details: ['a', 1] };
    const links = ['https://a.example/', { href: 'javascript:alert(1)' }, { href: 5 }, null, { href: ' https://b.example/ ' }];
    const more = { client: false, client_url: 'ftp://x', links, images: { src: 'https://c.example/' }, __proto__: { a: 1 } };
    expect((await trigger(world, sent, more)).status).toBe(202);
    expect(await only(world)).toMatchObject({
      ...{ source: null, severity: 'high', severityText: null, type: '7', details: { custom_details: ['a', 1] } },
      labels: { client: 'false' },
      links: [
        { href: 'https://a.example/', text: 'https://a.example/' },
        { href: 'https://b.example/', text: 'https://b.example/' },
      ],
    });
  });

  it('cuts details that are too large', async () => {
    const world = await makeWorld();
    expect((await trigger(world, { custom_details: { trace: 'x'.repeat(900_000) } })).status).toBe(202);
    expect(JSON.stringify((await only(world))['details'])).toMatch(/_cut/);
  });

  it.each(['application/json; charset=utf-8', 'text/plain', 'application/x-www-form-urlencoded', 'application/vnd.pagerduty+json', null])(
    'takes the body for JSON though it is called %s',
    async (type) => {
      const world = await makeWorld();
      const body = Buffer.from(JSON.stringify({ routing_key: ingestKey, event_action: 'trigger', payload }));
      const headers: Record<string, string> = type === null ? {} : { 'content-type': type };
      expect((await world.request('POST', '/v2/enqueue', { token: null, body: new Uint8Array(body), headers })).status).toBe(202);
      expect(await incidents(world)).toHaveLength(1);
    },
  );

  it('gives a repeat with the same Idempotency-Key the same answer and counts it once', async () => {
    const world = await makeWorld();
    const headers = { 'idempotency-key': 'once' };
    const body = { event_action: 'trigger', payload: { ...payload, severity: 'page' } };
    const [first, second] = [await enqueue(world, body, headers), await enqueue(world, body, headers)];
    expect(await second.json()).toEqual(await first.json());
    expect(await only(world)).toMatchObject({ occurrences: 1 });
  });
});

describe('The credential of POST /v2/enqueue', () => {
  it('may stand in the body, in X-Routing-Key, as a bearer token or in the query', async () => {
    const event = { event_action: 'trigger', payload };
    for (const [path, more, headers] of [
      ['/v2/enqueue', { routing_key: ` ${ingestKey} ` }, {}],
      ['/v2/enqueue', {}, { 'x-routing-key': ingestKey }],
      ['/v2/enqueue', {}, { authorization: `Bearer ${ingestKey}` }],
      [`/v2/enqueue?key=${ingestKey}`, {}, {}],
      [`/v2/enqueue?key=${ingestKey}`, { routing_key: '0'.repeat(32) }, { authorization: 'Token token=abc' }],
    ] as const) {
      const world = await makeWorld();
      expect((await post(world, path, { ...event, ...more }, headers)).status).toBe(202);
      expect(await only(world)).toMatchObject({ service: 'checkout' });
    }
  });

  it('names the service the event is for, and keeps equal dedup keys of two services apart', async () => {
    const world = await makeWorld();
    await trigger(world);
    await trigger(world, {}, { routing_key: otherKey });
    expect((await incidents(world)).map(({ service }) => service).toSorted()).toEqual(['checkout', 'search']);
    await enqueue(world, { routing_key: otherKey, event_action: 'resolve', dedup_key: 'disk' });
    expect(await rows(world, '/v1/incidents?service=checkout', 'incidents')).toEqual([expect.objectContaining({ state: 'pending' })]);
  });

  it('is refused with 400, as PagerDuty does, when it is missing, unknown or an API token', async () => {
    const world = await makeWorld();
    const key = textLike(/routing_key/);
    for (const routing_key of [undefined, null, '', 'short', '0'.repeat(32), 7, adminToken])
      await expectRefused(await trigger(world, {}, { routing_key }), key);
    await expectRefused(
      await post(world, '/v2/enqueue', { event_action: 'trigger', payload }, { authorization: `Bearer ${adminToken}` }),
      key,
    );
    await expectRefused(await post(world, '/v2/change/enqueue', { payload }), key);
    await expectRefused(await post(world, '/v2/enqueue', {}), key, "'event_action' is missing or blank.");
    expect(await incidents(world)).toEqual([]);
  });
});

describe('What POST /v2/enqueue refuses', () => {
  it('is said with 400 and a list of sentences that clients can decode', async () => {
    const world = await makeWorld();
    for (const [more, ...errors] of [
      [{ event_action: undefined }, "'event_action' is missing or blank."],
      [{ event_action: 'page' }, "'event_action' must be trigger, acknowledge or resolve."],
      [{ payload: undefined }, "'payload.summary' is missing or blank."],
      [{ payload: { summary: ' \n' } }, "'payload.summary' is missing or blank."],
      [{ payload: { summary: {} } }, "'payload.summary' is missing or blank."],
      [{ event_action: 'resolve', dedup_key: undefined }, "'dedup_key' is missing or blank."],
      [{ event_action: 'acknowledge', dedup_key: '' }, "'dedup_key' is missing or blank."],
      [{ dedup_key: 'k'.repeat(256) }, "'dedup_key' may have at most 255 characters."],
      [{ dedup_key: 'a\nb' }, "'dedup_key' may not hold control characters or lone surrogates."],
      [{ dedup_key: 'k'.repeat(256), payload: {} }, anyText, anyText],
    ] as const)
      await expectRefused(await enqueue(world, { event_action: 'trigger', dedup_key: 'disk', payload, ...more }), ...errors);
    expect((await trigger(world, {}, { dedup_key: 'k'.repeat(255) })).status).toBe(202);
  });

  it('a body that is no JSON object, or nested too deep, is refused in the same way', async () => {
    const world = await makeWorld();
    const raw = (body: string | Uint8Array<ArrayBuffer>): Promise<Response> =>
      world.request('POST', `/v2/enqueue?key=${ingestKey}`, { token: null, body, headers: { 'content-type': 'application/json' } });
    for (const body of ['{', 'routing_key=abc', new Uint8Array([0xff, 0xfe]), '{"a":'.repeat(17) + '1' + '}'.repeat(17)])
      await expectRefused(await raw(body), anyText);
    await expectRefused(await raw(''), anyText);
    for (const body of ['null', '[]', '"x"']) await expectRefused(await raw(body), 'The event must be a JSON object.');
  });

  it('takes one megabyte, and says 413 above it in the shape that clients decode', async () => {
    const world = await makeWorld();
    const sized = (bytes: number): Promise<Response> => {
      const event = { routing_key: ingestKey, event_action: 'trigger', payload: { ...payload, custom_details: { x: '' } } };
      event.payload.custom_details.x = 'x'.repeat(bytes - JSON.stringify(event).length);
      return post(world, '/v2/enqueue', event);
    };
    expect((await sized(1024 * 1024)).status).toBe(202);
    const response = await sized(1024 * 1024 + 1);
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ status: 'invalid event', message: 'Event object is invalid', errors: [anyText] });
  });

  it('answers 503 with Retry-After, and never 202, when nothing could be committed', async () => {
    const world = await makeWorld(() => ({
      signals: { trigger: () => Promise.reject(new Unavailable('full')), close: () => Promise.reject(new Error('at /var/secret')) },
    }));
    for (const event_action of ['trigger', 'resolve']) {
      const response = await trigger(world, {}, { event_action });
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await response.json()).toEqual({ status: 'not available', message: anyText, errors: ['Nothing was saved. Try again.'] });
    }
  });

  it('knows only POST', async () => {
    const world = await makeWorld();
    for (const path of ['/v2/enqueue', '/v2/change/enqueue']) {
      const response = await world.request('GET', path);
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    }
  });
});

describe('POST /v2/change/enqueue', () => {
  const change = { routing_key: ingestKey, payload: { summary: 'Deployed checkout 4.2', source: 'ci', timestamp: '2026-01-05T08:00:00Z' } };

  it('is recorded and never pages', async () => {
    const world = await makeWorld();
    const response = await post(world, '/v2/change/enqueue', change);
    expect([response.status, await response.json()]).toEqual([202, { status: 'success', message: 'Change event processed' }]);
    expect(await incidents(world)).toEqual([]);
    expect(world.nudged).toEqual([]);
    expect(await declined(world)).toEqual([
      expect.objectContaining({ service: 'checkout', title: 'Deployed checkout 4.2', outcome: 'ignored', reason: 'change-event' }),
    ]);
  });

  it('needs a summary', async () => {
    const world = await makeWorld();
    await expectRefused(await post(world, '/v2/change/enqueue', { ...change, payload: {} }), "'payload.summary' is missing or blank.");
  });

  it('answers 503 when it could not be recorded', async () => {
    const world = await makeWorld((ports) => {
      ports.declined.put = () => Promise.reject(new Error('disk'));
      return {};
    });
    expect((await post(world, '/v2/change/enqueue', change)).status).toBe(503);
  });
});

describe('Senders', () => {
  it.each(['python-pagerduty', 'go-pagerduty', 'pdjs'])('%s gets the answers it got when it was recorded', async (client) => {
    const world = await makeWorld();
    const { exchanges } = recorded.parse(fixture(`${client}.json`));
    expect(exchanges.length).toBeGreaterThan(7);
    for (const { path, headers, body, answer } of exchanges) {
      const response = await world.request('POST', path, { token: null, headers, body: new Uint8Array(Buffer.from(body)) });
      expect({ status: response.status, body: await response.json() }).toEqual(answer);
    }
  });

  it('Alertmanager pages and takes its page back', async () => {
    const world = await makeWorld();
    const [firing, resolved] = documented.parse(fixture('alertmanager.json')).requests;
    expect((await post(world, '/v2/enqueue', firing?.body)).status).toBe(202);
    expect(await only(world)).toMatchObject({
      ...{ title: '[FIRING:1] TocsinTest (info)', severity: 'info', source: 'Alertmanager', state: 'pending' },
      links: [{ href: 'https://alertmanager.example/#/alerts?receiver=tocsin', text: 'Alertmanager' }],
    });
    expect((await post(world, '/v2/enqueue', resolved?.body)).status).toBe(202);
    expect(await only(world)).toMatchObject({ state: 'resolved' });
  });

  it('Grafana pages', async () => {
    const world = await makeWorld();
    for (const { path, body } of documented.parse(fixture('grafana.json')).requests)
      expect((await post(world, path, body)).status).toBe(202);
    expect(await only(world)).toMatchObject({
      ...{ title: '[FIRING:1] (val1)', severity: 'critical', source: 'grafana-1', type: 'default' },
      labels: { component: 'Grafana', group: 'default', client: 'Grafana' },
      links: [{ href: 'http://localhost', text: 'External URL' }],
      details: { num_firing: '1', num_resolved: '0', resolved: '' },
    });
  });

  it('Uptime Kuma pages and takes its page back', async () => {
    const world = await makeWorld();
    for (const { path, body } of documented.parse(fixture('uptime-kuma.json')).requests)
      expect((await post(world, path, body)).status).toBe(202);
    expect(await only(world)).toMatchObject({
      ...{ title: '[Uptime Kuma Monitor 🔴 Down] [shop] connect ECONNREFUSED 192.0.2.10:443', severity: 'medium', state: 'resolved' },
      source: 'https://shop.example.com',
    });
  });
});

describe('The parser', () => {
  const defaults = { service: 'checkout', severity: null };
  const whole = { ...documented.parse(fixture('documentation.json')).requests[0]?.body };
  const hostile = z.array(z.string()).parse(JSON.parse(readFileSync(new URL('../hostile-strings.json', import.meta.url), 'utf8')));

  const parseAll = (value: unknown): void => {
    routingKeyOf(value);
    parsePagerDutyChange(value, defaults);
    const parsed = parsePagerDutyEvent(value, defaults);
    if (!parsed.ok) {
      expect(parsed.errors.length).toBeGreaterThan(0);
      return;
    }
    const { dedupKey } = parsed.event.action === 'trigger' ? parsed.event.signal : parsed.event;
    expect(dedupKey.length).toBeGreaterThan(0);
    expect(dedupKey.length).toBeLessThanOrEqual(255);
    if (parsed.event.action !== 'trigger') return;
    expect(parsed.event.signal.title.trim()).not.toBe('');
    expect(parsed.event.signal.title.length).toBeLessThanOrEqual(1024);
  };

  it('never throws, whatever the JSON', () => {
    fc.assert(fc.property(fc.jsonValue(), parseAll));
    const part = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.double());
    const event = fc.record({ event_action: fc.constantFrom('trigger', 'resolve'), dedup_key: part, links: part, images: part });
    const inside = fc.record({ summary: part, severity: part, timestamp: part, custom_details: part, class: part });
    fc.assert(
      fc.property(event, inside, (outer, sent) => {
        parseAll({ ...outer, payload: sent });
      }),
    );
  });

  it('survives any field of a real event being gone, of another type, or hostile', () => {
    const sent = z.record(z.string(), z.unknown()).parse(whole['payload']);
    for (const value of [undefined, null, 0, -1, 1e308, true, '', [], {}, [[]], { href: {} }, ...hostile]) {
      for (const name of Object.keys(whole)) parseAll({ ...whole, [name]: value });
      for (const name of Object.keys(sent)) parseAll({ ...whole, payload: { ...sent, [name]: value } });
    }
  });

  it('is quick with the largest bodies', () => {
    const megabyte = 1024 * 1024;
    const bodies = [
      { payload: { summary: ' \t'.repeat(megabyte / 2) } },
      { payload: { summary: 'x', timestamp: '1'.repeat(megabyte) } },
      { payload: { summary: 'x', custom_details: Array.from({ length: megabyte / 2 }, () => 1) } },
      { payload: { summary: 'x' }, links: Array.from({ length: megabyte / 8 }, () => 'https:/') },
      { payload: { summary: 'x' }, client_url: 'https://'.padEnd(megabyte, '/') },
    ];
    for (const body of bodies) {
      const start = performance.now();
      parseAll({ event_action: 'trigger', ...body });
      expect(performance.now() - start).toBeLessThan(250);
    }
  });

  it('has a fixture for every file of its folder', () => {
    expect(readdirSync(folder).toSorted()).toEqual(
      ['alertmanager', 'documentation', 'go-pagerduty', 'grafana', 'pdjs', 'python-pagerduty', 'uptime-kuma'].map((name) => `${name}.json`),
    );
  });
});
