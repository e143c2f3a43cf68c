import { describe, expect, it } from 'vitest';
import { parseIncidentId } from '../../shared/domain/incident-id.ts';
import { makeEscalate } from '../../shared/app/escalate.ts';
import type { Ports } from '../../shared/ports.ts';
import { permanent, withPolicy, World } from '../world.ts';

/** An alarm for Ana, Ben a quarter of an hour later, and the worker of a place where no process waits for that. */
async function makeScene(change: (ports: Ports) => Ports = (ports) => ports) {
  const world = await World.withPolicy({ levels: [{ targets: ['user:ana'] }, { delay: '15m', targets: ['user:ben'] }] });
  const armed: number[] = [];
  const arm = (_id: object, due: number): Promise<void> => {
    armed.push((due - world.now) / 60_000);
    return Promise.resolve();
  };
  const options = { configurationMaxAgeMs: 0, baseUrl: 'https://tocsin.example', arm };
  const { incidentId } = await world.alarm();
  const id = parseIncidentId(incidentId ?? '');
  if (id === null) throw new Error('no incident');
  return { world, armed, id, escalate: makeEscalate(change(world.ports), options) };
}

/** An alarm that nobody looked at yet, and the worker, whose nudges are only noted. */
async function makeSlowScene(policy: object, rest: object) {
  const world = await World.withConfig(withPolicy(policy, { settings: {}, ...rest }));
  const nudged: string[] = [];
  const deliver = world.ports.queue.nudge;
  Object.assign(world.ports.queue, { nudge: () => Promise.resolve() });
  const { incidentId } = await world.alarm();
  Object.assign(world.ports.queue, { nudge: deliver });
  const id = parseIncidentId(incidentId ?? '');
  if (id === null) throw new Error('no incident');
  const queue = { ...world.ports.queue, nudge: ({ key }: { key: string }) => Promise.resolve(void nudged.push(key)) };
  const { work } = makeEscalate({ ...world.ports, queue }, { configurationMaxAgeMs: 0, baseUrl: '', arm: () => Promise.resolve() });
  return { world, id, nudged, work };
}

/** The providers take six seconds for so many messages. */
function slowEvery(messages: number, world: World): void {
  let answered = 0;
  world.provider = () => {
    answered += 1;
    if (answered % messages === 0) world.now += 6000;
    return null;
  };
}

describe('where no process waits for what is due', () => {
  it('each look has the next one come when something is due', async () => {
    const { armed, id, escalate } = await makeScene();
    await escalate.look(id);
    expect(armed).toEqual([15]);
  });

  it('a look that fails asks for none: the queue brings it back by itself, and a second would double it every time', async () => {
    const down = (ports: Ports): Ports => ({
      ...ports,
      incidents: { ...ports.incidents, write: () => Promise.reject(new Error('the table is down')) },
    });
    const { world, armed, id, escalate } = await makeScene(down);
    world.now += 16 * 60_000;
    await expect(escalate.look(id)).rejects.toThrow();
    expect(armed).toEqual([]);
  });

  it('what is overdue all the same is left to the sweeper: to ask for it at once would go round and round', async () => {
    const alwaysSecond = (ports: Ports): Ports => ({
      ...ports,
      incidents: { ...ports.incidents, write: async ({ key }) => ({ ok: false, current: await ports.incidents.head(key) }) },
    });
    const { world, armed, id, escalate } = await makeScene(alwaysSecond);
    world.now += 16 * 60_000;
    await escalate.look(id);
    expect(armed).toEqual([]);
    expect(await world.app.sweep()).toMatchObject({ found: 1 });
  });

  it('a timer that cannot be set fails nothing, and is told: without it every level waits for the sweeper', async () => {
    const noTimer = () => Promise.reject(new Error('not allowed'));
    const { world, id } = await makeScene();
    const escalate = makeEscalate(world.ports, { configurationMaxAgeMs: 0, baseUrl: 'https://tocsin.example', arm: noTimer });
    await escalate.look(id);
    expect(world.alarms).toEqual(['worker-not-woken']);
  });

  it('a run that slow providers hold up begins nothing that it may be killed in: another run goes on with the rest at once', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `p${String(index)}`);
    const phone = (index: number): object => ({ id: 'phone', channel: 'sms', address: `+1555666${String(1000 + index)}` });
    const people = ids.map((id, index) => ({ id, name: id, contacts: [phone(index)] }));
    const rest = { teams: [{ id: 'all', members: ids }], people };
    const { world, id, nudged, work } = await makeSlowScene({ levels: [{ targets: ['team:all'] }], catchAll: ['user:p0'] }, rest);
    slowEvery(25, world);
    await work({ kind: 'look', id }, world.now + 10_000);
    expect([world.messages.length, nudged]).toEqual([50, [id.key]]);
    await work({ kind: 'look', id }, world.now + 10_000);
    expect([world.messages.length, nudged.length]).toEqual([60, 1]);
  });

  it('and not a page to the next contact either, of somebody whose first one is refused that late', async () => {
    const contacts = [
      { id: 'phone', channel: 'sms', address: '+15555550100' },
      { id: 'mail', channel: 'email', address: 'ana@example.com' },
    ];
    const people = [
      { id: 'ana', name: 'Ana', contacts, rules: [{ notify: ['phone'] }] },
      { id: 'ben', name: 'Ben', contacts: [{ id: 'phone', channel: 'sms', address: '+15555550101' }] },
    ];
    const { world, id, nudged, work } = await makeSlowScene(
      { levels: [{ targets: ['user:ana', 'user:ben'] }], catchAll: ['user:ben'] },
      { people },
    );
    world.provider = ({ to }) => {
      if (to !== '+15555550100') return null;
      world.now += 11_000;
      return permanent;
    };
    await work({ kind: 'look', id }, world.now + 10_000);
    expect([world.messages.map(({ to }) => to), [...new Set(nudged)]]).toEqual([['+15555550101'], [id.key]]);
    await work({ kind: 'look', id }, world.now + 10_000);
    expect(world.messages.map(({ to }) => to)).toEqual(['+15555550101', 'ana@example.com']);
  });

  it('and no more notices of handoffs: those that are left go out with the next look', async () => {
    const contact = (id: string): object => ({ id: 'mail', channel: 'email', address: `${id}@example.com` });
    const people = ['ana', 'ben'].map((id) => ({ id, name: id, contacts: [contact(id)], handoffNotices: ['mail'] }));
    const days = { id: 'days', people: ['ana', 'ben'], rotation: { daily: { at: '09:00' } }, start: '2026-02-23' };
    const schedules = Array.from({ length: 30 }, (_, index) => ({ id: `s${String(index)}`, zone: 'UTC', layers: [days] }));
    const { world, work } = await makeSlowScene({ levels: [{ targets: ['user:ana'] }], catchAll: ['user:ana'] }, { people, schedules });
    await world.settled();
    world.messages.length = 0;
    world.now += 12 * 3_600_000;
    slowEvery(25, world);
    await work({ kind: 'handoffs' }, world.now + 10_000);
    expect(world.messages).toHaveLength(50);
    await work({ kind: 'handoffs' }, world.now + 10_000);
    expect(world.messages).toHaveLength(60);
  });

  it('a schedule that comes late has it looked at, at once', async () => {
    const { world, armed, id, escalate } = await makeScene();
    world.now += 16 * 60_000;
    await escalate.wake(id);
    expect(armed).toEqual([-1]);
  });
});
