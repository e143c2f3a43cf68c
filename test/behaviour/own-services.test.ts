import { describe, expect, it } from 'vitest';
import { formatIncidentId } from '../../shared/domain/incident-id.ts';
import { incidentKey } from '../../shared/app/incident-key.ts';
import { phone, type World } from '../world.ts';
import { bodyOf } from './http-world.ts';
import { withKey, type Senders } from './ingest-world.ts';

/** An event sent with the ingest key of checkout, and everything that it sets off at once. */
async function send(world: Senders, event: object): Promise<Record<string, unknown>> {
  const response = await world.app.fetch(
    new Request('http://tocsin.test/v1/events', {
      method: 'POST',
      headers: { authorization: `Bearer ${world.ingestKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(event),
    }),
  );
  await world.settled();
  const answer = await bodyOf(response);
  if (response.status !== 202) throw new Error(JSON.stringify(answer));
  return answer;
}

const shown = (world: World, answer: Record<string, unknown>): Promise<Record<string, unknown>> => world.show(String(answer['incidentId']));

describe('a pipeline whose runs have ids', () => {
  interface Run {
    readonly id: string;
    readonly checkpoint: string;
    readonly severity: string;
    readonly issues: number;
  }

  const failed = ({ id, checkpoint, severity, issues }: Run): object => ({
    dedupKey: `run/${id}`,
    title: `Checkpoint ${checkpoint} failed: ${String(issues)} issues`,
    ...{ severity, source: checkpoint, type: 'checkpoint-failed' },
    context: { severity, checkpoint, issues },
  });
  const nightly: Run = { id: '20260302-0200', checkpoint: 'nightly-orders', severity: 'critical', issues: 7 };

  it('[T-128] starts an escalation when a run fails, under an id made from the id of the run, with severity, name and number of issues', async () => {
    const world = await withKey();
    const answer = await send(world, failed(nightly));
    const id = formatIncidentId({ key: incidentKey('checkout', 'run/20260302-0200'), generation: 1 });
    expect(answer).toEqual({ status: 'accepted', outcome: 'created', dedupKey: 'run/20260302-0200', incidentId: id });
    expect(await world.show(id)).toMatchObject({
      ...{ state: 'active', severity: 'critical', source: 'nightly-orders', title: 'Checkpoint nightly-orders failed: 7 issues' },
      context: { severity: 'critical', checkpoint: 'nightly-orders', issues: 7 },
    });
    expect(world.received(phone.ana)).toEqual([expect.stringContaining('[CRIT] checkout: Checkpoint nightly-orders failed: 7 issues')]);
  });

  it('[T-128] pages once for a run however often it reports, and anew for the next run', async () => {
    const world = await withKey();
    const first = await send(world, failed(nightly));
    expect(await send(world, failed(nightly))).toMatchObject({ outcome: 'merged', incidentId: first['incidentId'] });
    const next = await send(world, failed({ ...nightly, id: '20260303-0200' }));
    expect(next).toMatchObject({ outcome: 'created' });
    expect(next['incidentId']).not.toBe(first['incidentId']);
    expect(world.paged()).toEqual(['0 ana', '0 ana']);
  });
});

describe('a trading system whose alerts have fields of their own', () => {
  interface Alert {
    readonly alert_id: string;
    readonly severity: 'CRITICAL' | 'WARN' | 'INFO';
    readonly alert_type: 'RISK' | 'EXECUTION' | 'SYSTEM';
    readonly summary: string;
    readonly details?: object;
    readonly symbol?: string;
    readonly session_id?: string;
    readonly created_at: string;
  }

  /** As the documentation says it. */
  const eventOf = ({ alert_id, severity, alert_type, summary, details, symbol, session_id, created_at }: Alert): object => ({
    ...{ dedupKey: alert_id, severity, type: alert_type, title: summary, details, occurredAt: created_at },
    labels: { ...(symbol === undefined ? {} : { symbol }), ...(session_id === undefined ? {} : { session: session_id }) },
  });
  const bare: Alert = {
    ...{ alert_id: 'a-0', severity: 'CRITICAL', alert_type: 'RISK', summary: 'Drawdown limit breached' },
    created_at: '2026-03-02T01:59:58.250Z',
  };
  const drawdown: Alert = {
    ...bare,
    ...{ alert_id: 'a-1', symbol: 'BTC/EUR', session_id: 'live-7', details: { limit: 0.1, drawdown: 0.125 } },
  };
  const raise = (world: Senders, change: Partial<Alert> = {}): Promise<Record<string, unknown>> =>
    send(world, eventOf({ ...drawdown, ...change }));

  it('[P-010] has one incident for each alert id', async () => {
    const world = await withKey();
    const first = await raise(world);
    const second = await raise(world, { alert_id: 'a-2' });
    expect([first['outcome'], second['outcome']]).toEqual(['created', 'created']);
    expect(await shown(world, first)).toMatchObject({ dedupKey: 'a-1', occurrences: 1 });
    expect(await shown(world, second)).toMatchObject({ dedupKey: 'a-2', occurrences: 1 });
  });

  it.each([
    ['CRITICAL', 'critical', '[CRIT]'],
    ['WARN', 'medium', '[MED]'],
    ['INFO', 'info', '[INFO]'],
  ] as const)('[P-011] may say %s: that is %s, and its own word is kept', async (severity, ours, onThePhone) => {
    const world = await withKey();
    expect(await shown(world, await raise(world, { severity }))).toMatchObject({ severity: ours, severityText: severity });
    expect(world.received(phone.ana)).toEqual([expect.stringContaining(`${onThePhone} checkout: Drawdown limit breached`)]);
  });

  it.each(['RISK', 'EXECUTION', 'SYSTEM'] as const)('[P-012] may be of the type %s', async (alert_type) => {
    const world = await withKey();
    expect(await shown(world, await raise(world, { alert_type }))).toMatchObject({ type: alert_type });
  });

  it('[P-013] is known by its summary', async () => {
    const world = await withKey();
    expect(await shown(world, await raise(world))).toMatchObject({ title: 'Drawdown limit breached' });
    expect(world.received(phone.ana)).toEqual([expect.stringContaining('checkout: Drawdown limit breached (L1)')]);
  });

  it('[P-014] keeps its details as they are, and needs none', async () => {
    const world = await withKey();
    expect(await shown(world, await raise(world))).toMatchObject({ details: { limit: 0.1, drawdown: 0.125 } });
    expect(await shown(world, await send(world, eventOf(bare)))).toMatchObject({ details: {} });
  });

  it('[P-015] [P-016] keeps symbol and session as labels, and needs neither', async () => {
    const world = await withKey();
    expect(await shown(world, await raise(world))).toMatchObject({ labels: { symbol: 'BTC/EUR', session: 'live-7' } });
    expect(await shown(world, await send(world, eventOf(bare)))).toMatchObject({ labels: {} });
  });

  it('[P-017] is put in order by the instants at which its alerts were made, not at which they came', async () => {
    const world = await withKey();
    const id = String((await raise(world))['incidentId']);
    const { events } = await world.request('GET', `/v1/incidents/${id}/timeline`);
    expect(events).toMatchObject([{ type: 'triggered', occurredAt: '2026-03-02T01:59:58.250Z' }, {}, {}]);
    await send(world, { action: 'resolve', dedupKey: 'a-1', occurredAt: '2026-03-02T01:59:59Z' });
    expect(await raise(world)).toMatchObject({ outcome: 'ignored', reason: 'stale' });
    expect(await raise(world, { created_at: '2026-03-02T01:59:59.500Z' })).toMatchObject({ outcome: 'created' });
  });

  it('[P-061] wakes nobody a second time with an alert that it sends again', async () => {
    const world = await withKey();
    const first = await raise(world);
    for (let count = 0; count < 20; count += 1) {
      expect(await raise(world)).toMatchObject({ outcome: 'merged', incidentId: first['incidentId'] });
    }
    expect(world.paged()).toEqual(['0 ana']);
    expect(await shown(world, first)).toMatchObject({ occurrences: 21 });
  });
});
