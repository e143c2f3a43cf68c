import { describe, expect, it } from 'vitest';
import { World } from '../world.ts';

const ana = { targets: ['user:ana'] };
const ben = { delay: '5m', targets: ['user:ben'] };

async function timedOut(policy: object = { levels: [ana] }): Promise<{ readonly world: World; readonly id: string | null }> {
  const world = await World.withPolicy(policy);
  const { incidentId: id } = await world.alarm();
  await world.pass('20m');
  expect((await world.show(id))['state']).toBe('timed_out');
  return { world, id };
}

describe('an incident that timed out still waits for somebody', () => {
  it('stays among the open ones until somebody acknowledges; the state goes on saying what happened', async () => {
    const { world, id } = await timedOut();
    expect(await world.open()).toEqual([id]);
    expect(await world.act(id, 'acknowledge', { by: 'user:ben' })).toMatchObject({
      http: 200,
      state: 'timed_out',
      acknowledgedBy: 'user:ben',
    });
    expect(await world.open()).toEqual([]);
  });

  it('or until somebody resolves', async () => {
    const { world, id } = await timedOut();
    await world.pass('11h');
    expect(await world.open()).toEqual([id]);
    expect(await world.act(id, 'resolve', { by: 'user:ben' })).toMatchObject({
      http: 200,
      state: 'timed_out',
      resolvedBy: 'user:ben',
      endReason: 'exhausted',
    });
    expect(await world.open()).toEqual([]);
  });

  it('an acknowledgement then runs no timeout: nobody is paged any more', async () => {
    const { world, id } = await timedOut();
    await world.act(id, 'acknowledge', { by: 'user:ben' });
    const before = world.paged().length;
    await world.pass('20h');
    expect(world.paged()).toHaveLength(before);
  });

  it('Lee can answer the last page with the code in it', async () => {
    const { world, id } = await timedOut();
    expect((await world.sms('+15555550102', world.code('+15555550102')))[0]).toMatch(/^Acknowledged: checkout/);
    expect(await world.show(id)).toMatchObject({ acknowledgedBy: 'user:lead' });
  });

  it('tells the second to acknowledge who was first', async () => {
    const { world, id } = await timedOut();
    await world.act(id, 'acknowledge', { by: 'user:ben' });
    expect(await world.act(id, 'acknowledge', { by: 'user:ben' })).toMatchObject({ http: 200 });
    expect(await world.act(id, 'acknowledge', { by: 'user:ana' })).toMatchObject({ http: 409, code: 'already-acknowledged' });
  });

  it('reassign tells the new people at once, also when it had been acknowledged', async () => {
    const { world, id } = await timedOut();
    await world.act(id, 'reassign', { to: ['user:cara'] });
    expect(world.paged().at(-1)).toBe('20 cara');
    await world.act(id, 'acknowledge', { by: 'user:cara' });
    await world.pass('1m');
    await world.act(id, 'reassign', { to: ['user:ben'] });
    expect(world.paged().at(-1)).toBe('21 ben');
    expect(await world.show(id)).toMatchObject({ state: 'timed_out', acknowledgedBy: null });
    expect(await world.open()).toEqual([id]);
  });

  it('taken up again after an acknowledgement it is reminded of again, until somebody answers', async () => {
    const { world, id } = await timedOut({ levels: [ana, ben, { delay: '5m', targets: ['user:cara'] }], maxEscalations: 1 });
    for (const [act, body, paged] of [
      ['reassign', { to: ['user:ben'] }, 'ben'],
      ['escalate', { force: true }, 'cara'],
    ] as const) {
      await world.act(id, 'acknowledge', { by: 'user:lead' });
      const before = world.paged().length;
      await world.pass('5h');
      expect(world.paged()).toHaveLength(before);
      await world.act(id, act, body);
      await world.pass('61m');
      expect(
        world
          .paged()
          .slice(before)
          .map((page) => page.split(' ')[1]),
      ).toEqual([paged, 'lead', 'lead']);
    }
  });

  it('escalate-now goes on where the limit stopped the chain, and what it fires is followed by nothing', async () => {
    const { world, id } = await timedOut({
      levels: [ana, ben, { delay: '5m', targets: ['user:cara'], repeat: { count: 3, every: '1m' } }],
      maxEscalations: 1,
    });
    expect(await world.act(id, 'escalate', { by: 'user:lead' })).toMatchObject({ http: 200 });
    expect(await world.show(id)).toMatchObject({ state: 'timed_out', level: 3, escalationCount: 2 });
    expect(world.paged()).toEqual(['0 ana', '5 ben', '10 lead', '20 cara']);
    await world.pass('19m');
    expect(world.paged()).toHaveLength(4);
    await world.pass('1m');
    expect(world.paged().at(-1)).toBe('40 lead');
    expect(await world.act(id, 'escalate', { by: 'user:lead' })).toMatchObject({ http: 409, code: 'no-further-level' });
  });

  it('escalate-now passes over a level that reaches nobody', async () => {
    const { world, id } = await timedOut({
      levels: [ana, ben, { delay: '5m', targets: [] }, { delay: '9m', targets: ['user:cara'] }],
      maxEscalations: 1,
    });
    await world.act(id, 'escalate', { by: 'user:lead' });
    expect(world.paged()).toEqual(['0 ana', '5 ben', '10 lead', '20 cara']);
  });

  it('cannot be cancelled or snoozed any more', async () => {
    const { world, id } = await timedOut();
    expect(await world.act(id, 'cancel')).toMatchObject({ http: 409, code: 'already-ended' });
    expect(await world.act(id, 'snooze', { for: '1h' })).toMatchObject({ http: 409, code: 'not-open' });
  });

  it('an acknowledgement that had not stopped the chain does not silence its end', async () => {
    const world = await World.withPolicy({ levels: [{ ...ana, stopOnAck: false }, ben] });
    const { incidentId: id } = await world.alarm();
    await world.act(id, 'acknowledge', { by: 'user:ana' });
    await world.pass('51m');
    expect(world.paged()).toEqual(['0 ana', '5 ben', '20 lead', '50 lead']);
    expect(await world.open()).toEqual([id]);
    expect(await world.act(id, 'acknowledge', { by: 'user:ana' })).toMatchObject({ http: 200 });
    expect(await world.open()).toEqual([]);
  });

  it('the problem showing again starts a successor, which ends the reminders', async () => {
    const { world, id } = await timedOut();
    const { incidentId: successor } = await world.alarm();
    expect(successor).not.toBe(id);
    expect(await world.open()).toEqual([successor]);
    await world.act(successor, 'resolve', { by: 'user:ana' });
    const before = world.paged().length;
    await world.pass('5h');
    expect(world.paged()).toHaveLength(before);
  });
});
