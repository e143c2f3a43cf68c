import { describe, expect, it } from 'vitest';
import { bodyOfFixture } from '../contract/format-bodies.ts';
import { ingest, outcomes, withKey, type Senders } from './ingest-world.ts';

const send = (world: Senders, fixture: string): Promise<readonly Record<string, unknown>[]> =>
  ingest(world, 'grafana', bodyOfFixture('grafana', fixture));

describe('Grafana’s webhook contact point', () => {
  it('pages for an alert, merges its repeats and resolves it', async () => {
    const world = await withKey();
    const [first] = await send(world, 'firing.json');
    expect(first).toMatchObject({ status: 'accepted', outcome: 'created', dedupKey: 'c6eadffa33fcdf37' });
    expect(world.messages[0]?.text).toContain('db-1 is running out of memory');
    expect(outcomes(await send(world, 'firing.json'))).toEqual(['merged']);
    await send(world, 'resolved.json');
    expect(await world.show(String(first?.['incidentId']))).toMatchObject({ state: 'resolved', occurrences: 2 });
  });

  it('shows severity, labels, measured values and the links to panel, dashboard, rule, picture and silence', async () => {
    const world = await withKey();
    const [first] = await send(world, 'firing.json');
    const shown = await world.show(String(first?.['incidentId']));
    expect(shown).toMatchObject({
      severity: 'critical',
      source: 'db-1:9100',
      labels: { team: 'blue', grafana_folder: 'Hosts' },
      details: { receiver: 'tocsin', values: { B: 94.25, C: 1 } },
    });
    const texts = Array.isArray(shown['links']) ? shown['links'].map(({ text }: { text: unknown }) => text) : [];
    expect(texts).toEqual(['Runbook', 'Panel', 'Dashboard', 'Alert rule', 'Picture', 'Silence', 'Grafana']);
  });

  it('takes bodies of version 9, without values and with empty links', async () => {
    const world = await withKey();
    const results = await send(world, 'two-firing-v9.json');
    expect(outcomes(results)).toEqual(['created', 'created']);
    expect(await world.show(String(results[1]?.['incidentId']))).toMatchObject({
      title: 'High CPU usage (team=blue, zone=eu-1)',
      severity: 'high',
      details: { values: "[ metric='' labels={} value=47043.702386305304 ]" },
    });
  });

  it('pages when a rule has no data or cannot be evaluated, and says so in place of the rule’s own summary', async () => {
    const world = await withKey();
    const [noData] = await send(world, 'no-data.json');
    const [error] = await send(world, 'error.json');
    expect(await world.show(String(noData?.['incidentId']))).toMatchObject({ title: 'No data: High memory usage' });
    expect(await world.show(String(error?.['incidentId']))).toMatchObject({
      title: 'Rule cannot be evaluated: High memory usage',
      description:
        '[sse.dataQueryError] failed to execute query [A]: dial tcp: lookup prometheus: no such host\ndb-1 is running out of memory',
    });
    await send(world, 'no-data-resolved.json');
    expect(await world.open()).toEqual([error?.['incidentId']]);
  });

  it('says so too where the rule itself alerts because there is no data', async () => {
    const world = await withKey();
    const labels = { alertname: 'Queue length', service: 'orders' };
    const annotations = { summary: 'The queue is too long', grafana_state_reason: 'NoData' };
    const [first] = await ingest(world, 'grafana', { alerts: [{ status: 'firing', labels, annotations, fingerprint: 'f1' }] });
    expect(await world.show(String(first?.['incidentId']))).toMatchObject({
      title: 'No data: Queue length (service=orders)',
      description: 'The queue is too long',
    });
  });
});

describe('The webhook of Grafana’s dashboard alerts (up to version 8)', () => {
  it('pages when a rule alerts, and resolves when it is ok again', async () => {
    const world = await withKey();
    const [first] = await send(world, 'dashboard-alerting.json');
    expect(first).toMatchObject({ outcome: 'created', dedupKey: 'grafana-rule-1-1' });
    expect(await world.show(String(first?.['incidentId']))).toMatchObject({
      title: 'Panel Title alert (tag name=tag value)',
      description: 'Notification Message',
      details: { evalMatches: [{ value: 1, metric: 'Count', tags: {} }] },
    });
    await send(world, 'dashboard-ok.json');
    expect(await world.open()).toEqual([]);
  });

  it('pages for a rule without data, and only lists one that is paused', async () => {
    const world = await withKey();
    expect(outcomes(await send(world, 'dashboard-paused.json'))).toEqual(['ignored paused']);
    expect(await world.open()).toEqual([]);
    const [first] = await send(world, 'dashboard-no-data.json');
    expect(await world.show(String(first?.['incidentId']))).toMatchObject({ title: 'No data: Panel Title alert (tag name=tag value)' });
  });
});
