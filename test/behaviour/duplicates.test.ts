import { beforeEach, describe, expect, it } from 'vitest';
import { World } from '../world.ts';

const policy = { levels: [{ targets: ['user:ana'] }, { delay: '5m', targets: ['user:ben'] }] };

describe('the same problem reported again', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.withPolicy(policy);
  });

  it('joins the open incident, is counted, and pages nobody by itself', async () => {
    const { incidentId } = await world.alarm();
    for (let count = 0; count < 25; count += 1) {
      expect(await world.alarm()).toEqual({ outcome: 'merged', reason: null, dedupKey: 'error-rate', incidentId });
    }
    expect(world.paged()).toEqual(['0 ana']);
    expect(await world.show(incidentId)).toMatchObject({ occurrences: 26, level: 1 });
  });

  it('joins an acknowledged incident too, without waking anybody', async () => {
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    expect(await world.alarm()).toMatchObject({ outcome: 'merged', incidentId });
    expect(await world.show(incidentId)).toMatchObject({ state: 'acknowledged', occurrences: 2 });
    expect(world.paged()).toEqual(['0 ana']);
  });

  it('another problem of the same service is another incident', async () => {
    const { incidentId } = await world.alarm();
    const other = await world.alarm({ dedupKey: 'latency' });
    expect(other).toMatchObject({ outcome: 'created' });
    expect(other.incidentId).not.toBe(incidentId);
  });

  it('does not replace the large details that the incident began with', async () => {
    const { incidentId } = await world.alarm({ details: { log: 'first '.repeat(400) } });
    await world.alarm({ details: { log: 'second '.repeat(400) } });
    const { details } = await world.show(incidentId);
    expect(details).toEqual({ log: 'first '.repeat(400) });
  });
});

describe('a signal delivered twice, because its answer was lost', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.withPolicy(policy);
  });

  it('a first trigger: the same answer, one incident, one page, one occurrence', async () => {
    const first = await world.alarm({}, 'delivery-1');
    expect(await world.alarm({}, 'delivery-1')).toEqual(first);
    expect(world.paged()).toEqual(['0 ana']);
    expect(await world.show(first.incidentId)).toMatchObject({ occurrences: 1 });
  });

  it('a day later still the same answer, whatever was done meanwhile', async () => {
    const first = await world.alarm({}, 'delivery-1');
    world.now += 23 * 3_600_000;
    await world.act(first.incidentId, 'acknowledge', { by: 'user:ana' });
    expect(await world.alarm({}, 'delivery-1')).toEqual(first);
    expect(await world.show(first.incidentId)).toMatchObject({ occurrences: 1 });
  });

  it('a repeated trigger: the same answer, counted once', async () => {
    await world.alarm();
    const merged = await world.alarm({}, 'delivery-2');
    expect(await world.alarm({}, 'delivery-2')).toEqual(merged);
    expect(await world.show(merged.incidentId)).toMatchObject({ occurrences: 2 });
  });

  it('a raise of the severity: raised once', async () => {
    await world.alarm({ severity: 'low' });
    const raised = await world.alarm({ severity: 'high' }, 'delivery-3');
    expect(await world.alarm({ severity: 'high' }, 'delivery-3')).toEqual(raised);
    expect((await world.timeline(raised.incidentId)).filter((type) => type === 'severityRaised')).toHaveLength(1);
  });

  it('a trigger whose incident is over by then opens no second one', async () => {
    const first = await world.alarm({}, 'delivery-4');
    await world.act(first.incidentId, 'resolve', { by: 'user:ana' });
    expect(await world.alarm({}, 'delivery-4')).toEqual(first);
    expect(await world.open()).toEqual([]);
  });

  it('a held trigger: the same answer, listed once, one incident in the end', async () => {
    await world.request('POST', '/v1/services/checkout/mute', { for: '1h' });
    const held = await world.alarm({}, 'delivery-5');
    expect(await world.alarm({}, 'delivery-5')).toEqual(held);
    expect(await world.declined()).toEqual(['held muted']);
    await world.pass('1h');
    expect(world.paged()).toEqual(['60 ana']);
  });

  it('a declined trigger: the same answer, listed once', async () => {
    const strict = await World.withPolicy({ ...policy, severities: ['critical'] });
    const declined = await strict.alarm({ severity: 'low' }, 'delivery-6');
    expect(await strict.alarm({ severity: 'low' }, 'delivery-6')).toEqual(declined);
    expect(await strict.declined()).toEqual(['declined severity']);
  });
});

describe('a request delivered twice with the same Idempotency-Key', () => {
  it('acts once and gets the same answer', async () => {
    const world = await World.withPolicy(policy);
    const { incidentId } = await world.alarm();
    for (const attempt of [1, 2]) {
      expect([attempt, await world.act(incidentId, 'notes', { note: 'looking' }, 'key-1')]).toMatchObject([attempt, { http: 200 }]);
      expect([attempt, await world.act(incidentId, 'escalate', {}, 'key-2')]).toMatchObject([attempt, { http: 200 }]);
    }
    expect((await world.timeline(incidentId)).filter((type) => type === 'noteAdded')).toHaveLength(1);
    expect(await world.show(incidentId)).toMatchObject({ level: 2 });
  });

  it('is refused with another body', async () => {
    const world = await World.withPolicy(policy);
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'notes', { note: 'one' }, 'key-1');
    expect(await world.act(incidentId, 'notes', { note: 'two' }, 'key-1')).toMatchObject({ http: 422 });
  });

  it('is known by the incident itself, should the kept answer be gone', async () => {
    const world = await World.withPolicy({
      levels: [{ targets: ['user:ana'] }, { delay: '5m', targets: ['user:ben'] }, { delay: '5m', targets: ['user:cara'] }],
    });
    const { incidentId } = await world.alarm();
    const incident = await world.incident(incidentId);
    const escalate = () =>
      world.app.acts(
        incident,
        { type: 'escalate', by: 'user:ana', reason: null, force: false, from: null },
        { id: 'command-1', body: 'a' },
      );
    for (let count = 0; count < 3; count += 1) {
      expect(await escalate()).toMatchObject({ kind: 'done' });
      await world.settled();
    }
    expect(world.paged()).toEqual(['0 ana', '0 ben']);
    const other = { id: 'command-1', body: 'b' };
    expect(await world.app.acts(incident, { type: 'note', by: 'user:ana', note: 'x' }, other)).toEqual({ kind: 'body-differs' });
  });
});
