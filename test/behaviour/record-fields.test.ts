import { describe, expect, it } from 'vitest';
import { World } from '../world.ts';

const levels = [
  { targets: ['user:ana'], label: 'primary' },
  { delay: '5m', targets: ['user:ben'], label: 'secondary' },
];
const about = {
  title: 'checkpoint orders failed',
  description: '12 of 40 expectations did not hold',
  severity: 'high',
  severityText: 'P1',
  source: 'truthound',
  type: 'data-quality',
  dedupKey: 'run-4711',
  context: { checkpoint: 'orders', issues: 12 },
  details: { columns: ['amount'] },
  labels: { stage: 'live' },
} as const;

describe('what an incident shows of itself', () => {
  it('who it is, what the sender said, and by which policy it goes [T-066] [T-071] [T-073] [T-074] [T-075] [T-088] [T-089] [R-081] [H-032] [H-036]', async () => {
    const world = await World.withPolicy({ levels });
    const { outcome, incidentId } = await world.alarm(about);
    expect(outcome).toBe('created');
    expect(await world.show(incidentId)).toMatchObject({
      ...about,
      id: incidentId,
      service: 'checkout',
      policy: 'default',
      policyVersion: 1,
      level: 1,
      levelLabel: 'primary',
      cycle: 0,
      state: 'active',
    });
  });

  it('begins with nothing done yet [T-076] [T-078] [T-080] [T-081] [T-082] [T-083] [T-085] [T-086]', async () => {
    const world = await World.withPolicy({ levels: [{ targets: ['user:ana'], delay: '5m' }] });
    const { incidentId } = await world.alarm();
    expect(await world.show(incidentId)).toMatchObject({
      state: 'pending',
      createdAt: '2026-03-02T02:00:00.000Z',
      nextEscalationAt: '2026-03-02T02:05:00.000Z',
      acknowledgedAt: null,
      acknowledgedBy: null,
      resolvedAt: null,
      resolvedBy: null,
      endReason: null,
      escalationCount: 0,
      notificationCount: 0,
      occurrences: 1,
      isActive: true,
    });
  });

  it('counts levels after the first and messages handed over, and says when it last changed [T-079] [T-085] [T-086] [T-084]', async () => {
    const world = await World.withPolicy({ levels });
    const { incidentId } = await world.alarm();
    await world.pass('5m');
    expect(await world.show(incidentId)).toMatchObject({
      level: 2,
      levelLabel: 'secondary',
      escalationCount: 1,
      notificationCount: 2,
      createdAt: '2026-03-02T02:00:00.000Z',
      updatedAt: '2026-03-02T02:05:00.000Z',
      nextEscalationAt: '2026-03-02T02:20:00.000Z',
    });
  });

  it('who acknowledged and resolved, when, and how long it took [T-080] [T-081] [T-082] [T-083] [T-090] [T-091] [T-092] [T-093] [P-058]', async () => {
    const world = await World.withPolicy({ levels });
    const { incidentId } = await world.alarm();
    await world.pass('90s');
    expect(await world.show(incidentId)).toMatchObject({ isActive: true, durationSeconds: 90, acknowledgedAt: null });
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    expect(await world.show(incidentId)).toMatchObject({
      state: 'acknowledged',
      acknowledgedAt: '2026-03-02T02:01:30.000Z',
      acknowledgedBy: 'user:ana',
      isActive: true,
    });
    await world.pass('30s');
    await world.act(incidentId, 'resolve', { by: 'user:ben' });
    await world.pass('1h');
    expect(await world.show(incidentId)).toMatchObject({
      state: 'resolved',
      acknowledgedBy: 'user:ana',
      resolvedAt: '2026-03-02T02:02:00.000Z',
      resolvedBy: 'user:ben',
      durationSeconds: 120,
      isActive: false,
    });
  });

  it('everything that happened, in order, with when and by whom [T-087] [H-034] [R-099]', async () => {
    const world = await World.withPolicy({ levels });
    const { incidentId } = await world.alarm();
    await world.pass('5m');
    await world.act(incidentId, 'acknowledge', { by: 'user:ben', note: 'on it' });
    await world.act(incidentId, 'resolve', { by: 'user:ben' });
    const { events } = await world.request('GET', `/v1/incidents/${String(incidentId)}/timeline`);
    if (!Array.isArray(events)) throw new Error('no timeline');
    expect(events.filter(({ type }: { type: string }) => type !== 'outcomeTold')).toMatchObject([
      { seq: 1, at: '2026-03-02T02:00:00.000Z', type: 'triggered', policy: 'default' },
      { seq: 2, type: 'levelFired', level: 1, label: 'primary' },
      { seq: 3, type: 'notificationSent', person: 'ana', channel: 'sms' },
      { seq: 4, at: '2026-03-02T02:05:00.000Z', type: 'levelFired', level: 2, label: 'secondary' },
      { seq: 5, type: 'notificationSent', person: 'ben' },
      { seq: 6, type: 'acknowledged', by: 'user:ben', note: 'on it' },
      { seq: 8, type: 'resolved', by: 'user:ben' },
    ]);
  });
});

describe('finding incidents [T-072] [H-034]', () => {
  it('those that still need somebody, by policy and by service', async () => {
    const world = await World.withPolicy({ levels });
    const { incidentId: first } = await world.alarm({ dedupKey: 'a' });
    const { incidentId: second } = await world.alarm({ dedupKey: 'b' });
    await world.act(first, 'resolve');
    expect(await world.open()).toEqual([second]);
    for (const query of ['policy=default', 'service=checkout', 'state=active', 'state=open&policy=default']) {
      const { incidents } = await world.request('GET', `/v1/incidents?${query}`);
      expect([query, incidents]).toMatchObject([query, expect.arrayContaining([expect.objectContaining({ id: second })])]);
    }
    expect(await world.request('GET', '/v1/incidents?policy=another')).toMatchObject({ incidents: [] });
    expect(await world.request('GET', '/v1/incidents?state=resolved')).toMatchObject({ incidents: [{ id: first }] });
  });
});

describe('a provider that fails does not stop the incident [P-046] [T-064]', () => {
  it('the alarm is accepted, others are told, and the failure stands in the timeline', async () => {
    const world = await World.withPolicy({ levels: [{ targets: ['user:ana', 'email:ops@example.com'] }, ...levels.slice(1)] });
    world.provider = ({ channel }) => (channel === 'sms' ? 'throw' : null);
    const { outcome, incidentId } = await world.alarm();
    expect(outcome).toBe('created');
    expect(world.pages()).toEqual(['0 ops@example.com']);
    expect(await world.timeline(incidentId)).toContain('notificationFailed');
    world.provider = () => null;
    await world.pass('5m');
    expect(world.paged()).toContain('5 ben');
  });
});
