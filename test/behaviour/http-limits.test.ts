import { describe, expect, it } from 'vitest';
import { parseIncidentId } from '../../shared/domain/incident-id.ts';
import { personHash, signAckToken } from '../../shared/http/ack-link.ts';
import { maxDocumentBytes } from '../../shared/schema/config-document.ts';
import { mostMembers, mostValues } from '../../shared/schema/json-text.ts';
import { errorsOf, small } from '../unit/config-documents.ts';
import { World } from '../world.ts';
import { adminToken, bodyOf, ingestKey, makeWorld, signingKey, startIncident } from './http-world.ts';

const kilobyte = 1024;
const megabyte = 1024 * kilobyte;
const jsonType = { 'content-type': 'application/json' };

/** A body that holds, grown to so many bytes by a member that nobody knows. */
function padded(body: object, bytes: number): string {
  const bare = JSON.stringify({ ...body, padding: '' }).length;
  return JSON.stringify({ ...body, padding: 'x'.repeat(bytes - bare) });
}

/** So deep, the body itself included. */
const nested = (depth: number): unknown => (depth === 1 ? {} : { a: nested(depth - 1) });
const listOf = (count: number): readonly number[] => Array.from({ length: count }, () => 1);
const objectOf = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, 1]));

const alert = { status: 'firing', labels: { alertname: 'disk' }, annotations: {}, startsAt: '2026-01-05T08:00:00Z', fingerprint: 'disk' };
const resolved = (fingerprint: string): object => ({ ...alert, status: 'resolved', fingerprint });
const page = { routing_key: ingestKey, event_action: 'trigger', payload: { summary: 'disk full', source: 'db-1', severity: 'error' } };
const title = 'disk full';

type Case = readonly [
  what: string,
  path: string,
  limit: number,
  body: (size: number) => string,
  above: readonly [status: number, code: string],
];

/** What each door still takes, and what is said above it. */
const bounds: readonly Case[] = [
  ['bytes', '/v1/events', 256 * kilobyte, (n) => padded({ title }, n), [413, 'body-too-large']],
  ['bytes', '/v2/enqueue', megabyte, (n) => padded(page, n), [413, '']],
  ['bytes', '/v2/change/enqueue', megabyte, (n) => padded(page, n), [413, '']],
  ['bytes', '/v1/ingest/alertmanager', 4 * megabyte, (n) => padded({ alerts: [alert] }, n), [413, 'body-too-large']],
  ['bytes', '/v1/ingest/grafana', 4 * megabyte, (n) => padded({ alerts: [alert] }, n), [413, 'body-too-large']],
  ['bytes', '/v1/ingest/eventbridge', 4 * megabyte, (n) => padded({ 'detail-type': 'x', source: 'y' }, n), [413, 'body-too-large']],
  ['bytes', '/v1/ingest/cloudwatch', 4 * megabyte, (n) => padded({ 'detail-type': 'x', source: 'y' }, n), [413, 'body-too-large']],
  ['bytes', 'acknowledge', 256 * kilobyte, (n) => padded({}, n), [413, 'body-too-large']],
  [
    'alerts',
    '/v1/ingest/alertmanager',
    2000,
    (n) => JSON.stringify({ alerts: Array.from({ length: n }, (_, index) => resolved(`f${index}`)) }),
    [422, 'not-valid'],
  ],
  [
    'alerts',
    '/v1/ingest/grafana',
    2000,
    (n) => JSON.stringify({ alerts: Array.from({ length: n }, (_, index) => resolved(`f${index}`)) }),
    [422, 'not-valid'],
  ],
  [
    'events',
    '/v1/ingest/eventbridge',
    2000,
    (n) => JSON.stringify(Array.from({ length: n }, () => ({ 'detail-type': 'Backup Job State Change', detail: { state: 'RUNNING' } }))),
    [422, 'not-valid'],
  ],
  ['levels', '/v1/events', 16, (n) => JSON.stringify({ title, details: nested(n - 1) }), [422, 'too-deep']],
  ['levels', '/v2/enqueue', 16, (n) => JSON.stringify({ ...page, x: nested(n - 1) }), [400, '']],
  ['values', '/v1/ingest/alertmanager', mostValues, (n) => JSON.stringify({ alerts: [1], x: listOf(n - 4) }), [422, 'too-many-values']],
  ['members of one object', '/v1/events', mostMembers, (n) => JSON.stringify({ title, details: objectOf(n) }), [422, 'too-many-values']],
  ['characters of a title', '/v1/events', 1024, (n) => JSON.stringify({ title: '\u{1F525}'.repeat(n) }), [422, 'not-valid']],
  ['characters of a dedup key', '/v1/events', 255, (n) => JSON.stringify({ title, dedupKey: 'k'.repeat(n) }), [422, 'not-valid']],
  ['characters of a dedup key', '/v2/enqueue', 255, (n) => JSON.stringify({ ...page, dedup_key: 'k'.repeat(n) }), [400, '']],
  ['bytes of a note', 'notes', 4096, (n) => JSON.stringify({ note: 'n'.repeat(n) }), [422, 'not-valid']],
  [
    'bytes of a reason',
    'cancel',
    4096,
    (n) => JSON.stringify({ reason: 'é'.repeat(Math.floor(n / 2)) + 'e'.repeat(n % 2) }),
    [422, 'not-valid'],
  ],
  ['characters of a name', 'acknowledge', 255, (n) => JSON.stringify({ by: 'b'.repeat(n) }), [422, 'not-valid']],
  ['targets', 'reassign', 100, (n) => JSON.stringify({ to: Array.from({ length: n }, () => 'user:ana') }), [422, 'not-valid']],
];

async function answerTo(path: string, body: string): Promise<readonly [status: number, code: unknown]> {
  const world = await makeWorld();
  const isAct = !path.startsWith('/');
  const where = isAct ? `/v1/incidents/${await startIncident(world)}/${path}` : path;
  const response = await world.request('POST', where, { ...(isAct ? {} : { token: ingestKey }), body, headers: jsonType });
  const { code } = await bodyOf(response);
  return [response.status, code ?? ''];
}

describe.each(bounds)('at most so many %s on %s: %i', (_, path, limit, body, above) => {
  const good = path.startsWith('/') ? 202 : 200;

  it('are taken, and one fewer', async () => {
    for (const size of [limit - 1, limit]) expect([size, ...(await answerTo(path, body(size)))]).toEqual([size, good, '']);
  });

  it('and one more is refused', async () => {
    expect(await answerTo(path, body(limit + 1))).toEqual(above);
  });
});

describe('What is long in an alarm is cut and never refused', () => {
  const shown = async (body: object): Promise<Record<string, unknown>> => {
    const world = await makeWorld();
    return bodyOf(await world.request('GET', `/v1/incidents/${await startIncident(world, body)}`));
  };
  const names = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `name-${n}`);
  const cut = /… \[cut\]$/;

  it.each([63, 64, 65])('%i labels: 64 are kept', async (count) => {
    const { labels } = await shown({ labels: Object.fromEntries(names(count).map((name) => [name, 'value'])) });
    expect(Object.keys(labels as object)).toEqual(names(Math.min(count, 64)));
  });

  it.each([31, 32, 33])('%i links: 32 are kept', async (count) => {
    const { links } = await shown({ links: names(count).map((name) => ({ href: `https://ok.example/${name}` })) });
    expect(links).toHaveLength(Math.min(count, 32));
  });

  it.each([1023, 1024, 1025])('a source and a value of a label of %i characters', async (count) => {
    const text = 'x'.repeat(count);
    const { source, labels } = await shown({ source: text, labels: { long: text } });
    for (const kept of [source, ...Object.values(labels as Record<string, unknown>)]) {
      expect(String(kept)).toHaveLength(Math.min(count, 1024));
      if (count > 1024) expect(kept).toMatch(cut);
      else expect(kept).toBe(text);
    }
  });

  it.each([254, 255, 256])('the name of a label of %i characters', async (count) => {
    const { labels } = await shown({ labels: { ['n'.repeat(count)]: 'value' } });
    const [name = ''] = Object.keys(labels as object);
    expect(name).toHaveLength(Math.min(count, 255));
    expect(cut.test(name)).toBe(count > 255);
  });

  it.each([-1, 0, 1])('a description of 16 K characters and %i', async (more) => {
    const { description } = await shown({ description: 'd'.repeat(16 * kilobyte + more) });
    expect(String(description)).toHaveLength(16 * kilobyte + Math.min(more, 0));
    expect(cut.test(String(description))).toBe(more > 0);
  });

  it.each([-1, 0, 1])('details and a context of 32 KB and %i', async (more) => {
    const fitting = { text: 'x'.repeat(32 * kilobyte - '{"text":""}'.length + more) };
    const { details } = await shown({ details: fitting, context: fitting });
    if (more > 0) expect(details).toMatchObject({ text: expect.stringMatching(cut) as unknown, _cut: 'What goes beyond 32 KB was cut.' });
    else expect(details).toEqual(fitting);
  });

  it.each([1023, 1024, 1025])('a dedup key of a format of %i characters', async (count) => {
    const world = await makeWorld();
    const fingerprint = 'f'.repeat(count);
    const response = await world.send('POST', '/v1/ingest/alertmanager', { alerts: [{ ...alert, fingerprint }] }, { token: ingestKey });
    const { results } = await bodyOf(response);
    expect(JSON.stringify(results).includes(`"dedupKey":"${fingerprint}"`)).toBe(count <= 1024);
    expect(response.status).toBe(202);
  });
});

describe('The form behind an ack link', () => {
  it.each([4095, 4096, 4097])('of %i bytes', async (bytes) => {
    const world = await makeWorld();
    const id = await startIncident(world);
    const item = await world.ports.incidents.get(parseIncidentId(id)!);
    if (item === null || 'unreadable' in item) throw new Error('no item');
    const told = [{ person: 'ana', name: 'Ana', zone: 'UTC', contacts: {}, pages: [1] }];
    await world.ports.incidents.write({ ...item, version: item.version + 1, told }, item);
    const fields = { id: item, notification: 1, personHash: personHash('ana'), expiresAt: world.ports.clock.now() + 60_000 };
    const response = await world.request('POST', `/a/${signAckToken(fields, signingKey)}`, {
      ...{ token: null, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      body: `action=resolve&padding=${'x'.repeat(bytes - 'action=resolve&padding='.length)}`,
    });
    expect(response.status).toBe(bytes > 4096 ? 413 : 200);
  });
});

describe('A configuration', () => {
  it.each([maxDocumentBytes - 1, maxDocumentBytes, maxDocumentBytes + 1])('of %i bytes', async (bytes) => {
    const world = await World.withConfig();
    const text = small();
    const response = await world.app.fetch(
      new Request('http://tocsin.test/v1/config?dryRun=true', {
        method: 'PUT',
        headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/yaml' },
        body: `${text}\n#${'x'.repeat(bytes - text.length - 2)}`,
      }),
    );
    expect(response.status).toBe(bytes > maxDocumentBytes ? 413 : 200);
  });

  type Bound = readonly [what: string, limit: number, document: (size: number) => object];
  const targets = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `email:p${n}@example.com`);
  const level = (more: object = {}): object => ({ targets: ['user:ana'], ...more });
  const policy = (more: object = {}): object => ({ policies: [{ id: 'main', levels: [level()], ...more }] });
  const person = (more: object): object => ({ people: [{ id: 'ana', name: 'Ana', ...more }] });
  const each = <T>(count: number, make: (n: number) => T): readonly T[] => Array.from({ length: count }, (_, n) => make(n));
  const contact = (n: number): object => ({ id: `c${n}`, channel: 'email', address: `a${n}@example.com` });

  const sizes: readonly Bound[] = [
    ['characters of an id', 64, (n) => ({ services: [{ id: 'i'.repeat(n), policy: 'main' }] })],
    ['characters of a name', 255, (n) => person({ name: 'n'.repeat(n) })],
    ['characters of a description', 4096, (n) => policy({ description: 'd'.repeat(n) })],
    [
      'characters of a webhook’s address',
      2048,
      (n) => policy({ levels: [level({ targets: [`webhook:https://ok.example/${'a'.repeat(n - 19)}`] })] }),
    ],
    ['people', 2000, (n) => ({ people: each(n, (one) => ({ id: one === 0 ? 'ana' : `p${one}`, name: 'P' })) })],
    ['contacts of a person', 20, (n) => person({ contacts: each(n, contact) })],
    ['rules of a person', 50, (n) => person({ rules: each(n, () => ({ notify: [] })) })],
    ['contacts of a rule', 50, (n) => person({ contacts: [contact(0)], rules: [{ notify: each(n, () => 'c0') }] })],
    ['members of a team', 1000, (n) => ({ teams: [{ id: 'ops', members: each(n, () => 'ana') }] })],
    ['levels', 50, (n) => policy({ levels: each(n, () => level()) })],
    ['targets of a level', 100, (n) => policy({ levels: [level({ targets: targets(n) })] })],
    ['channels of a level', 20, (n) => policy({ levels: [level({ channels: each(n, () => 'sms') })] })],
    ['repeats of a level', 1000, (n) => policy({ levels: [level({ repeat: { count: n, every: '1m' } })] })],
    ['rounds', 1000, (n) => policy({ repeat: { times: n, every: '1m' } })],
    ['escalations', 100_000, (n) => policy({ maxEscalations: n })],
    ['targets of a catch-all', 100, (n) => policy({ catchAll: targets(n) })],
    ['seconds of a delay', 366 * 86_400, (n) => policy({ levels: [level({ delay: n })] })],
    ['incidents that may be open', 1_000_000, (n) => ({ settings: { catchAll: ['user:ana'], maxOpen: n } })],
    ['alarms a second', 1_000_000, (n) => ({ settings: { catchAll: ['user:ana'], ingest: { perSecond: n } } })],
    [
      'topics',
      100,
      (n) => ({ settings: { catchAll: ['user:ana'], snsTopics: each(n, (one) => `arn:aws:sns:eu-west-1:123456789012:t${one}`) } }),
    ],
  ];

  const text = (document: object): string =>
    JSON.stringify({ settings: { catchAll: ['user:ana'] }, ...policy(), ...person({}), ...document });

  it.each(sizes)('takes so many %s: %i, and one fewer, but not one more', (_, limit, document) => {
    for (const size of [limit - 1, limit]) expect(errorsOf(text(document(size)), 'application/json')).toEqual([]);
    expect(errorsOf(text(document(limit + 1)), 'application/json')).not.toEqual([]);
  });
});
