import { describe, expect, it } from 'vitest';
import { transient, World } from '../world.ts';

const levels = [{ targets: ['user:ana'] }, { delay: '5m', targets: ['user:ben'] }];
type Named = 'pending' | 'active' | 'escalating' | 'acknowledged' | 'resolved' | 'cancelled' | 'timed_out';

/** An incident brought to a state in the way people and time bring it there. */
async function incidentIn(state: Named): Promise<{ readonly world: World; readonly id: string | null }> {
  const first = { targets: ['user:ana'], delay: state === 'pending' ? '5m' : '0s' };
  const world = await World.withPolicy({ levels: [first, levels[1]] });
  const { incidentId: id } = await world.alarm();
  if (state === 'escalating') {
    world.provider = () => transient;
    await world.pass('5m');
  }
  if (state === 'acknowledged') await world.act(id, 'acknowledge', { by: 'user:ana' });
  if (state === 'resolved') await world.act(id, 'resolve', { by: 'user:ana' });
  if (state === 'cancelled') await world.act(id, 'cancel', { by: 'user:ana' });
  if (state === 'timed_out') await world.pass('20m');
  expect(await world.show(id)).toMatchObject({ state });
  return { world, id };
}

describe('the states of an incident [R-080]', () => {
  it('pending while no level has fired, then active [T-019] [T-020] [T-131]', async () => {
    const { world, id } = await incidentIn('pending');
    await world.pass('5m');
    expect(await world.show(id)).toMatchObject({ state: 'active', isActive: true });
  });

  it('escalating while a further level is being told, then active at that level [T-021] [T-134] [T-135]', async () => {
    const { world, id } = await incidentIn('escalating');
    expect(await world.show(id)).toMatchObject({ level: 2 });
    world.provider = () => null;
    await world.pass('1m');
    expect(await world.show(id)).toMatchObject({ state: 'active', level: 2 });
  });

  it.each(['pending', 'active', 'escalating'] as const)('%s becomes acknowledged [T-022] [T-132] [T-136]', async (state) => {
    const { world, id } = await incidentIn(state);
    expect(await world.act(id, 'acknowledge', { by: 'user:ben' })).toMatchObject({
      http: 200,
      state: 'acknowledged',
      acknowledgedBy: 'user:ben',
    });
  });

  it.each(['pending', 'active', 'escalating', 'acknowledged'] as const)(
    '%s becomes resolved [T-023] [T-068] [T-137] [T-138] [R-078]',
    async (state) => {
      const { world, id } = await incidentIn(state);
      expect(await world.act(id, 'resolve', { by: 'user:ben' })).toMatchObject({
        http: 200,
        state: 'resolved',
        resolvedBy: 'user:ben',
        isActive: false,
      });
      const before = world.paged().length;
      await world.pass('20h');
      expect(world.paged()).toHaveLength(before);
    },
  );

  it.each(['pending', 'active', 'escalating', 'acknowledged'] as const)(
    '%s becomes cancelled, with who and why [T-024] [T-069] [T-139] [R-079]',
    async (state) => {
      const { world, id } = await incidentIn(state);
      expect(await world.act(id, 'cancel', { by: 'user:ben', reason: 'a drill' })).toMatchObject({
        http: 200,
        state: 'cancelled',
        cancelledBy: 'user:ben',
        cancelReason: 'a drill',
        endReason: 'cancelled',
        isActive: false,
      });
      const before = world.paged().length;
      await world.pass('20h');
      expect(world.paged()).toHaveLength(before);
    },
  );

  it.each(['pending', 'active', 'escalating', 'acknowledged'] as const)(
    '%s comes to time out when nobody ever answers again [T-025] [T-133] [T-141]',
    async (state) => {
      const { world, id } = await incidentIn(state);
      world.provider = () => null;
      await world.pass('90m');
      expect(await world.show(id)).toMatchObject({ state: 'timed_out', endReason: 'exhausted' });
    },
  );
});

describe('what is over stays over', () => {
  it.each([
    ['resolved', 'already-resolved'],
    ['cancelled', 'already-cancelled'],
  ] as const)('%s: every act is refused, and says who ended it and when', async (state, code) => {
    const { world, id } = await incidentIn(state);
    await world.pass('1m');
    const acts = {
      acknowledge: {},
      resolve: {},
      cancel: {},
      escalate: { force: true },
      snooze: { for: '1h' },
      reassign: { to: ['user:ben'] },
    } as const;
    for (const act of ['acknowledge', 'resolve', 'cancel', 'escalate', 'snooze', 'reassign'] as const) {
      const refused = await world.act(id, act, { by: 'user:ben', ...acts[act] });
      expect([act, refused]).toMatchObject([act, { http: 409, code }]);
      expect(refused['detail']).toContain('by user:ana at 2026-03-02T02:00:00.000Z');
    }
    expect(await world.show(id)).toMatchObject({ state });
    await world.pass('20h');
    expect(world.paged()).toEqual(['0 ana']);
  });

  it('the same by the same person again is no error', async () => {
    for (const [state, act] of [
      ['resolved', 'resolve'],
      ['cancelled', 'cancel'],
    ] as const) {
      // prettier-ignore
      const { world, id } = await incidentIn(state);
      expect(await world.act(id, act, { by: 'user:ana' })).toMatchObject({ http: 200, state });
    }
  });

  it('a note can still be added', async () => {
    const { world, id } = await incidentIn('resolved');
    expect(await world.act(id, 'notes', { by: 'user:ben', note: 'it was the disk' })).toMatchObject({ http: 200, state: 'resolved' });
    const { events } = await world.request('GET', `/v1/incidents/${String(id)}/timeline`);
    expect(events).toContainEqual(expect.objectContaining({ type: 'noteAdded', by: 'user:ben', note: 'it was the disk' }));
  });

  it('a resolve counts more than the acknowledgement before it, whoever gave that', async () => {
    const { world, id } = await incidentIn('acknowledged');
    expect(await world.resolvedBySource()).toMatchObject({ outcome: 'merged', incidentId: id });
    expect(await world.show(id)).toMatchObject({ state: 'resolved', resolvedBy: 'monitor', acknowledgedBy: 'user:ana' });
  });
});
