import { describe, expect, it } from 'vitest';
import { World } from '../world.ts';

const ana = { targets: ['user:ana'], repeat: { count: 3, every: '2m' } };
const ben = { delay: '15m', targets: ['user:ben'] };

describe('reassigning an incident', () => {
  it('tells the new people at once, in place of the level, repeats included, until the next level', async () => {
    const world = await World.withPolicy({ levels: [ana, ben] });
    const { incidentId: id } = await world.alarm();
    await world.pass('3m');
    expect(await world.act(id, 'reassign', { by: 'user:ana', to: ['user:cara'], reason: 'she knows it' })).toMatchObject({
      http: 200,
      assignees: ['user:cara'],
    });
    expect(world.paged()).toEqual(['0 ana', '2 ana', '3 cara']);
    await world.pass('15m');
    expect(world.paged().slice(3)).toEqual(['5 cara', '7 cara', '9 cara', '18 ben']);
    expect(await world.show(id)).toMatchObject({ level: 2, assignees: [], escalationCount: 1 });
  });

  it('makes an acknowledged incident active again', async () => {
    const world = await World.withPolicy({ levels: [ana, ben] });
    const { incidentId: id } = await world.alarm();
    await world.act(id, 'acknowledge', { by: 'user:ana' });
    await world.pass('30m');
    await world.act(id, 'reassign', { by: 'user:ana', to: ['team:platform', 'user:cara'] });
    expect(world.paged().slice(1).sort()).toEqual(['30 ana', '30 ben', '30 cara']);
    expect(await world.show(id)).toMatchObject({ state: 'active', acknowledgedBy: null });
  });

  it('goes to the new people before the first level has fired, and counts as that level', async () => {
    const world = await World.withPolicy({ levels: [{ ...ana, delay: '5m' }, ben] });
    const { incidentId: id } = await world.alarm();
    await world.act(id, 'reassign', { to: ['user:cara'] });
    expect(world.paged()).toEqual(['0 cara']);
    expect(await world.show(id)).toMatchObject({ state: 'active', level: 1 });
    await world.pass('15m');
    expect(world.paged().at(-1)).toBe('15 ben');
    expect(world.paged()).not.toContain('5 ana');
  });

  it('the acknowledgement of the new people counts like any other', async () => {
    const world = await World.withPolicy({ levels: [ana, ben] });
    const { incidentId: id } = await world.alarm();
    await world.act(id, 'reassign', { to: ['user:cara'] });
    await world.sms('+15555550103', world.code('+15555550103'));
    expect(await world.show(id)).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'user:cara' });
    await world.pass('59m');
    expect(world.paged()).toEqual(['0 ana', '0 cara']);
  });

  it('after the acknowledgement timeout it is the new people who are told again', async () => {
    const world = await World.withPolicy({ levels: [ana, ben] });
    const { incidentId: id } = await world.alarm();
    await world.act(id, 'reassign', { to: ['user:cara'] });
    await world.act(id, 'acknowledge', { by: 'nobody in particular' });
    await world.pass('61m');
    expect(world.paged()).toEqual(['0 ana', '0 cara', '60 cara']);
  });

  it('is refused for people who do not exist, and once it is resolved', async () => {
    const world = await World.withPolicy({ levels: [ana] });
    const { incidentId: id } = await world.alarm();
    expect(await world.act(id, 'reassign', { to: ['user:zoe'] })).toMatchObject({ http: 422 });
    await world.act(id, 'resolve', { by: 'user:ana' });
    expect(await world.act(id, 'reassign', { to: ['user:cara'] })).toMatchObject({ http: 409, code: 'already-resolved' });
  });
});
