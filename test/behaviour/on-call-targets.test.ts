import { describe, expect, it } from 'vitest';
import { withPolicy, World } from '../world.ts';

const uuid = '123e4567-e89b-12d3-a456-426614174000';
// The night begins on Monday 2 March 2026 at 02:00 UTC; Ana has the week before, Ben the one that begins at 09:00.
const week = { id: 'week', people: ['ana', 'ben'], rotation: { weekly: { days: ['monday'], at: '09:00' } }, start: '2026-02-23' };
const primary = { id: 'primary', uuid, zone: 'UTC', layers: [week] };
const levels = (...targets: unknown[]) => ({ levels: [{ targets }, { delay: '8h', targets }], exhaustedAfter: '1h' });
const world = (policy: object, rest: object = {}) => World.withPolicy(policy, { schedules: [primary], ...rest });

describe('a schedule as a target [T-006] [R-026]', () => {
  it('means whoever is on call when the level fires, not when the alarm came', async () => {
    const night = await world(levels('schedule:primary'));
    await night.alarm();
    await night.pass('8h');
    expect(night.paged()).toEqual(['0 ana', '480 ben']);
  });

  it.each([
    ['its UUID', `schedule:${uuid}`],
    ['its UUID in capitals', `schedule:${uuid.toUpperCase()}`],
    ['type and id', { type: 'schedule', id: uuid.toUpperCase(), name: 'Primary' }],
  ])('is found by %s [T-031]', async (_, target) => {
    const night = await world(levels(target));
    await night.alarm();
    expect(night.paged()).toEqual(['0 ana']);
  });

  it('means everybody of all active layers, each once', async () => {
    const both = { ...primary, layers: [week, { ...week, id: 'back', people: ['cara', 'ana'] }, { ...week, id: 'third' }] };
    const night = await world(levels('schedule:primary', 'user:ana'), { schedules: [both] });
    await night.alarm();
    expect(night.paged()).toEqual(['0 ana', '0 cara']);
  });

  it('stands beside other schedules and people of the level: a rotation means its current member, a name that person [H-025]', async () => {
    const secondary = { ...primary, id: 'secondary', uuid: null, layers: [{ ...week, people: ['ben', 'ana'] }] };
    const night = await world(levels('schedule:primary', 'schedule:secondary', 'user:cara'), { schedules: [primary, secondary] });
    await night.alarm();
    expect(night.paged()).toEqual(['0 ana', '0 ben', '0 cara']);
  });

  const withNext = { type: 'schedule', id: 'primary', next: true };

  it('can mean the next person of the rotation as well, if the level asks for it', async () => {
    const three = { ...primary, layers: [{ ...week, people: ['ana', 'ben', 'cara'] }] };
    const night = await world({ levels: [{ targets: [withNext] }, { delay: '8h', targets: [withNext] }] }, { schedules: [three] });
    await night.alarm();
    await night.pass('8h');
    expect(night.paged().slice(0, 4)).toEqual(['0 ana', '0 ben', '480 ben', '480 cara']);
  });

  it('means somebody else as the next person than who stands in by a swap', async () => {
    const three = { ...primary, layers: [{ ...week, people: ['ana', 'ben', 'cara'] }] };
    const night = await world(levels(withNext), { schedules: [three] });
    const swap = { from: '2026-03-02T01:00:00Z', until: '2026-03-02T05:00:00Z', person: 'ben', instead: 'ana' };
    await night.request('POST', '/v1/schedules/primary/overrides', swap);
    await night.alarm();
    expect(night.paged()).toEqual(['0 ben', '0 cara']);
  });

  it('stays an empty level with the next person asked for, when nobody is on call', async () => {
    const days = { ...primary, layers: [{ ...week, restrictions: [{ from: '09:00', to: '17:00' }] }] };
    const policy = { levels: [{ targets: [withNext] }, { delay: '15m', targets: ['user:cara'] }] };
    const night = await world(policy, { schedules: [days] });
    await night.alarm();
    expect(night.paged()).toEqual(['0 cara']);
  });

  it.each([
    ['a person', { type: 'user', id: 'ana', next: true }, 'not-a-schedule'],
    ['a team', { type: 'team', id: 'platform', next: true }, 'not-a-schedule'],
    ['another word', { ...withNext, next: 'both' }, 'wrong-type'],
  ])('has a next person to ask for, and %s has none', async (_, target, code) => {
    const night = await world(levels('user:ana'));
    const document = withPolicy({ levels: [{ targets: ['user:ana', target] }] }, { schedules: [primary] });
    const refused = await night.request('PUT', '/v1/config', JSON.parse(document) as object);
    expect(refused).toMatchObject({ http: 422, errors: [{ pointer: '/policies/0/levels/0/targets/1/next', code }] });
  });

  it('can be the catch-all, of whoever is on call by then', async () => {
    const night = await world({ levels: [{ targets: ['user:cara'] }], exhaustedAfter: '8h', catchAll: ['schedule:primary'] });
    await night.alarm();
    await night.pass('8h');
    expect(night.paged()).toEqual(['0 cara', '480 ben']);
  });

  it('can be assigned an incident, by id or UUID, with the next person or without; one that there is not cannot', async () => {
    const night = await world(levels('user:cara'));
    const { incidentId } = await night.alarm();
    expect(await night.act(incidentId, 'reassign', { to: [`schedule:${uuid.toUpperCase()}`] })).toMatchObject({ http: 200 });
    expect(night.paged()).toEqual(['0 cara', '0 ana']);
    await night.act(incidentId, 'reassign', { to: [withNext] });
    expect(night.paged().slice(2)).toEqual(['0 ana', '0 ben']);
    const nextOfOne = await night.act(incidentId, 'reassign', { to: [{ type: 'user', id: 'ana', next: true }] });
    expect(nextOfOne).toMatchObject({ http: 422, errors: [{ pointer: '/to/0/next', code: 'not-a-schedule' }] });
    const refused = await night.act(incidentId, 'reassign', { to: ['schedule:nobodys'] });
    expect(refused).toMatchObject({ http: 422, errors: [{ pointer: '/to/0', code: 'unknown-target' }] });
  });

  it('is an empty level when nobody is on call: the next fires at once', async () => {
    const days = { ...primary, layers: [{ ...week, restrictions: [{ from: '09:00', to: '17:00' }] }] };
    const policy = { levels: [{ targets: ['schedule:primary'] }, { delay: '15m', targets: ['user:cara'] }] };
    const night = await world(policy, { schedules: [days] });
    const { incidentId } = await night.alarm();
    expect(night.paged()).toEqual(['0 cara']);
    expect(await night.timeline(incidentId)).toContain('levelEmpty');
  });

  it('that was deleted since is reported and stops nothing', async () => {
    const night = await world({ levels: [{ targets: ['user:ana'] }, { delay: '10m', targets: ['schedule:primary', 'user:ben'] }] });
    const { incidentId } = await night.alarm();
    await night.configure(withPolicy(levels('user:cara')));
    await night.pass('10m');
    expect(night.paged()).toEqual(['0 ana', '10 ben']);
    const { events } = await night.request('GET', `/v1/incidents/${String(incidentId)}/timeline`);
    expect(events).toContainEqual(expect.objectContaining({ type: 'levelFired', level: 2, unknown: ['schedule:primary'] }));
  });

  it('is told by explain before anything happens', async () => {
    const night = await world(levels('schedule:primary'));
    const told = await night.request('POST', '/v1/explain', { service: 'checkout', title: 'x', severity: 'high' });
    expect(JSON.stringify(told['steps'])).toMatch(/"person":"ana".*"person":"ben"/);
  });
});

describe('an override', () => {
  const swap = { from: '2026-03-02T01:00:00Z', until: '2026-03-02T05:00:00Z', person: 'cara', instead: 'ana', by: 'user:ana' };

  it('puts somebody else on call for a while, from the next level that fires, and no longer', async () => {
    const night = await world(levels('schedule:primary'));
    expect(await night.request('POST', '/v1/schedules/primary/overrides', swap)).toMatchObject({ http: 201, by: 'user:ana' });
    await night.alarm();
    await night.pass('8h');
    expect(night.paged()).toEqual(['0 cara', '480 ben']);
  });

  it('is not undone when the document is applied again', async () => {
    const night = await world(levels('schedule:primary'));
    await night.request('POST', `/v1/schedules/${uuid}/overrides`, swap);
    await night.configure(withPolicy(levels('schedule:primary'), { schedules: [{ ...primary, name: 'Primary' }] }));
    await night.alarm();
    expect(night.paged()).toEqual(['0 cara']);
  });

  it('is listed with who made it, until it is over or taken back', async () => {
    const night = await world(levels('schedule:primary'));
    const made = await night.request('POST', '/v1/schedules/primary/overrides', swap);
    expect(made).toMatchObject({ schedule: 'primary', person: 'cara', instead: 'ana', change: 'replace', by: 'user:ana' });
    expect(made).toMatchObject({ from: '2026-03-02T01:00:00.000Z', until: '2026-03-02T05:00:00.000Z', madeAt: '2026-03-02T02:00:00.000Z' });
    const path = '/v1/schedules/primary/overrides';
    expect(await night.request('GET', path)).toMatchObject({ overrides: [{ id: made['id'], by: 'user:ana', person: 'cara' }] });
    expect(await night.request('DELETE', `${path}/${String(made['id'])}`)).toMatchObject({ http: 204 });
    expect(await night.request('DELETE', `${path}/${String(made['id'])}`)).toMatchObject({ http: 404, code: 'unknown-override' });
    await night.alarm();
    expect(night.paged()).toEqual(['0 ana']);
    await night.request('POST', path, swap);
    await night.pass('4h');
    expect(await night.request('GET', path)).toEqual({ http: 200, overrides: [] });
  });

  it('of somebody who has left since puts nobody off call', async () => {
    const night = await world(levels('schedule:primary'));
    await night.request('POST', '/v1/schedules/primary/overrides', swap);
    const without = JSON.parse(withPolicy(levels('schedule:primary'), { schedules: [primary] })) as { people: { id: string }[] };
    await night.configure(JSON.stringify({ ...without, people: without.people.filter(({ id }) => id !== 'cara') }));
    await night.alarm();
    expect(night.paged()).toEqual(['0 ana']);
  });

  it.each([
    ['that ends before it starts', { until: '2026-03-01T00:00:00Z' }, 422, [{ pointer: '/until', code: 'ends-before-start' }]],
    [
      'that is over already',
      { from: '2026-03-01T00:00:00Z', until: '2026-03-01T01:00:00Z' },
      422,
      [{ pointer: '/until', code: 'already-over' }],
    ],
    ['of somebody unknown', { person: 'nobody' }, 422, [{ pointer: '/person', code: 'unknown-person' }]],
    ['by somebody unknown', { by: 'user:nobody' }, 422, [{ pointer: '/by', code: 'unknown-person' }]],
  ])('%s is refused', async (_, changed, http, errors) => {
    const night = await world(levels('schedule:primary'));
    expect(await night.request('POST', '/v1/schedules/primary/overrides', { ...swap, ...changed })).toMatchObject({ http, errors });
    expect(await night.request('POST', '/v1/schedules/nobodys/overrides', swap)).toMatchObject({ http: 404, code: 'unknown-schedule' });
  });

  it('of one schedule may not be many', async () => {
    const night = await world(levels('schedule:primary'));
    for (let count = 0; count < 200; count += 1) await night.request('POST', '/v1/schedules/primary/overrides', swap);
    expect(await night.request('POST', '/v1/schedules/primary/overrides', swap)).toMatchObject({ http: 409, code: 'too-many-overrides' });
  });
});
