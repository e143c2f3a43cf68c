import { describe, expect, it } from 'vitest';
import { parseIncidentId } from '../../shared/domain/incident-id.ts';
import type { Ports, Stored } from '../../shared/ports.ts';
import { night } from '../fixtures.ts';
import { phone, transient, withPolicy, World } from '../world.ts';

const document = withPolicy({ levels: [{ targets: ['user:ana'] }, { delay: '5m', targets: ['user:ben'] }] });
const minutes = (world: World): number => (world.now - night) / 60_000;
const byLee = (world: World): readonly string[] =>
  world.messages.filter(({ to }) => to === phone.lee).map(({ at, text }) => `${String((at - night) / 60_000)} ${text}`);

/** Makes the record of an incident impossible to decide: it is to fire a level again that its policy does not have. */
async function spoil(world: World, id: string | null): Promise<void> {
  const item = await world.incident(id);
  const position = { ...item.position, level: 9 };
  const due = { ...item.due, step: { at: world.now, what: 'again' as const, byHand: false } };
  await world.stores.incidents.write(
    { ...item, version: item.version + 1, position, due, lookAt: world.now },
    { generation: item.generation, version: item.version },
  );
}

/** Stored items under the key of an incident cannot be read any more. */
function unreadable(): { readonly change: (ports: Ports) => Ports; readonly spoil: (id: string | null) => void } {
  let spoiled: string | null = null;
  let generation = 0;
  const seen = (stored: Stored | null): Stored | null =>
    stored === null || 'unreadable' in stored || stored.key !== spoiled || stored.generation !== generation
      ? stored
      : { unreadable: true, key: stored.key, generation: stored.generation, version: stored.version, service: stored.service, failures: 0 };
  return {
    change: (ports) => ({
      ...ports,
      incidents: {
        ...ports.incidents,
        head: async (key) => seen(await ports.incidents.head(key)),
        get: async (id) => seen(await ports.incidents.get(id)),
        write: async (incident, expected) => {
          const result = await ports.incidents.write(incident, expected);
          return result.ok ? result : { ok: false, current: seen(result.current) };
        },
      },
    }),
    spoil: (id) => {
      const parsed = id === null ? null : parseIncidentId(id);
      spoiled = parsed?.key ?? null;
      generation = parsed?.generation ?? 0;
    },
  };
}

describe('a record that can be read but not decided [T-026] [T-140]', () => {
  it('is left alone for 1, then 2 minutes; the third failure makes the incident fail and tells the catch-all', async () => {
    const world = await World.withConfig(document);
    const { incidentId } = await world.alarm();
    await spoil(world, incidentId);
    await world.pass('2m59s');
    expect([byLee(world), world.alarms]).toEqual([[], []]);
    await world.pass('1s');
    expect(byLee(world)).toEqual([expect.stringMatching(/^3 .*escalation failed, please take over/)]);
    expect(world.alarms).toEqual(['incident-failed']);
    expect(await world.show(incidentId)).toMatchObject({ state: 'failed', endReason: 'failed' });
    expect(await world.timeline(incidentId)).toContain('failed');
    expect(await world.open()).toEqual([incidentId]);
  });

  it('is told of again with every reminder, until somebody acknowledges', async () => {
    const world = await World.withConfig(document);
    const { incidentId } = await world.alarm();
    await spoil(world, incidentId);
    await world.pass('70m');
    expect(byLee(world).map((page) => page.split(' ')[0])).toEqual(['3', '33', '63']);
    expect(await world.sms(phone.lee, world.code(phone.lee))).toEqual([expect.stringMatching(/^Acknowledged/)]);
    await world.pass('5h');
    expect(byLee(world)).toHaveLength(3);
    expect(await world.open()).toEqual([]);
  });

  it('or resolves', async () => {
    const world = await World.withConfig(document);
    const { incidentId } = await world.alarm();
    await spoil(world, incidentId);
    await world.pass('10m');
    await world.act(incidentId, 'resolve', { by: 'user:lead' });
    await world.pass('5h');
    expect(byLee(world)).toHaveLength(1);
  });

  it('holds nobody else up [I15]', async () => {
    const world = await World.withConfig(document);
    const { incidentId } = await world.alarm();
    await spoil(world, incidentId);
    await world.alarm({ dedupKey: 'other' });
    await world.pass('5m');
    expect(world.paged().filter((page) => !page.endsWith('lead'))).toEqual(['0 ana', '0 ana', '5 ben']);
  });

  it('because the version of its policy is lost: fails the same way, judged by the policy as it is now', async () => {
    let lost = false;
    const world = await World.withConfig(document, (ports) => ({
      ...ports,
      config: { ...ports.config, policy: (id, version) => (lost ? Promise.resolve(null) : ports.config.policy(id, version)) },
    }));
    lost = true;
    const { incidentId } = await world.alarm();
    await world.pass('40m');
    expect(byLee(world).map((page) => page.split(' ')[0])).toEqual(['3', '33']);
    expect(await world.incident(incidentId)).toMatchObject({ state: 'failed' });
  });

  it('is not what a store that is down makes of an incident', async () => {
    let down = false;
    const world = await World.withConfig(document, (ports) => ({
      ...ports,
      config: { ...ports.config, current: () => (down ? Promise.reject(new Error('the store is down')) : ports.config.current()) },
    }));
    const { incidentId } = await world.alarm();
    down = true;
    for (let minute = 0; minute < 20; minute += 1) {
      world.now += 60_000;
      await world.app.sweep();
      await world.settled().catch(() => undefined);
    }
    down = false;
    await world.pass('1m');
    expect(world.paged().map((page) => page.split(' ')[1])).toEqual(['ana', 'ben']);
    expect([await world.incident(incidentId), world.alarms]).toMatchObject([{ state: 'active' }, []]);
  });
});

describe('a record that cannot be read', () => {
  it('is left alone for 1, 2, 4 … minutes; from the third failure on the catch-all hears of it in plain words each time', async () => {
    const { change, spoil: spoilStored } = unreadable();
    const world = await World.withConfig(document, change);
    const { incidentId } = await world.alarm();
    spoilStored(incidentId);
    await world.pass('4h');
    expect(minutes(world)).toBe(240);
    const told = byLee(world);
    // It is due at 5 minutes; failures at 5, 6, 8, 12, 20, 36, 68, 128 and 188.
    expect(told.map((page) => page.split(' ')[0])).toEqual(['8', '12', '20', '36', '68', '128', '188']);
    for (const text of told) {
      expect(text).toContain(String(incidentId));
      expect(text).not.toContain('error rate');
    }
    expect(world.alarms).toContain('incident-failed');
  });

  it('holds nobody else up [I15]', async () => {
    const { change, spoil: spoilStored } = unreadable();
    const world = await World.withConfig(document, change);
    spoilStored((await world.alarm()).incidentId);
    await world.alarm({ dedupKey: 'other' });
    await world.pass('5m');
    expect(world.paged()).toEqual(['0 ana', '0 ana', '5 ben']);
  });

  it('gives way to the next generation when the problem shows again', async () => {
    const { change, spoil: spoilStored } = unreadable();
    const world = await World.withConfig(document, change);
    const { incidentId } = await world.alarm();
    spoilStored(incidentId);
    await world.pass('1m');
    const next = await world.alarm();
    expect(next).toMatchObject({ outcome: 'created', incidentId: String(incidentId).replace(/-1$/, '-2') });
    await world.pass('4m');
    expect(world.paged()).toEqual(['0 ana', '1 ana']);
    await world.pass('1m');
    expect(world.paged()).toEqual(['0 ana', '1 ana', '6 ben']);
  });

  it('of which something was still to be sent when the problem showed again: is told to those who run Tocsin, once, and the next goes on', async () => {
    const { change, spoil: spoilStored } = unreadable();
    const mailed = withPolicy({ levels: [{ targets: ['user:ana', 'email:ops@example.com'] }, { delay: '5m', targets: ['user:ben'] }] });
    const world = await World.withConfig(mailed, change);
    const { incidentId: old } = await world.alarm();
    world.provider = ({ channel }) => (channel === 'email' ? transient : null);
    await world.act(old, 'resolve', { by: 'user:ana' });
    const { incidentId: next } = await world.alarm();
    expect((await world.incident(next)).finish).toMatchObject([{ generation: 1 }]);
    expect(world.alarms).toEqual([]);
    world.provider = () => null;
    spoilStored(old);
    await world.pass('5m');
    expect(world.alarms).toEqual(['incident-failed']);
    expect((await world.incident(next)).finish).toEqual([]);
    expect(world.paged().at(-1)).toBe('5 ben');
  });

  it('keeps nobody from giving its predecessor to somebody, who is paged', async () => {
    const { change, spoil: spoilStored } = unreadable();
    const world = await World.withConfig(document, change);
    const { incidentId: old } = await world.alarm();
    await world.pass('30m');
    const { incidentId: next } = await world.alarm();
    expect(String(next)).toBe(String(old).replace(/-1$/, '-2'));
    spoilStored(next);
    expect(await world.act(old, 'reassign', { to: ['user:cara'] })).toMatchObject({ http: 200, id: old });
    expect(world.messages.filter(({ person }) => person === 'cara')).toMatchObject([{ incidentId: old, kind: 'page' }]);
  });
});
