import { describe, expect, it } from 'vitest';
import { bundleAsIncident } from '../../shared/domain/bundle.ts';
import { personHash, signAckToken } from '../../shared/http/ack-link.ts';
import type { Message, World } from '../world.ts';
import { signingKey } from '../world.ts';
import { bundles, flood, floodWorld } from './floods-world.ts';

const hour = 3_600_000;
const day = 24 * hour;
const mail = 'ana@example.com';
const ana = { id: 'ana', name: 'Ana', contacts: [{ id: 'mail', channel: 'email', address: mail }] };
const ben = { id: 'ben', name: 'Ben', contacts: [{ id: 'mail', channel: 'email', address: 'ben@example.com' }] };
const lead = { id: 'lead', name: 'Lee', contacts: [{ id: 'mail', channel: 'email', address: 'lee@example.com' }] };
const levels = [{ targets: ['user:ana'] }, { delay: '1h', targets: ['user:ben'] }];

/** Ten alarms of which seven came in one e-mail. */
async function bundled(titled?: string): Promise<{ world: World; ids: readonly string[]; message: Message; link: string }> {
  const world = await floodWorld({ levels }, { people: [ana, ben, lead], teams: [] });
  const ids = await flood(world, 9);
  if (titled !== undefined) await world.alarm({ dedupKey: 'titled', title: titled });
  await world.pass('2m');
  const [message] = bundles(world);
  if (message?.ackUrl === undefined || message.ackUrl === null) throw new Error('there is no bundle with a link');
  return { world, ids, message, link: message.ackUrl };
}

async function open(world: World, link: string, method = 'GET', action?: string): Promise<{ status: number; page: string }> {
  const body = action === undefined ? null : new URLSearchParams({ action });
  const response = await world.app.fetch(new Request(link, { method, body }));
  await world.settled();
  return { status: response.status, page: (await response.text()).replaceAll(/\s+/g, ' ') };
}

const press = (world: World, link: string, action: string) => open(world, link, 'POST', action);
const states = (world: World, ids: readonly string[]): Promise<readonly string[]> =>
  Promise.all(ids.map(async (id) => (await world.incident(id)).state));
const offered = (page: string): readonly (string | undefined)[] => [...page.matchAll(/value="(\w+)"/g)].map(([, action]) => action);

describe('the link of a message that stands for several pages', () => {
  it('stands first in it, and shows all of them, which changes nothing however often it is looked at', async () => {
    const { world, ids, message, link } = await bundled();
    expect(message.text).toContain(`Acknowledge, resolve or escalate all of them:\n${link}\n`);
    const before = await Promise.all(ids.map((id) => world.incident(id)));
    for (const method of ['GET', 'HEAD', 'GET']) expect((await open(world, link, method)).status).toBe(200);
    const { page } = await open(world, link);
    expect(page).toContain('<h1>6 pages</h1>');
    expect(page).toContain('6 of them wait for somebody.');
    for (let number = 3; number < 9; number += 1) expect(page).toContain(`problem ${number}<`);
    expect(offered(page)).toEqual(['acknowledge', 'resolve', 'escalate']);
    expect(await Promise.all(ids.map((id) => world.incident(id)))).toEqual(before);
  });

  it('acknowledges all of them, then resolves them, and then has nothing left to do', async () => {
    const { world, ids, link } = await bundled();
    const acknowledged = await press(world, link, 'acknowledge');
    expect(acknowledged).toMatchObject({ status: 200, page: expect.stringContaining('Acknowledged 6 incidents.') as unknown });
    expect(acknowledged.page).toContain('Acknowledged by Ana, ');
    expect(offered(acknowledged.page)).toEqual(['resolve']);
    expect((await states(world, ids)).filter((state) => state === 'acknowledged')).toHaveLength(6);
    expect((await world.incident(ids[5] ?? null)).acknowledged?.by).toBe('user:ana');
    const resolved = await press(world, link, 'resolve');
    expect(resolved).toMatchObject({ status: 200, page: expect.stringContaining('Resolved 6 incidents.') as unknown });
    expect(offered(resolved.page)).toEqual([]);
    const late = await press(world, link, 'acknowledge');
    expect(late).toMatchObject({ status: 409, page: expect.stringContaining('Nothing was changed: 6 already resolved.') as unknown });
    expect(await states(world, ids.slice(0, 3))).toEqual(['active', 'active', 'active']);
  });

  it('escalates each from where its page showed it, and only once', async () => {
    const { world, ids, link } = await bundled();
    expect((await press(world, link, 'escalate')).page).toContain('Escalated 6 incidents.');
    expect(await press(world, link, 'escalate')).toMatchObject({ status: 409, page: expect.stringContaining('6 had moved on') as unknown });
    expect((await Promise.all(ids.map(async (id) => (await world.incident(id)).position.level))).toSorted()).toEqual([
      1, 1, 1, 2, 2, 2, 2, 2, 2,
    ]);
  });

  it('says of which it was not possible, and why', async () => {
    const { world, ids, link } = await bundled();
    await world.act(ids[4] ?? null, 'acknowledge', { by: 'user:ben' });
    await world.act(ids[5] ?? null, 'resolve', { by: 'user:ben' });
    const { status, page } = await press(world, link, 'acknowledge');
    expect(status).toBe(200);
    expect(page).toContain('Acknowledged 4 incidents. Not done: 1 already acknowledged, 1 already resolved.');
    expect(page).toContain('Resolved by Ben, ');
  });

  it('shows foreign text as text', async () => {
    const { world, link } = await bundled('<script>alert(1)</script>');
    const { page } = await open(world, link);
    expect(page).toContain('&lt;script&gt;');
    expect(page).not.toContain('<script');
  });

  it('is refused when it is forged, for somebody else, of no bundle, or expired', async () => {
    const { world, message, link } = await bundled();
    const key = String(message.notificationId).slice('bundle-'.length);
    const made = (change: object): string => {
      const fields = { id: bundleAsIncident(key), notification: 0, personHash: personHash('ana'), expiresAt: world.now + 60_000 };
      return `http://tocsin.test/a/${signAckToken({ ...fields, ...change }, signingKey)}`;
    };
    expect((await open(world, made({}))).status).toBe(200);
    expect((await press(world, made({ personHash: personHash('ben') }), 'acknowledge')).status).toBe(404);
    expect((await press(world, made({ id: bundleAsIncident('a'.repeat(26)) }), 'acknowledge')).status).toBe(404);
    expect((await press(world, `${link.slice(0, -2)}AA`, 'acknowledge')).status).toBe(404);
    expect((await press(world, link, 'forget')).status).toBe(422);
    await world.pass('8d');
    expect((await press(world, link, 'acknowledge')).status).toBe(410);
    expect(world.messages.every(({ kind, ackUrl }) => kind !== 'page' || ackUrl !== null)).toBe(true);
  });

  it('works for seven days, while what is kept no longer is removed every hour', async () => {
    const { world, ids, message, link } = await bundled();
    const until = message.at + 7 * day;
    while (world.now + hour < until) {
      world.now += hour;
      await world.stores.incidents.removeEndedBefore(world.now - 90 * day, 500, world.now);
    }
    expect((await open(world, link)).page).toContain('<h1>6 pages</h1>');
    expect(await press(world, link, 'acknowledge')).toMatchObject({
      status: 200,
      page: expect.stringContaining('Acknowledged 6 incidents.') as unknown,
    });
    expect((await states(world, ids)).filter((state) => state === 'acknowledged')).toHaveLength(6);
    world.now = until;
    expect((await press(world, link, 'resolve')).status).toBe(410);
  });

  it('is answered 503 when nothing can be saved, and works afterwards', async () => {
    const { world, ids, link } = await bundled();
    const { write } = world.ports.incidents;
    world.ports.incidents.write = () => Promise.reject(new Error('the disk is full'));
    expect(await press(world, link, 'acknowledge')).toMatchObject({ status: 503, page: expect.stringContaining('Try again') as unknown });
    world.ports.incidents.write = write;
    await press(world, link, 'acknowledge');
    expect((await states(world, ids)).filter((state) => state === 'acknowledged')).toHaveLength(6);
  });
});
