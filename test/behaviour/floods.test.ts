import { describe, expect, it } from 'vitest';
import { permanent, phone, type World } from '../world.ts';
import { segments } from '../unit/sms-septets.ts';
import { arrivals, bundles, flood, floodWorld } from './floods-world.ts';

const states = async (world: World, ids: readonly string[]): Promise<readonly string[]> =>
  Promise.all(ids.map(async (id) => (await world.incident(id)).state));

describe('twenty alarms at once for Ana', () => {
  it('are three pages at once and, within the minute, one message that says seventeen and has one code, and a link that shows them', async () => {
    const world = await floodWorld();
    await flood(world, 20, 12);
    expect(arrivals(world, phone.ana).map(([at]) => at)).toEqual([0, 0, 0]);
    await world.pass('2m');
    const [, , , [at, text] = []] = arrivals(world, phone.ana);
    expect(at).toBe(60);
    expect(text).toMatch(/^\[CRIT\] 17 pages: checkout 9, search 8\. Reply ([0-9]{4,6}) to ack all, \1 R to resolve all http\S+\/a\/\S+$/);
    expect(segments(String(text))).toBe(2);
    expect(arrivals(world, phone.ana)).toHaveLength(4);
  });

  it('and the code acknowledges all seventeen, and then resolves them', async () => {
    const world = await floodWorld();
    const ids = await flood(world, 20);
    await world.pass('2m');
    const code = world.code(phone.ana);
    expect(await world.sms(phone.ana, code)).toEqual([
      `Acknowledged 17 incidents. Reply ${code} R to resolve all. 3 other pages are open: reply ack for the list.`,
    ]);
    const acknowledged = (await states(world, ids)).filter((state) => state === 'acknowledged');
    expect(acknowledged).toHaveLength(17);
    expect(await world.sms(phone.ana, `${code} R`)).toEqual(['Resolved 17 incidents. 3 other pages are open: reply ack for the list.']);
    expect((await states(world, ids)).filter((state) => state === 'resolved')).toHaveLength(17);
  });

  it('are told in the timeline of each: that it waits, and that it left in the bundle', async () => {
    const world = await floodWorld();
    const ids = await flood(world, 20);
    await world.pass('2m');
    const lines = await Promise.all(ids.map((id) => world.timeline(id)));
    const bundled = lines.filter((types) => types.includes('notificationBundled'));
    expect(bundled).toHaveLength(17);
    for (const types of bundled) expect(types).toEqual(['triggered', 'levelFired', 'notificationBundled', 'notificationSent']);
    const sent = await Promise.all(
      ids.map(async (id) => (await world.incident(id)).unfiled.find(({ type }) => type === 'notificationSent')),
    );
    const named = new Set(sent.map((event) => (event?.type === 'notificationSent' ? event.bundle : undefined)));
    expect(named.size).toBe(2);
    expect(await Promise.all(ids.map(async (id) => (await world.incident(id)).notificationCount))).toEqual(ids.map(() => 1));
  });

  it('are the same after the bundle of one minute as before it: no minute brings more than three messages', async () => {
    const world = await floodWorld();
    for (let second = 0; second < 300; second += 5) {
      await flood(world, 2, 2, second * 2);
      await world.pass('5s');
    }
    await world.pass('2m');
    const instants = arrivals(world, phone.ana).map(([at]) => at);
    for (const at of instants) expect(instants.filter((other) => other > at - 60 && other <= at).length).toBeLessThanOrEqual(3);
    const counted = bundles(world).map(({ text }) => Number(/ ([0-9]+) pages/.exec(text)?.[1]));
    const alone = world.messages.length - counted.length;
    expect(alone + counted.reduce((sum, count) => sum + count, 0)).toBe(120);
  });
});

describe('a page that is graver than all that came in the minute', () => {
  it('leaves alone and at once: a critical alarm does not wait behind three that only inform', async () => {
    const world = await floodWorld();
    await flood(world, 5, 5, 0, 'info');
    await world.pass('5s');
    await flood(world, 3, 3, 10, 'critical');
    expect(arrivals(world, phone.ana).map(([at]) => at)).toEqual([0, 0, 0, 5]);
    expect(arrivals(world, phone.ana)[3]?.[1]).toMatch(/^\[CRIT\] checkout: problem 1[0-2]/);
    await world.pass('2m');
    expect(bundles(world).map(({ text }) => / ([0-9]+) pages/.exec(text)?.[1])).toEqual(['4']);
  });
});

describe('pages to a webhook', () => {
  it('leave one by one, however many there are: a program takes each by itself', async () => {
    const world = await floodWorld({ levels: [{ targets: ['webhook:https://hooks.example/pager'] }] });
    await flood(world, 20);
    expect(world.messages.map(({ at }) => at - (world.messages[0]?.at ?? 0))).toEqual(Array.from({ length: 20 }, () => 0));
  });
});

describe('the first page after a quiet minute', () => {
  it('is never delayed, whatever came before', async () => {
    const world = await floodWorld();
    await flood(world, 20);
    await world.pass('125s');
    await flood(world, 1, 1, 100);
    expect(arrivals(world, phone.ana).at(-1)).toEqual([125, expect.stringContaining('problem 100')]);
  });

  it('is not delayed by a bundle that came to nothing', async () => {
    const world = await floodWorld();
    for (const id of await flood(world, 9)) await world.act(id, 'acknowledge', { by: 'user:ana' });
    await world.pass('61s');
    await flood(world, 1, 1, 100);
    expect(arrivals(world, phone.ana).map(([at]) => at)).toEqual([0, 0, 0, 61]);
  });
});

describe('a page that waits in a bundle', () => {
  it('is not counted when somebody answered it before the bundle left', async () => {
    const world = await floodWorld();
    const ids = await flood(world, 20);
    await world.pass('30s');
    for (const id of ids.slice(5, 10)) await world.act(id, 'acknowledge', { by: 'user:ben' });
    await world.pass('1m');
    expect(arrivals(world, phone.ana).at(-1)?.[1]).toMatch(/^\[CRIT\] 12 pages: checkout 12\./);
  });

  it('leaves as an ordinary page when it is the only one left', async () => {
    const world = await floodWorld();
    const ids = await flood(world, 8);
    for (const id of ids.slice(0, 7)) await world.act(id, 'acknowledge', { by: 'user:ben' });
    await world.pass('2m');
    expect(arrivals(world, phone.ana).at(-1)?.[1]).toMatch(/^\[CRIT\] checkout: problem 7 \(L1\)\. Reply/);
    expect(bundles(world)).toEqual([]);
    await world.sms(phone.ana, world.code(phone.ana));
    expect(await world.incident(ids[7] ?? null)).toMatchObject({ state: 'acknowledged' });
  });

  it('leaves with nobody when all were answered', async () => {
    const world = await floodWorld();
    for (const id of await flood(world, 8)) await world.act(id, 'resolve', { by: 'user:ben' });
    await world.pass('5m');
    expect(world.messages.filter(({ kind }) => kind === 'page')).toHaveLength(3);
  });

  it('does not hold the levels up: the next one fires in its time', async () => {
    const world = await floodWorld({ levels: [{ targets: ['user:ana'] }, { delay: '30s', targets: ['user:ben'] }] });
    await flood(world, 5);
    await world.pass('30s');
    expect(arrivals(world, phone.ben)).toHaveLength(3);
    await world.pass('90s');
    expect(arrivals(world, phone.ana).map(([at]) => at)).toEqual([0, 0, 0, 60]);
    expect(arrivals(world, phone.ben).map(([at]) => at)).toEqual([0, 0, 0, 60]);
  });

  it('is not forgotten when its level is repeated as the bundle leaves', async () => {
    const world = await floodWorld({ levels: [{ targets: ['user:ana'], repeat: { count: 5, every: '1m' } }] });
    const ids = await flood(world, 9);
    await world.pass('63s');
    const told = await Promise.all(ids.map(async (id) => (await world.incident(id)).told.length));
    expect(told).toEqual(ids.map(() => 1));
    await world.pass('10m');
    const instants = arrivals(world, phone.ana).map(([at]) => at);
    expect(instants.length).toBeLessThan(24);
  });

  it('goes with the most severe first', async () => {
    const world = await floodWorld();
    await flood(world, 3);
    await world.alarm({ dedupKey: 'a', severity: 'low' });
    await world.alarm({ dedupKey: 'b', severity: 'low' });
    await world.alarm({ dedupKey: 'c', severity: 'high', service: 'search' });
    await world.pass('2m');
    expect(arrivals(world, phone.ana).at(-1)?.[1]).toMatch(/^\[HIGH\] 3 pages: search 1, checkout 2\./);
  });
});

describe('two contacts', () => {
  it('do not influence each other', async () => {
    const world = await floodWorld({ levels: [{ targets: ['user:ana', 'user:ben'] }] });
    await flood(world, 3);
    world.provider = ({ to }) => (to === phone.ana ? permanent : null);
    await flood(world, 5, 5, 10);
    await world.pass('2m');
    expect(arrivals(world, phone.ben).map(([at]) => at)).toEqual([0, 0, 0, 60]);
    await world.pass('15m');
    expect(arrivals(world, phone.lee).slice(0, 1)).toHaveLength(1);
  });

  it('of one person, when the phone refuses a bundle for good: each incident falls to the mailbox, as one mail', async () => {
    const ana = {
      ...{ id: 'ana', name: 'Ana', rules: [{ notify: ['phone'] }] },
      contacts: [
        { id: 'phone', channel: 'sms', address: phone.ana },
        { id: 'mail', channel: 'email', address: 'ana@example.com' },
      ],
    };
    const lead = { id: 'lead', name: 'Lee', contacts: [{ id: 'phone', channel: 'sms', address: phone.lee }] };
    const world = await floodWorld(undefined, { people: [ana, lead], teams: [] });
    const ids = await flood(world, 20);
    world.provider = ({ channel }) => (channel === 'sms' ? permanent : null);
    await world.pass('3m');
    const mails = world.messages.filter(({ to }) => to === 'ana@example.com');
    expect(mails).toHaveLength(4);
    expect(mails.at(-1)?.subject).toBe('[CRITICAL] 14 pages: checkout 14');
    const links = [...String(mails.at(-1)?.text).matchAll(/http:\S+\/a\/\S+/g)].map(([url]) => url);
    // The first answers all of them.
    expect(new Set(links).size).toBe(15);
    const response = await world.app.fetch(new Request(links[1] ?? '', { method: 'POST', body: new URLSearchParams() }));
    expect(response.status).toBe(200);
    expect((await states(world, ids)).filter((state) => state === 'acknowledged')).toHaveLength(1);
  });
});

describe('answers to a bundle', () => {
  it('say what was not possible, and why', async () => {
    const world = await floodWorld();
    const ids = await flood(world, 20);
    await world.pass('2m');
    const code = world.code(phone.ana);
    await world.act(ids[10] ?? null, 'acknowledge', { by: 'user:ben' });
    await world.act(ids[11] ?? null, 'resolve', { by: 'user:ben' });
    expect(await world.sms(phone.ana, code)).toEqual([
      `Acknowledged 15 incidents. Not done: 1 already acknowledged, 1 already resolved. Reply ${code} R to resolve all. 3 other pages are open: reply ack for the list.`,
    ]);
  });

  it('escalate each from where the page showed it, and only once', async () => {
    const world = await floodWorld({ levels: [{ targets: ['user:ana'] }, { delay: '1h', targets: ['user:ben'] }] });
    const ids = await flood(world, 9);
    await world.pass('2m');
    const code = world.code(phone.ana);
    expect(await world.sms(phone.ana, `${code} e`)).toEqual(['Escalated 6 incidents.']);
    expect(await world.sms(phone.ana, `${code} e`)).toEqual(['Nothing was changed: 6 had moved on.']);
    const positions = await Promise.all(ids.map(async (id) => (await world.incident(id)).position.level));
    expect(positions.toSorted()).toEqual([1, 1, 1, 2, 2, 2, 2, 2, 2]);
  });

  it('act once, however often the carrier delivers the message', async () => {
    const world = await floodWorld();
    const ids = await flood(world, 9);
    await world.pass('2m');
    const code = world.code(phone.ana);
    const first = await world.sms(phone.ana, code, 'message-1');
    const before = await Promise.all(ids.map(async (id) => (await world.incident(id)).seq));
    expect([first.length, await world.sms(phone.ana, code, 'message-1')]).toEqual([1, []]);
    expect(await Promise.all(ids.map(async (id) => (await world.incident(id)).seq))).toEqual(before);
  });

  it('act for 30 days, while what is kept no longer is removed every day', async () => {
    const world = await floodWorld();
    const ids = await flood(world, 9);
    await world.pass('2m');
    const { at = 0, code = null } = bundles(world)[0] ?? {};
    const day = 24 * 3_600_000;
    const last = at + 30 * day - 60_000;
    while (world.now < last) {
      world.now = Math.min(world.now + day, last);
      await world.stores.incidents.removeEndedBefore(world.now - 90 * day, 500, world.now);
    }
    expect(await world.sms(phone.ana, `${String(code)} r`)).toEqual([expect.stringMatching(/^Resolved 6 incidents\./)]);
    expect((await states(world, ids)).filter((state) => state === 'resolved')).toHaveLength(6);
  });

  it('a bare ack changes nothing where a bundle is open, and names its code among the few to use', async () => {
    const world = await floodWorld();
    const ids = await flood(world, 20);
    await world.pass('2m');
    const [list] = await world.sms(phone.ana, 'ack');
    expect(list).toMatch(
      new RegExp(`^Reply with a code to ack:\n${world.code(phone.ana)} 17 pages: checkout 17\n[0-9]{4,6} checkout: problem`),
    );
    expect(list?.split('\n')).toHaveLength(5);
    expect(segments(String(list))).toBeLessThanOrEqual(2);
    expect(await states(world, ids)).toEqual(ids.map(() => 'active'));
  });

  it('of a bundle nobody else can use', async () => {
    const world = await floodWorld();
    await flood(world, 9);
    await world.pass('2m');
    expect(await world.sms(phone.ben, world.code(phone.ana))).toEqual([expect.stringMatching(/^Unknown or expired/)]);
  });
});
