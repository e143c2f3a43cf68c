import { describe, expect, it } from 'vitest';
import { World } from '../world.ts';

const ana = { targets: ['user:ana'] };
const ben = { delay: '5m', targets: ['user:ben'] };
const cara = { delay: '5m', targets: ['user:cara'] };
const never = { acknowledgementTimeout: '300h' };

describe('an acknowledgement [T-067] [T-132] [R-077] [P-059]', () => {
  it('stops the chain: no further level is told [R-022] [R-088]', async () => {
    const world = await World.withPolicy({ levels: [ana, ben], ...never });
    const { incidentId } = await world.alarm();
    expect(await world.show(incidentId)).toMatchObject({ policy: 'default', state: 'active', acknowledgedBy: null });
    await world.pass('3m');
    expect(await world.act(incidentId, 'acknowledge', { by: 'user:ana', note: 'on it' })).toMatchObject({
      http: 200,
      state: 'acknowledged',
      acknowledgedBy: 'user:ana',
      acknowledgedAt: '2026-03-02T02:03:00.000Z',
      isActive: true,
    });
    await world.pass('10h');
    expect(world.paged()).toEqual(['0 ana']);
  });

  it('comes in time even while the first level waits for its delay', async () => {
    const world = await World.withPolicy({ levels: [{ ...ana, delay: '5m' }], ...never });
    const { incidentId } = await world.alarm();
    expect(await world.act(incidentId, 'acknowledge')).toMatchObject({ http: 200, state: 'acknowledged', acknowledgedBy: 'api' });
    await world.pass('10h');
    expect(world.paged()).toEqual([]);
  });

  it('by the same person again is no error and changes nothing', async () => {
    const world = await World.withPolicy({ levels: [ana], ...never });
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    const before = await world.timeline(incidentId);
    await world.pass('1m');
    expect(await world.act(incidentId, 'acknowledge', { by: 'user:ana' })).toMatchObject({
      http: 200,
      acknowledgedAt: '2026-03-02T02:00:00.000Z',
    });
    expect(await world.timeline(incidentId)).toEqual(before);
  });

  it('by somebody else is refused, and says who has it and since when', async () => {
    const world = await World.withPolicy({ levels: [ana], ...never });
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    const refused = await world.act(incidentId, 'acknowledge', { by: 'user:ben' });
    expect(refused).toMatchObject({ http: 409, code: 'already-acknowledged' });
    expect(refused['detail']).toContain('by user:ana at 2026-03-02T02:00:00.000Z');
  });

  it('drops what the personal rules had planned for later', async () => {
    const world = await World.withConfig();
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    await world.pass('10m');
    expect(world.pages()).toEqual(['0 +15555550100']);
  });

  it('is told to the others who were paged by e-mail, and not to the one who acknowledged', async () => {
    const world = await World.withPolicy({
      levels: [{ targets: ['user:ana', 'email:ops@example.com', 'email:dev@example.com'] }],
      ...never,
    });
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'email:dev@example.com' });
    expect(world.messages.filter(({ kind }) => kind === 'outcome').map(({ to }) => to)).toEqual(['ops@example.com']);
  });
});

describe('an acknowledgement that ran out', () => {
  it('is not denied by the page behind the link that asks again', async () => {
    const world = await World.withPolicy({ levels: [ana], acknowledgementTimeout: '1h' });
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    await world.pass('61m');
    const page = await (await world.app.fetch(new Request(world.messages.at(-1)?.ackUrl ?? ''))).text();
    expect(page).toContain('Open again. It was acknowledged before, and nobody has acknowledged it since.');
  });

  it('is not denied either once escalation is over', async () => {
    const world = await World.withPolicy({ levels: [ana], acknowledgementTimeout: '1h' });
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    await world.pass('3h');
    expect(await world.incident(incidentId)).toMatchObject({ state: 'timed_out' });
    const page = await (await world.app.fetch(new Request(world.messages.at(-1)?.ackUrl ?? ''))).text();
    expect(page).toContain('Escalation is over. It was acknowledged before, and nobody has acknowledged it since.');
    expect(page).not.toContain('Not answered');
  });
});

describe('a level whose acknowledgement does not stop the chain [R-022]', () => {
  const levels = [{ ...ana, stopOnAck: false, repeat: { count: 9, every: '1m' } }, ben, cara];

  it('records it, ends the repeats, and goes on to the next level', async () => {
    const world = await World.withPolicy({ levels });
    const { incidentId } = await world.alarm();
    await world.pass('2m');
    expect(await world.act(incidentId, 'acknowledge', { by: 'user:ana' })).toMatchObject({
      http: 200,
      state: 'active',
      acknowledgedBy: 'user:ana',
    });
    await world.pass('8m');
    expect(world.paged()).toEqual(['0 ana', '1 ana', '2 ana', '5 ben', '10 cara']);
  });

  it('is shown on the page behind the link as acknowledged by whom, and that others are told all the same', async () => {
    const world = await World.withPolicy({ levels });
    await world.alarm();
    const link = world.messages[0]?.ackUrl ?? '';
    const open = async (method: string): Promise<string> => (await world.app.fetch(new Request(link, { method }))).text();
    expect(await open('GET')).toContain('Open. Nobody has acknowledged it yet.');
    for (const page of [await open('POST'), await open('GET')]) {
      expect(page).toContain('Acknowledged by Ana, Mon 2 Mar 2026, ');
      expect(page).toContain('The levels after this one are told all the same.');
      expect(page).not.toContain('Nobody has acknowledged');
    }
  });

  it('a later level that does stop is stopped by its own acknowledgement, by the same person too', async () => {
    const world = await World.withPolicy({ levels, ...never });
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    await world.pass('6m');
    expect(await world.act(incidentId, 'acknowledge', { by: 'user:ana' })).toMatchObject({ http: 200, state: 'acknowledged' });
    await world.pass('1h');
    expect(world.paged()).toEqual(['0 ana', '5 ben']);
  });

  it('takes the acknowledgements of several people, each of them once', async () => {
    const world = await World.withPolicy({ levels });
    const { incidentId } = await world.alarm();
    for (const by of ['user:ana', 'user:ana', 'user:ben'])
      expect(await world.act(incidentId, 'acknowledge', { by })).toMatchObject({ http: 200 });
    expect((await world.timeline(incidentId)).filter((type) => type === 'acknowledged')).toHaveLength(2);
  });

  it('takes one from the same person anew for each such level, and keeps it while others are told', async () => {
    const both = [levels[0], { ...ben, stopOnAck: false }, cara];
    const world = await World.withPolicy({ levels: both });
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    await world.pass('6m');
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    expect((await world.timeline(incidentId)).filter((type) => type === 'acknowledged')).toHaveLength(2);
    expect(await world.act(incidentId, 'reassign', { to: ['user:lead'] })).toMatchObject({ state: 'active', acknowledgedBy: 'user:ana' });
  });

  it('ends the reminders to the catch-all all the same', async () => {
    const world = await World.withPolicy({ levels: [{ targets: [], stopOnAck: false }], exhaustedAfter: '10h' });
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:lead' });
    await world.pass('9h');
    expect(world.paged()).toEqual(['0 lead']);
  });

  it('has no acknowledgement timeout: the levels are what follows', async () => {
    const world = await World.withPolicy({ levels: [levels[0]], exhaustedAfter: '3h', acknowledgementTimeout: '10m' });
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    await world.pass('2h59m');
    expect(world.paged()).toEqual(['0 ana']);
  });
});

describe('a level that needs no acknowledgement [T-039]', () => {
  it('is the last by time: having told is enough, and the incident stays active until it is resolved', async () => {
    const world = await World.withPolicy({ levels: [{ ...ana, requireAck: false, repeat: { count: 1, every: '5m' } }, ben] });
    const { incidentId } = await world.alarm();
    await world.pass('24h');
    expect(world.paged()).toEqual(['0 ana', '5 ana']);
    expect(await world.show(incidentId)).toMatchObject({ state: 'active', nextEscalationAt: null });
    expect(await world.act(incidentId, 'resolve')).toMatchObject({ http: 200, state: 'resolved' });
  });

  it('still gives way to the next at once when it reaches nobody', async () => {
    const world = await World.withPolicy({ levels: [{ targets: [], requireAck: false }, ben] });
    await world.alarm();
    expect(world.paged()).toEqual(['0 ben']);
  });

  it('still lets a person ask for the next level', async () => {
    const world = await World.withPolicy({ levels: [{ ...ana, requireAck: false }, ben] });
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'escalate');
    expect(world.paged()).toEqual(['0 ana', '0 ben']);
  });
});
