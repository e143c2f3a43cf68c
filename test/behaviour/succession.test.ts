import { describe, expect, it } from 'vitest';
import { permanent, transient, World } from '../world.ts';

const policy = { levels: [{ targets: ['user:ana'] }, { delay: '5m', targets: ['user:ben'] }] };

async function twoGenerations(): Promise<{ readonly world: World; readonly old: string | null; readonly now: string | null }> {
  const world = await World.withPolicy(policy);
  const { incidentId: old } = await world.alarm({ title: 'first time' });
  await world.pass('1m');
  await world.act(old, 'resolve', { by: 'user:ana' });
  await world.pass('1m');
  const { incidentId: now } = await world.alarm({ title: 'second time' });
  return { world, old, now };
}

describe('a problem that comes back after it was resolved', () => {
  it('is the next incident under its key, and the former one stays readable as it was', async () => {
    const { world, old, now } = await twoGenerations();
    expect([old, now].map((id) => String(id).slice(-2))).toEqual(['-1', '-2']);
    expect(await world.show(old)).toMatchObject({ title: 'first time', state: 'resolved', resolvedBy: 'user:ana', notificationCount: 1 });
    expect(await world.timeline(old)).toEqual(['triggered', 'levelFired', 'notificationSent', 'resolved']);
    expect(await world.show(now)).toMatchObject({
      title: 'second time',
      state: 'active',
      acknowledgedBy: null,
      occurrences: 1,
      notificationCount: 1,
    });
    const { incidents } = await world.request('GET', '/v1/incidents');
    expect(incidents).toMatchObject([{ id: now }, { id: old }]);
  });

  it('what people do to the old one touches the old one alone', async () => {
    const { world, old, now } = await twoGenerations();
    expect(await world.act(old, 'acknowledge', { by: 'user:ben' })).toMatchObject({ http: 409, code: 'already-resolved' });
    expect(await world.act(old, 'notes', { by: 'user:ben', note: 'it was the disk' })).toMatchObject({ http: 200, id: old });
    expect(await world.timeline(old)).toContain('noteAdded');
    expect(await world.timeline(now)).not.toContain('noteAdded');
    expect(await world.show(now)).toMatchObject({ state: 'active' });
    await world.pass('5m');
    expect(world.paged().at(-1)).toBe('7 ben');
  });

  it('the code of an old page acts on the old one', async () => {
    const world = await World.withPolicy(policy);
    const { incidentId: old } = await world.alarm();
    const code = world.code('+15555550100');
    await world.pass('20m');
    const { incidentId: now } = await world.alarm();
    await world.sms('+15555550100', `${code} resolve`);
    expect(await world.show(old)).toMatchObject({ state: 'timed_out', resolvedBy: 'user:ana' });
    expect(await world.show(now)).toMatchObject({ state: 'active', resolvedBy: null });
  });

  it('knows nothing of generations that never were', async () => {
    const { world, old } = await twoGenerations();
    for (const generation of ['0', '3']) {
      expect(await world.show(String(old).replace(/1$/, generation))).toMatchObject({ http: 404 });
      expect(await world.act(String(old).replace(/1$/, generation), 'acknowledge')).toMatchObject({ http: 404 });
    }
  });

  it('what its predecessor had still to send is sent', async () => {
    const world = await World.withPolicy({ levels: [{ targets: ['user:ana', 'email:ops@example.com'] }] });
    const { incidentId: old } = await world.alarm();
    world.provider = ({ channel }) => (channel === 'email' ? transient : null);
    await world.act(old, 'resolve', { by: 'user:ana' });
    expect(world.messages.filter(({ kind }) => kind === 'outcome')).toEqual([]);
    const { incidentId: now } = await world.alarm();
    world.provider = () => null;
    await world.pass('1m');
    expect(world.messages.filter(({ kind }) => kind === 'outcome')).toMatchObject([{ to: 'ops@example.com', incidentId: old }]);
    expect(world.messages.filter(({ incidentId }) => incidentId === now).map(({ to }) => to)).toContain('+15555550100');
    expect((await world.incident(now)).finish).toEqual([]);
  });

  it('a page that was still on its way when nobody answered goes out, and its reminders end', async () => {
    const world = await World.withPolicy({ levels: [{ targets: ['user:ana'] }] });
    world.provider = ({ to }) => (to === '+15555550102' ? transient : null);
    const { incidentId: old } = await world.alarm();
    await world.pass('15m');
    const { incidentId: now } = await world.alarm();
    world.provider = () => null;
    await world.pass('1m');
    expect(world.messages.filter(({ person }) => person === 'lead')).toMatchObject([{ incidentId: old }]);
    await world.act(now, 'resolve', { by: 'user:ana' });
    await world.pass('10h');
    expect(world.messages.filter(({ kind, incidentId }) => kind === 'page' && incidentId === old)).toHaveLength(2);
    expect((await world.incident(now)).finish).toEqual([]);
  });

  it('an old incident that nobody answered can still be given to somebody', async () => {
    const world = await World.withPolicy({ levels: [{ targets: ['user:ana'] }] });
    const { incidentId: old } = await world.alarm();
    await world.pass('15m');
    const { incidentId: now } = await world.alarm();
    await world.act(now, 'acknowledge', { by: 'user:ana' });
    world.provider = ({ to }) => (to === '+15555550100' ? permanent : null);
    await world.act(old, 'reassign', { to: ['user:cara'] });
    await world.pass('1m');
    expect(world.messages.filter(({ person }) => person === 'cara')).toMatchObject([{ incidentId: old, kind: 'page' }]);
  });

  it('a flapping problem with a mail provider that is down costs a look for each incident, and all outcomes arrive in the end', async () => {
    const mailOnly = { id: 'ana', name: 'Ana', contacts: [{ id: 'mail', channel: 'email', address: 'ana@example.com' }] };
    const ben = { id: 'ben', name: 'Ben', contacts: [{ id: 'phone', channel: 'sms', address: '+15555550101' }] };
    const world = await World.withPolicy(
      { levels: [{ targets: ['user:ana'] }] },
      { people: [mailOnly, ben], settings: { catchAll: ['user:ben'] } },
    );
    const rounds = 12;
    for (let round = 0; round < rounds; round += 1) {
      world.provider = () => null;
      const { incidentId } = await world.alarm();
      world.provider = ({ channel }) => (channel === 'email' ? transient : null);
      await world.act(incidentId, 'resolve', { by: 'user:ben' });
      // Three pages a minute: more would come as one.
      world.now += 20_000;
    }
    let reads = 0;
    const { head } = world.stores.incidents;
    Object.assign(world.stores.incidents, {
      head: (key: string) => {
        reads += 1;
        return head(key);
      },
    });
    await world.outage('1m');
    expect(reads).toBeLessThan(rounds * 20);
    world.provider = () => null;
    await world.pass('10m');
    expect(world.messages.filter(({ kind }) => kind === 'outcome')).toHaveLength(rounds);
  });
});
