import { describe, expect, it } from 'vitest';
import { parseIncidentId } from '../../shared/domain/incident-id.ts';
import { Unavailable } from '../../shared/app/use-cases.ts';
import { anyText, textLike, bodyOf, makeWorld, sendEvent, start, startIncident, type World } from './http-world.ts';

const show = async (world: World, id: string): Promise<Record<string, unknown>> =>
  bodyOf(await world.request('GET', `/v1/incidents/${id}`));
const act = (world: World, id: string, name: string, body: unknown = {}): Promise<Response> =>
  world.send('POST', `/v1/incidents/${id}/${name}`, body);
const listOf = (value: unknown): unknown[] => {
  if (!Array.isArray(value)) throw new Error('no list');
  return value;
};

describe('GET /v1/incidents/{id}', () => {
  it('shows an incident with every member, instants in ISO 8601 and its duration in seconds', async () => {
    const world = await makeWorld();
    const id = await startIncident(world, { severity: 'critical', labels: { team: 'a' }, details: { host: 'db-1' } });
    world.pass(12_300);
    expect(await show(world, id)).toMatchObject({
      id,
      service: 'checkout',
      dedupKey: 'disk',
      title: 'error rate 12%',
      severity: 'critical',
      state: 'pending',
      policy: 'default',
      policyVersion: 3,
      level: 0,
      levelLabel: null,
      cycle: 0,
      createdAt: '2026-01-05T09:00:00.000Z',
      updatedAt: '2026-01-05T09:00:00.000Z',
      nextEscalationAt: '2026-01-05T09:00:00.000Z',
      acknowledgedAt: null,
      acknowledgedBy: null,
      resolvedAt: null,
      resolvedBy: null,
      endReason: null,
      escalationCount: 0,
      notificationCount: 0,
      occurrences: 1,
      isActive: true,
      durationSeconds: 12.3,
      labels: { team: 'a' },
      details: { host: 'db-1' },
    });
  });

  it('shows large details whole though they are kept apart', async () => {
    const world = await makeWorld();
    const details = { log: 'x'.repeat(5000) };
    expect(await show(world, await startIncident(world, { details }))).toMatchObject({ details });
  });

  it('is 404 for an id that is unknown or none', async () => {
    const world = await makeWorld();
    const id = await startIncident(world);
    for (const other of [`${'a'.repeat(26)}-1`, id.replace(/-1$/, '-2'), id.replace(/-1$/, '-0'), 'x', '%00', '..%2F']) {
      expect((await world.request('GET', `/v1/incidents/${other}`)).status).toBe(404);
      expect((await act(world, other, 'acknowledge')).status).toBe(404);
    }
  });
});

describe('GET /v1/incidents', () => {
  it('lists newest first and page by page, filtered by state, service and severity', async () => {
    const world = await makeWorld();
    const ids: string[] = [];
    for (const n of [1, 2, 3]) {
      ids.push(await startIncident(world, { dedupKey: `k${n}`, severity: n === 2 ? 'low' : 'high' }));
      world.pass(1000);
    }
    await act(world, ids[0]!, 'resolve');
    const idsOf = async (query: string): Promise<unknown[]> =>
      listOf((await bodyOf(await world.request('GET', `/v1/incidents?${query}`)))['incidents']).map((one) => (one as { id: string }).id);
    expect(await idsOf('')).toEqual([ids[2], ids[1], ids[0]]);
    expect(await idsOf('state=open')).toEqual([ids[2], ids[1]]);
    expect(await idsOf('state=resolved')).toEqual([ids[0]]);
    expect(await idsOf('severity=low&service=checkout')).toEqual([ids[1]]);
    expect(await idsOf('service=search')).toEqual([]);
    const page = await bodyOf(await world.request('GET', '/v1/incidents?limit=2'));
    expect(await idsOf(`limit=2&cursor=${String(page['cursor'])}`)).toEqual([ids[0]]);
  });

  it('gives fewer at once where they are so large that a function could not answer with all of them', async () => {
    const world = await makeWorld();
    const details = { text: '"'.repeat(15_000) };
    for (let n = 0; n < 130; n += 1) await startIncident(world, { dedupKey: `k${n}`, details });
    const found: unknown[] = [];
    let cursor = '';
    let pages = 0;
    do {
      const text = await (await world.request('GET', `/v1/incidents?limit=200${cursor}`)).text();
      // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
      expect(Buffer.byteLength(JSON.stringify({ statusCode: 200, body: text }))).toBeLessThan(6 * 1024 * 1024);
      const page = JSON.parse(text) as { incidents: { id: string }[]; cursor?: string };
      found.push(...page.incidents.map(({ id }) => id));
      cursor = page.cursor === undefined ? '' : `&cursor=${page.cursor}`;
      pages += 1;
    } while (cursor !== '');
    expect([found.length, new Set(found).size, pages]).toEqual([130, 130, 2]);
  });

  it('refuses a filter that means nothing with 422', async () => {
    const world = await makeWorld();
    for (const query of ['state=sleeping', 'severity=loud', 'limit=0', 'limit=201', 'limit=1.5', 'limit=x', 'service=a/b', 'cursor=%7Bx']) {
      expect([query, (await world.request('GET', `/v1/incidents?${query}`)).status]).toEqual([query, 422]);
    }
  });

  it.each([
    ['/v1/incidents?limit=x', '/limit', 'Must be a whole number.'],
    ['/v1/incidents?policy=a/b', '/policy', 'Must be an id: letters, digits, dots, underscores and hyphens, at most 64.'],
    ['/v1/incidents?state=sleeping', '/state', textLike(/^Must be one of: pending, .*open\.$/)],
    ['/v1/stats?from=yesterday', '/from', 'Must be an instant with its zone, such as 2026-03-02T02:00:00Z.'],
  ])('says of %s what it should be', async (path, pointer, detail) => {
    const { errors } = await bodyOf(await (await makeWorld()).request('GET', path));
    expect(errors).toEqual([{ pointer, code: anyText, detail }]);
  });
});

describe('GET /v1/incidents/{id}/timeline', () => {
  it('tells what happened, oldest first, whether filed or not, and page by page', async () => {
    const world = await makeWorld();
    const id = await startIncident(world);
    await act(world, id, 'notes', { note: 'looking', by: 'user:ana' });
    await act(world, id, 'acknowledge', { by: 'user:ana' });
    const key = parseIncidentId(id)!;
    const item = await world.ports.incidents.get(key);
    if (item === null || 'unreadable' in item) throw new Error('no item');
    await world.ports.incidents.fileEvents(key, item.unfiled.slice(0, 2));
    await world.ports.incidents.write({ ...item, version: item.version + 1, unfiled: item.unfiled.slice(1) }, item);
    const { events } = await bodyOf(await world.request('GET', `/v1/incidents/${id}/timeline`));
    expect(events).toMatchObject([
      { seq: 1, at: '2026-01-05T09:00:00.000Z', type: 'triggered', title: 'error rate 12%', policy: 'default' },
      { seq: 2, type: 'noteAdded', by: 'user:ana', note: 'looking' },
      { seq: 3, type: 'acknowledged', by: 'user:ana', timeoutAt: '2026-01-05T10:00:00.000Z' },
    ]);
    const page = await bodyOf(await world.request('GET', `/v1/incidents/${id}/timeline?after=1&limit=1`));
    expect(page['events']).toMatchObject([{ seq: 2 }]);
    expect((await world.request('GET', `/v1/incidents/${id}/timeline?after=-1`)).status).toBe(422);
  });
});

describe('POST /v1/incidents/{id}/…', () => {
  it('acknowledges and resolves with an empty body and no content type, in the name of the API', async () => {
    const world = await makeWorld();
    const id = await startIncident(world);
    const acknowledged = await world.request('POST', `/v1/incidents/${id}/acknowledge`);
    expect(acknowledged.status).toBe(200);
    expect(await bodyOf(acknowledged)).toMatchObject({
      state: 'acknowledged',
      acknowledgedBy: 'api',
      acknowledgedAt: new Date(start).toISOString(),
      nextEscalationAt: null,
    });
    const resolved = await bodyOf(await act(world, id, 'resolve', { by: 'user:ben', note: 'restarted' }));
    expect(resolved).toMatchObject({ state: 'resolved', resolvedBy: 'user:ben', isActive: false });
  });

  it('answers 200 to the same again by the same person, and 409 with who and when to another', async () => {
    const world = await makeWorld();
    const id = await startIncident(world);
    await act(world, id, 'acknowledge', { by: 'user:ana' });
    expect((await act(world, id, 'acknowledge', { by: 'user:ana' })).status).toBe(200);
    const refused = await act(world, id, 'acknowledge', { by: 'user:ben' });
    expect(refused.status).toBe(409);
    expect(await bodyOf(refused)).toMatchObject({
      code: 'already-acknowledged',
      detail: textLike(/user:ana at 2026-01-05T09:00:00\.000Z/),
    });
  });

  it('escalates, snoozes, reassigns, notes and cancels', async () => {
    const world = await makeWorld();
    const id = await startIncident(world);
    expect((await act(world, id, 'notes', { note: 'hm', by: 'a monitor', surprise: 1 })).status).toBe(200);
    expect(await bodyOf(await act(world, id, 'snooze', { for: '1h', by: 'user:ana' }))).toMatchObject({
      snoozedUntil: '2026-01-05T10:00:00.000Z',
    });
    expect(await bodyOf(await act(world, id, 'reassign', { to: ['user:ben', { type: 'team', id: 'platform' }] }))).toMatchObject({
      assignees: ['user:ben', 'team:platform'],
    });
    expect((await act(world, id, 'escalate', { from: { cycle: 0, level: 7 } })).status).toBe(200);
    expect(await bodyOf(await act(world, id, 'cancel', { reason: 'false alarm' }))).toMatchObject({
      state: 'cancelled',
      cancelReason: 'false alarm',
      endReason: 'cancelled',
    });
  });

  it.each([
    ['acknowledge', { by: 'user:nobody' }, '/by', 'unknown-person'],
    ['acknowledge', { by: 'x'.repeat(256) }, '/by', 'too-large'],
    ['acknowledge', { note: 'x'.repeat(4097) }, '/note', 'too-large'],
    ['snooze', {}, '/for', 'invalid-duration'],
    ['snooze', { for: '0s' }, '/for', 'invalid-duration'],
    ['snooze', { for: '367d' }, '/for', 'invalid-duration'],
    ['reassign', {}, '/to', 'invalid-type'],
    ['reassign', { to: [] }, '/to', 'too-small'],
    ['reassign', { to: ['user:nobody'] }, '/to/0', 'unknown-target'],
    ['reassign', { to: ['team:platform', 'team:gone'] }, '/to/1', 'unknown-target'],
    ['reassign', { to: ['pigeon:x'] }, '/to/0', 'invalid-target'],
    ['escalate', { from: { cycle: -1, level: 1 } }, '/from/cycle', 'too-small'],
    ['escalate', { force: 'yes' }, '/force', 'invalid-type'],
    ['notes', {}, '/note', 'invalid-type'],
    ['notes', { note: '  ' }, '/note', 'blank'],
  ])('refuses %s with %j: 422 at the field', async (name, body, pointer, code) => {
    const world = await makeWorld();
    const response = await act(world, await startIncident(world), name, body);
    expect(response.status).toBe(422);
    expect((await bodyOf(response))['errors']).toContainEqual({ pointer, code, detail: anyText });
  });

  it('answers 503 with Retry-After when nothing could be written', async () => {
    const world = await makeWorld(() => ({ acts: () => Promise.reject(new Unavailable('conflicts')) }));
    const response = await act(world, await startIncident(world), 'acknowledge');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
  });
});

describe('Mutes and declined signals', () => {
  it('holds signals of a muted service, lists them with the reason, and lets them start when the mute is ended', async () => {
    const world = await makeWorld();
    const mute = await world.send('POST', '/v1/services/checkout/mute', { for: '2h', reason: 'deploy' });
    expect(await bodyOf(mute)).toEqual({
      service: 'checkout',
      since: '2026-01-05T09:00:00.000Z',
      until: '2026-01-05T11:00:00.000Z',
      reason: 'deploy',
      by: 'api',
    });
    expect(await bodyOf(await sendEvent(world, { title: 'x', dedupKey: 'a' }))).toMatchObject({ outcome: 'held', reason: 'muted' });
    const { declined } = await bodyOf(await world.request('GET', '/v1/declined?service=checkout&limit=5'));
    expect(declined).toMatchObject([{ dedupKey: 'a', outcome: 'held', reason: 'muted', at: '2026-01-05T09:00:00.000Z' }]);
    world.nudged.length = 0;
    expect((await world.request('DELETE', '/v1/services/checkout/mute')).status).toBe(204);
    expect(world.nudged).toHaveLength(1);
    expect((await world.request('DELETE', '/v1/services/checkout/mute')).status).toBe(404);
  });

  it('refuses a mute without an end, and one of an unknown service', async () => {
    const world = await makeWorld();
    expect((await world.send('POST', '/v1/services/checkout/mute', { reason: 'x' })).status).toBe(422);
    expect((await world.send('POST', '/v1/services/nowhere/mute', { for: '1h' })).status).toBe(404);
  });
});

describe('POST /v1/people/{id}/test', () => {
  it('tells what came of the test pages, 202 while some are under way, 404 for nobody', async () => {
    const world = await makeWorld();
    const done = await world.request('POST', '/v1/people/ana/test');
    expect(done.status).toBe(200);
    expect(await bodyOf(done)).toEqual({ results: [{ contact: 'phone', channel: 'sms', ok: true, code: null }] });
    const slow = await makeWorld(() => ({ testContacts: () => Promise.resolve({ done: false, results: [] }) }));
    expect((await slow.request('POST', '/v1/people/ana/test')).status).toBe(202);
    expect((await world.request('POST', '/v1/people/nobody/test')).status).toBe(404);
  });
});

describe('GET /health', () => {
  it('is 200 only when the store answers and the sweeper ran in the last three minutes', async () => {
    const world = await makeWorld();
    const status = async (): Promise<number> => (await world.request('GET', '/health', { token: null })).status;
    expect(await status()).toBe(503);
    await world.ports.state.putLastSweep(start);
    expect(await status()).toBe(200);
    world.pass(180_001);
    expect(await status()).toBe(503);
    world.ports.state.lastSweep = () => Promise.reject(new Error('gone'));
    expect(await status()).toBe(503);
  });
});

it('A record that cannot be read is shown as failed, with its service', async () => {
  const world = await makeWorld();
  const id = await startIncident(world);
  world.ports.incidents.get = ({ key, generation }) =>
    Promise.resolve({ unreadable: true, key, generation, version: 1, service: 'checkout', failures: 1 });
  expect(await show(world, id)).toMatchObject({ id, service: 'checkout', state: 'failed', title: 'This record cannot be read' });
});

it('The routes of the configuration are the administrator’s, and know the id of the request', async () => {
  const world = await makeWorld();
  const response = await world.request('GET', '/v1/config');
  expect((await bodyOf(response))['requestId']).toBe(response.headers.get('x-request-id'));
});
