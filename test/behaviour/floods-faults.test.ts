import { describe, expect, it } from 'vitest';
import { openSqliteStores } from '../../shared/adapters/sqlite/stores.ts';
import { parseIncidentId } from '../../shared/domain/incident-id.ts';
import { phone, transient, withPolicy, World } from '../world.ts';
import { arrivals, bundles, flood, floodWorld } from './floods-world.ts';

describe('a provider that fails for a while', () => {
  it('loses no page of a bundle, and each attempt is told in the timeline', async () => {
    const world = await floodWorld();
    const ids = await flood(world, 20);
    await world.pass('55s');
    world.provider = () => transient;
    await world.pass('10s');
    world.provider = () => null;
    await world.pass('3m');
    const counts = await Promise.all(ids.map(async (id) => (await world.incident(id)).notificationCount));
    expect(counts).toEqual(ids.map(() => 1));
    expect(await world.timeline(ids[19] ?? null)).toContain('notificationFailed');
  });
});

describe('a store of bundles that fails', () => {
  it.each(['saveTraffic', 'open', 'find', 'save', 'putMember', 'members'] as const)(
    '(%s): every page goes out all the same',
    async (name) => {
      const world = await World.withConfig(withPolicy({ levels: [{ targets: ['user:ana'] }] }), (ports) => ({
        ...ports,
        bundles: { ...ports.bundles, [name]: () => Promise.reject(new Error('down')) },
      }));
      const ids = await flood(world, 9);
      await world.pass('3m');
      const counts = await Promise.all(ids.map(async (id) => (await world.incident(id)).notificationCount));
      expect(counts).toEqual(ids.map(() => 1));
    },
  );

  it('costs no more than the wait for it when it hangs', async () => {
    const world = await World.withConfig(withPolicy({ levels: [{ targets: ['user:ana'] }] }), (ports) => ({
      ...ports,
      bundles: { ...ports.bundles, saveTraffic: () => new Promise(() => undefined) },
      timers: { ...ports.timers, within: (milliseconds, work) => Promise.race([work(), hung(milliseconds)]) },
    }));
    await flood(world, 2);
    expect(arrivals(world, phone.ana)).toHaveLength(2);
  });
});

/** A wait that is over when everything else has happened. */
const hung = (milliseconds: number): Promise<'timeout'> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds / 1000, 'timeout');
  });

describe('a page that joins a bundle', () => {
  it('is in it before it looks whether the bundle is still open: whoever closes it finds the page', async () => {
    const found: number[] = [];
    const world = await World.withConfig(withPolicy({ levels: [{ targets: ['user:ana'] }] }), (ports) => ({
      ...ports,
      bundles: {
        ...ports.bundles,
        find: async (id) => {
          found.push((await ports.bundles.members(id)).length);
          return ports.bundles.find(id);
        },
      },
    }));
    for (let number = 0; number < 7; number += 1) await world.alarm({ dedupKey: `alarm-${number}` });
    expect(found).toEqual([1, 2, 3, 4]);
  });

  it('and finds it closed meanwhile waits in another', async () => {
    let closes = false;
    const world = await World.withConfig(withPolicy({ levels: [{ targets: ['user:ana'] }] }), (ports) => ({
      ...ports,
      bundles: {
        ...ports.bundles,
        find: async (id) => {
          const found = await ports.bundles.find(id);
          if (!closes || found === null) return found;
          closes = false;
          const closed = { ...found, version: found.version + 1, carrier: { claim: 'somebody', until: 0 } };
          await ports.bundles.save(closed);
          return closed;
        },
      },
    }));
    await flood(world, 5);
    closes = true;
    const [last] = await flood(world, 1, 1, 5);
    const waiting = async (id: string | undefined): Promise<string | null | undefined> =>
      (await world.incident(id ?? null)).outbox.find(({ kind }) => kind === 'page')?.bundle;
    expect(await waiting(last)).toEqual(expect.any(String));
    await world.pass('5m');
    expect((await world.incident(last ?? null)).notificationCount).toBe(1);
    expect(bundles(world).length).toBeGreaterThan(0);
  });
});

describe('a page that leaves alone', () => {
  it('waits for no commit of the store because of this: its place in the minute is stored with its code', async () => {
    const fail = (error: Error): never => {
      throw error;
    };
    const stores = openSqliteStores({ path: ':memory:', onError: fail });
    const commits: Record<string, readonly [number, number]> = {};
    const noted = async <T>(name: string, write: () => Promise<T>): Promise<T> => {
      const before = stores.commits();
      const result = await write();
      commits[name] = [before, stores.commits()];
      return result;
    };
    const world = new World(
      (ports) => ({
        ...ports,
        bundles: { ...ports.bundles, saveTraffic: (...args) => noted('traffic', () => ports.bundles.saveTraffic(...args)) },
        replies: { ...ports.replies, claimCode: (...args) => noted('code', () => ports.replies.claimCode(...args)) },
      }),
      stores,
    );
    await world.configure(withPolicy({ levels: [{ targets: ['user:ana'] }] }));
    await world.alarm();
    await stores.close();
    expect(arrivals(world, phone.ana)).toHaveLength(1);
    expect(commits['traffic']).toBeDefined();
    expect(commits['traffic']).toEqual(commits['code']);
  });
});

describe('a bundle', () => {
  it('is not begun with less than ten seconds of the lease left', async () => {
    let slowness = 21_000;
    const world: World = await World.withConfig(withPolicy({ levels: [{ targets: ['user:ana'] }] }), (ports) => ({
      ...ports,
      bundles: {
        ...ports.bundles,
        members: (id) => {
          world.now += slowness;
          slowness = 0;
          return ports.bundles.members(id);
        },
      },
    }));
    const start = world.now;
    await flood(world, 9);
    await world.pass('61s');
    expect([slowness, bundles(world)]).toEqual([0, []]);
    await world.pass('1m');
    expect(bundles(world).map(({ at }) => at - start)).toEqual([90_000]);
  });
});

/** A world whose worker dies once the first bundle left, before anybody knows; `death`: it has. */
async function mortalWorld(): Promise<{ readonly world: World; readonly death: Promise<void> }> {
  let die: (() => void) | null = null;
  const death = new Promise<void>((resolve) => {
    die = resolve;
  });
  const world = await World.withConfig(withPolicy({ levels: [{ targets: ['user:ana'] }] }), (ports) => ({
    ...ports,
    transports: {
      ...ports.transports,
      sms: async (message) => {
        const result = await ports.transports.sms(message);
        if (die === null || !message.text.includes(' pages: ')) return result;
        die();
        die = null;
        return new Promise(() => undefined);
      },
    },
  }));
  return { world, death };
}

describe('a worker that dies with a bundle', () => {
  it('after the message left is followed by another half a minute later, with the same words and code', async () => {
    const { world, death } = await mortalWorld();
    const ids = await flood(world, 9);
    await Promise.race([death, world.pass('61s')]);
    await world.outage('2s');
    await world.pass('3m');
    const [first, second, ...more] = bundles(world);
    expect(more).toEqual([]);
    expect(second?.text).toBe(first?.text);
    expect(Number(second?.at) - Number(first?.at)).toBe(30_000);
    const counts = await Promise.all(ids.map(async (id) => (await world.incident(id)).notificationCount));
    expect(counts).toEqual(ids.map(() => 1));
  });

  it('and with it the whole process of this machine, is followed at the next start, which waits for nobody', async () => {
    const { world, death } = await mortalWorld();
    const ids = await flood(world, 9);
    await Promise.race([death, world.pass('61s')]);
    const started = world.now + 1000;
    const after = new World((ports) => ({ ...ports, leasesVoidBefore: started }), world.stores);
    after.now = started;
    for (const id of ids) await after.app.work(parseIncidentId(id) ?? { key: '', generation: 0 });
    await after.pass('3s');
    expect(bundles(after).map(({ at }) => at)).toEqual([started]);
    const counts = await Promise.all(ids.map(async (id) => (await after.incident(id)).notificationCount));
    expect(counts).toEqual(ids.map(() => 1));
  });
});
