import { describe, expect, it } from 'vitest';
import { makeExplain } from '../../shared/app/explain.ts';
import { night, signal } from '../fixtures.ts';
import { example, phone, World } from '../world.ts';

describe('explaining a signal: what would happen, without sending', () => {
  it('foresees the very pages that the alarm then brings', async () => {
    const world = await World.withConfig();
    const explained = await makeExplain(world.ports, world.app.configuration)(signal());
    if (explained === 'unknown-service') throw new Error(explained);
    const foreseen = explained.steps.flatMap((step) =>
      step.notifications.map((one) => `${String(one.afterSeconds / 60)} ${one.person} ${one.channel}`),
    );
    expect(world.messages).toEqual([]);
    expect(await world.stores.incidents.countUnfinished()).toBe(0);
    await world.alarm();
    await world.pass(`${String(explained.steps.at(-1)?.afterSeconds)}s`);
    const seen = world.messages.map((message) => `${String((message.at - night) / 60_000)} ${message.person} ${message.channel}`);
    expect(seen.length).toBeGreaterThan(16);
    expect(new Set(foreseen)).toEqual(new Set(seen));
    expect(explained).toMatchObject({ outcome: 'created', policy: 'default', policyVersion: 1 });
    expect(explained.steps.map((step) => step.type).slice(-2)).toEqual(['exhausted', 'catchAllTold']);
  });

  it('says why nothing would come of it', async () => {
    const world = await World.withConfig(example.replace('- id: default', '- id: default\n    severities: [critical]'));
    expect(await makeExplain(world.ports, world.app.configuration)(signal({ severity: 'low' }))).toMatchObject({
      outcome: 'declined',
      reason: 'severity',
      steps: [],
    });
  });

  it('names the open incident that it would be merged into', async () => {
    const world = await World.withConfig();
    const { incidentId } = await world.alarm();
    expect(await makeExplain(world.ports, world.app.configuration)(signal())).toMatchObject({ outcome: 'merged', incidentId });
    expect(world.received(phone.ana)).toHaveLength(1);
  });
});

describe('the figures of a span of time', () => {
  it('counts what became of its incidents, and how long people took', async () => {
    const world = await World.withConfig();
    const first = await world.alarm({ dedupKey: 'a' });
    await world.alarm({ dedupKey: 'b' });
    await world.pass('4m');
    await world.act(first.incidentId, 'acknowledge', { by: 'user:ana' });
    await world.pass('6m');
    await world.act(first.incidentId, 'resolve', { by: 'user:ana' });
    expect(await world.request('GET', '/v1/stats')).toMatchObject({
      total: 2,
      active: 1,
      resolved: 1,
      timedOut: 0,
      acknowledgementRate: 0.5,
      acknowledgementPercent: 50,
      meanSecondsToAcknowledge: 240,
      meanSecondsToResolve: 600,
    });
    expect(await world.request('GET', '/v1/stats?from=2030-01-01T00:00:00Z')).toMatchObject({ total: 0, acknowledgementRate: null });
    const began = '2026-03-02T02:00:00.000Z';
    expect(await world.request('GET', `/v1/stats?from=${began}&to=2026-03-02T02:00:00.001Z`)).toMatchObject({ total: 2 });
    expect(await world.request('GET', `/v1/stats?to=${began}`)).toMatchObject({ total: 0 });
    expect(await world.request('GET', '/v1/stats?from=yesterday')).toMatchObject({ http: 422 });
  });
});
