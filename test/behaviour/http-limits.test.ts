import { describe, expect, it } from 'vitest';
import { maxDocumentBytes } from '../../shared/schema/config-document.ts';
import { mostMembers, mostValues } from '../../shared/schema/json-text.ts';
import { documentFrom, errorsOf, small } from '../unit/config-documents.ts';
import { World } from '../world.ts';
import { adminToken, bodyOf, ingestKey, makeWorld, startIncident } from './http-world.ts';

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

  it.each([1023, 1024, 1025])('a dedup key of a format of %i characters', async (count) => {
    const world = await makeWorld();
    const fingerprint = 'f'.repeat(count);
    const response = await world.send('POST', '/v1/ingest/alertmanager', { alerts: [{ ...alert, fingerprint }] }, { token: ingestKey });
    const { results } = await bodyOf(response);
    expect(JSON.stringify(results).includes(`"dedupKey":"${fingerprint}"`)).toBe(count <= 1024);
    expect(response.status).toBe(202);
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

  const person = (name: string): string => small({ people: `[{ id: ana, name: ${name} }, { id: lee, name: Lee }]` });

  it.each([254, 255])('takes a name of %i characters', (count) => {
    expect(documentFrom(person('n'.repeat(count))).people[0]?.name).toHaveLength(count);
  });

  it('refuses one of 256, with its place', () => {
    expect(errorsOf(person('n'.repeat(256)))).toMatchObject([{ pointer: '/people/0/name' }]);
  });

  const people = (count: number): string =>
    JSON.stringify({ people: Array.from({ length: count }, (_, n) => ({ id: `p${n}`, name: 'P' })) });

  it.each([1999, 2000])('takes %i people', (count) => {
    expect(documentFrom(people(count), 'application/json').people).toHaveLength(count);
  });

  it('refuses 2,001 of them', () => {
    expect(errorsOf(people(2001), 'application/json')).toMatchObject([{ pointer: '/people' }]);
  });
});
