import { describe, expect, it } from 'vitest';
import { Unavailable } from '../../shared/app/use-cases.ts';
import { formatIncidentId, parseIncidentId } from '../../shared/domain/incident-id.ts';
import type { Incident } from '../../shared/domain/incident.ts';
import { personHash, signAckToken } from '../../shared/http/ack-link.ts';
import { page } from '../contract/samples.ts';
import { bodyOf, makeWorld, sendEvent, signingKey, start, startIncident, type World } from './http-world.ts';

const week = 7 * 86_400_000;

async function itemOf(world: World, id: string): Promise<Incident> {
  const item = await world.ports.incidents.get(parseIncidentId(id)!);
  if (item === null || 'unreadable' in item) throw new Error('no item');
  return item;
}

const told = (person: string, name: string, pages: readonly number[]) => ({ person, name, zone: 'Europe/Berlin', contacts: {}, pages });

/** An incident of which Ana had page 1 and an address had page 2. */
async function paged(world: World): Promise<string> {
  const id = await startIncident(world, { title: '<script>alert(1)</script>' });
  const item = await itemOf(world, id);
  await world.ports.incidents.write(
    { ...item, version: item.version + 1, told: [told('ana', 'Ana', [1]), told('phone:+15555550199', 'Duty phone', [2])] },
    item,
  );
  return id;
}

/** Puts page 9 to Ana, of level 4, into the outbox. */
async function onItsWay(world: World, id: string): Promise<void> {
  const item = await itemOf(world, id);
  await world.ports.incidents.write(
    { ...item, version: item.version + 1, outbox: [{ ...page, n: 9, level: 4, batch: 9, madeAt: start, notBefore: start, lease: null }] },
    item,
  );
}

const link = (id: string, change: Partial<Parameters<typeof signAckToken>[0]> = {}): string =>
  `/a/${signAckToken({ id: parseIncidentId(id)!, notification: 1, personHash: personHash('ana'), expiresAt: start + week, ...change }, signingKey)}`;

const press = (world: World, path: string, action?: string): Promise<Response> =>
  world.request('POST', path, {
    token: null,
    ...(action === undefined ? {} : { body: `action=${action}`, headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
  });

describe('Looking at an ack link', () => {
  it('changes nothing, however often and with HEAD too', async () => {
    const world = await makeWorld();
    const id = await paged(world);
    const before = await itemOf(world, id);
    for (const method of ['GET', 'HEAD', 'GET']) {
      const response = await world.request(method, link(id), { token: null });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    }
    expect(await itemOf(world, id)).toEqual(before);
  });

  it('shows title, service and who was told, escaped, and may be neither kept nor traced', async () => {
    const world = await makeWorld();
    const response = await world.request('GET', link(await paged(world)), { token: null });
    const page = await response.text();
    expect(page).toContain('&lt;script&gt;');
    expect(page).not.toContain('<script>');
    expect(page).toContain('checkout');
    expect(page).toContain('Ana, Duty phone');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('x-robots-tag')).toContain('noindex');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});

describe('Pressing a button behind an ack link', () => {
  it('acknowledges in the name of the person when no action is named', async () => {
    const world = await makeWorld();
    const id = await paged(world);
    const response = await press(world, link(id));
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('Acknowledged. You are on it, Ana.');
    expect(await itemOf(world, id)).toMatchObject({ state: 'acknowledged', acknowledged: { by: 'user:ana' } });
    expect((await press(world, link(id))).status).toBe(200);
  });

  it('resolves, and tells the next one who was first and when', async () => {
    const world = await makeWorld();
    const id = await paged(world);
    const other = link(id, { notification: 2, personHash: personHash('phone:+15555550199') });
    expect((await press(world, other, 'resolve')).status).toBe(200);
    expect(await itemOf(world, id)).toMatchObject({ state: 'resolved', resolved: { by: 'phone:+15555550199' } });
    const late = await press(world, link(id), 'acknowledge');
    expect(late.status).toBe(409);
    const text = await late.text();
    expect(text).toContain('it is already resolved by phone');
    expect(text).not.toContain('+15555550199');
  });

  it('escalates from the position that the page showed, so that a late press does not skip a level', async () => {
    const world = await makeWorld();
    const id = await paged(world);
    await onItsWay(world, id);
    const response = await press(world, link(id, { notification: 9 }), 'escalate');
    expect(response.status).toBe(200);
    expect((await itemOf(world, id)).unfiled.map((event) => event.type)).not.toContain('escalationRequested');
  });

  it('refuses an unknown action, another content type and a body above 4 KB', async () => {
    const world = await makeWorld();
    const id = await paged(world);
    expect((await press(world, link(id), 'explode')).status).toBe(422);
    expect((await press(world, link(id), `resolve&x=${'x'.repeat(4096)}`)).status).toBe(413);
    expect((await world.send('POST', link(id), { action: 'resolve' }, { token: null })).status).toBe(415);
    expect((await itemOf(world, id)).state).toBe('pending');
  });

  it('offers to try again, 503, when nothing could be saved', async () => {
    const world = await makeWorld(() => ({ acts: () => Promise.reject(new Unavailable('conflicts')) }));
    const response = await press(world, link(await paged(world)), 'resolve');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await response.text()).toContain('Nothing was changed');
  });
});

describe('An ack link that cannot be followed', () => {
  it('is 404 when forged, over-long, of another person, of a notification that never was, or of nothing', async () => {
    const world = await makeWorld();
    const id = await paged(world);
    await onItsWay(world, id);
    const good = link(id);
    for (const path of [
      `/a/${'x'.repeat(63)}`,
      `${good}x`,
      `/a/${'x'.repeat(5000)}`,
      good.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      link(id, { personHash: personHash('ben') }),
      link(id, { notification: 2 }),
      link(id, { notification: 9, personHash: personHash('ben') }),
      link(id, { notification: 3 }),
      link(`${'a'.repeat(26)}-1`),
      link(id.replace(/-1$/, '-2')),
    ]) {
      for (const method of ['GET', 'POST']) expect((await world.request(method, path, { token: null })).status).toBe(404);
    }
    expect((await itemOf(world, id)).state).toBe('pending');
  });

  it('is 410 when it has expired, and changes nothing', async () => {
    const world = await makeWorld();
    const id = await paged(world);
    world.pass(week);
    expect((await world.request('GET', link(id), { token: null })).status).toBe(410);
    expect((await press(world, link(id))).status).toBe(410);
    expect((await itemOf(world, id)).state).toBe('pending');
  });
});

it('A link of an earlier incident acts on that one alone, and its page names the successor', async () => {
  const world = await makeWorld();
  const id = await paged(world);
  await press(world, link(id), 'resolve');
  world.pass(1000);
  const next = await bodyOf(await sendEvent(world, { title: 'again', dedupKey: 'disk' }));
  expect(next['incidentId']).toBe(id.replace(/-1$/, '-2'));
  const page = await (await world.request('GET', link(id), { token: null })).text();
  expect(page).toContain(String(next['incidentId']));
  await press(world, link(id), 'acknowledge');
  const successor = await itemOf(world, String(next['incidentId']));
  expect([formatIncidentId(successor), successor.state]).toEqual([next['incidentId'], 'pending']);
});
