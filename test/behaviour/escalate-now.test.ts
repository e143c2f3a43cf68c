import { describe, expect, it } from 'vitest';
import { World } from '../world.ts';

const ana = { targets: ['user:ana'], repeat: { count: 5, every: '1m' } };
const ben = { delay: '15m', targets: ['user:ben'] };
const cara = { delay: '15m', targets: ['user:cara'] };

describe('asking for the next level now [T-016] [T-070] [T-134]', () => {
  it('fires it at once; the one after keeps its delay from there', async () => {
    const world = await World.withPolicy({ levels: [ana, ben, cara] });
    const { incidentId: id } = await world.alarm();
    await world.pass('30s');
    expect(await world.act(id, 'escalate', { by: 'user:ana', reason: 'too big for me' })).toMatchObject({ http: 200 });
    expect(await world.show(id)).toMatchObject({ level: 2, escalationCount: 1 });
    await world.pass('15m');
    expect(world.paged()).toEqual(['0 ana', '0.5 ben', '15.5 cara']);
  });

  it('fires the first level at once when that one still waits for its delay', async () => {
    const world = await World.withPolicy({ levels: [{ ...ana, delay: '5m' }, ben] });
    const { incidentId: id } = await world.alarm();
    await world.act(id, 'escalate');
    expect(world.paged()).toEqual(['0 ana']);
    expect(await world.show(id)).toMatchObject({ state: 'active', level: 1, escalationCount: 0 });
  });

  it('has no effect when the incident has moved past what the person saw', async () => {
    const world = await World.withPolicy({ levels: [ana, ben, cara] });
    const { incidentId: id } = await world.alarm();
    await world.pass('15m');
    expect(await world.act(id, 'escalate', { from: { cycle: 0, level: 1 } })).toMatchObject({ http: 200, level: 2 });
    expect(world.paged()).not.toContain('15 cara');
    await world.act(id, 'escalate', { from: { cycle: 0, level: 2 } });
    expect(world.paged().at(-1)).toBe('15 cara');
  });

  it('two people who saw the same level and both ask for the next get that one, not two', async () => {
    const world = await World.withPolicy({
      levels: [{ targets: ['user:ana', 'user:ben'] }, cara, { delay: '15m', targets: ['user:lead'] }],
    });
    const { incidentId: id } = await world.alarm();
    const [anas, bens] = [world.code('+15555550100'), world.code('+15555550101')];
    await world.sms('+15555550100', `${anas} esc`);
    await world.sms('+15555550101', `${bens} esc`);
    expect(world.paged()).toEqual(['0 ana', '0 ben', '0 cara']);
    expect(await world.show(id)).toMatchObject({ level: 2 });
  });

  it('asking twice before the next level has fired is asking once', async () => {
    const world = await World.withPolicy({ levels: [ana, ben, cara] });
    const { incidentId } = await world.alarm();
    const incident = await world.incident(incidentId);
    for (const id of ['one', 'two']) {
      const answer = await world.app.acts(
        incident,
        { type: 'escalate', by: id, reason: null, force: false, from: null },
        { id, body: null },
      );
      expect(answer).toMatchObject({ kind: 'done' });
    }
    await world.settled();
    expect(world.paged()).toEqual(['0 ana', '0 ben']);
    expect((await world.timeline(incidentId)).filter((type) => type === 'escalationRequested')).toHaveLength(1);
  });

  it('after the last level it fires the first of the next round', async () => {
    const world = await World.withPolicy({ levels: [{ ...ana, delay: '2m' }, ben], repeat: { times: 1, every: '1h' } });
    const { incidentId: id } = await world.alarm();
    await world.pass('17m');
    await world.act(id, 'escalate');
    expect(world.paged().at(-1)).toBe('17 ana');
    expect(await world.show(id)).toMatchObject({ cycle: 1, level: 1 });
    await world.pass('15m');
    expect(world.paged().at(-1)).toBe('32 ben');
  });

  it('is refused when there is no further level', async () => {
    const world = await World.withPolicy({ levels: [ana] });
    const { incidentId: id } = await world.alarm();
    expect(await world.act(id, 'escalate')).toMatchObject({ http: 409, code: 'no-further-level' });
  });

  it('on an acknowledged incident it needs force, and then makes it active again', async () => {
    const world = await World.withPolicy({ levels: [ana, ben] });
    const { incidentId: id } = await world.alarm();
    await world.act(id, 'acknowledge', { by: 'user:ana' });
    const refused = await world.act(id, 'escalate', { by: 'user:ben' });
    expect(refused).toMatchObject({ http: 409, code: 'already-acknowledged' });
    expect(refused['detail']).toContain('user:ana');
    expect(world.paged()).toEqual(['0 ana']);
    expect(await world.act(id, 'escalate', { by: 'user:ben', force: true })).toMatchObject({
      http: 200,
      state: 'active',
      acknowledgedBy: null,
    });
    expect(world.paged()).toEqual(['0 ana', '0 ben']);
  });

  it('is not held back by a cap on escalations: a person asked', async () => {
    const world = await World.withPolicy({ levels: [ana, ben, cara], maxEscalations: 1 });
    const { incidentId: id } = await world.alarm();
    await world.act(id, 'escalate');
    await world.act(id, 'escalate');
    expect(world.paged()).toEqual(['0 ana', '0 ben', '0 cara']);
  });

  it('force cannot bring back what is resolved', async () => {
    const world = await World.withPolicy({ levels: [ana, ben] });
    const { incidentId: id } = await world.alarm();
    await world.act(id, 'resolve', { by: 'user:ana' });
    expect(await world.act(id, 'escalate', { force: true })).toMatchObject({ http: 409, code: 'already-resolved' });
    expect(world.paged()).toEqual(['0 ana']);
  });
});
