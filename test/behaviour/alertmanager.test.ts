import { describe, expect, it } from 'vitest';
import { bodyOfFixture } from '../contract/format-bodies.ts';
import type { World } from '../world.ts';
import { ingest, outcomes, withKey, type Senders } from './ingest-world.ts';

const send = (world: Senders, fixture: string, query = ''): Promise<readonly Record<string, unknown>[]> =>
  ingest(world, `alertmanager${query}`, bodyOfFixture('alertmanager', fixture));

/** The alert of one host, firing since then; with an end, resolved. */
const alert = (startsAt: string, endsAt = '0001-01-01T00:00:00Z', change: object = {}): object => ({
  status: endsAt.startsWith('0001') ? 'firing' : 'resolved',
  alerts: [
    {
      status: endsAt.startsWith('0001') ? 'firing' : 'resolved',
      labels: { alertname: 'InstanceDown', instance: 'web-1', severity: 'critical' },
      annotations: { summary: 'web-1 does not answer' },
      startsAt,
      endsAt,
      fingerprint: '2ab9d1d9f2e4d5c1',
      ...change,
    },
  ],
  version: '4',
  groupKey: '{}:{alertname="InstanceDown"}',
});

describe('Alertmanager’s webhook', () => {
  it('starts an incident for each alert that fires, and pages with its summary as the title', async () => {
    const world = await withKey();
    const results = await send(world, 'two-firing.json');
    expect(results).toEqual([
      expect.objectContaining({ status: 'accepted', outcome: 'created', dedupKey: 'd21aeb3e260cc574' }),
      expect.objectContaining({ status: 'accepted', outcome: 'created', dedupKey: '4f41e63e1ac52afe' }),
    ]);
    expect(await world.open()).toHaveLength(2);
    expect(world.messages[0]?.text).toContain('Error rate of checkout on web-1:9100 is above 5%');
  });

  it('shows what the alert says: severity, labels, description and links', async () => {
    const world = await withKey();
    const [first] = await send(world, 'two-firing.json');
    expect(await world.show(String(first?.['incidentId']))).toMatchObject({
      severity: 'critical',
      severityText: 'critical',
      source: 'web-1:9100',
      type: 'HighErrorRate',
      description: '12% of the requests failed in the last 5 minutes.',
      labels: { alertname: 'HighErrorRate', environment: 'production', instance: 'web-1:9100', job: 'checkout', severity: 'critical' },
      links: [
        { href: 'https://runbooks.example/high-error-rate', text: 'Runbook' },
        { href: 'https://grafana.example/d/checkout', text: 'Dashboard' },
        { href: 'https://prometheus.example/graph?g0.expr=rate%28errors%5B5m%5D%29&g0.tab=1', text: 'Query' },
        { href: 'https://alertmanager.example', text: 'Alertmanager' },
      ],
    });
  });

  it('merges the repeats that Alertmanager sends while an alert goes on', async () => {
    const world = await withKey();
    await send(world, 'two-firing.json');
    const pages = world.messages.length;
    expect(outcomes(await send(world, 'two-firing.json'))).toEqual(['merged', 'merged']);
    expect(world.messages).toHaveLength(pages);
  });

  it('resolves the alert that is over and leaves its neighbour open', async () => {
    const world = await withKey();
    const [first, second] = await send(world, 'two-firing.json');
    await send(world, 'one-resolved.json');
    expect(await world.show(String(first?.['incidentId']))).toMatchObject({ state: 'resolved', resolvedBy: 'monitor' });
    expect(await world.open()).toEqual([second?.['incidentId']]);
    await send(world, 'last-resolved.json');
    expect(await world.open()).toEqual([]);
  });

  it('pages anew when an alert fires again after it was resolved', async () => {
    const world = await withKey();
    const [first] = await ingest(world, 'alertmanager', alert('2026-01-05T08:00:00Z'));
    await ingest(world, 'alertmanager', alert('2026-01-05T08:00:00Z', '2026-01-05T08:10:00Z'));
    const [again] = await ingest(world, 'alertmanager', alert('2026-01-05T08:20:00Z'));
    expect(again).toMatchObject({ outcome: 'created', dedupKey: '2ab9d1d9f2e4d5c1' });
    expect(again?.['incidentId']).toBe(String(first?.['incidentId']).replace(/-1$/, '-2'));
  });

  describe('given an alert that was resolved, a firing with the instant at which it first began', () => {
    const resolved = alert('2026-01-05T08:00:00Z', '2026-01-05T08:10:00Z');
    const sameAgain = alert('2026-01-05T08:00:00Z');
    const once = async (): Promise<Senders> => {
      const world = await withKey();
      await ingest(world, 'alertmanager', sameAgain);
      await ingest(world, 'alertmanager', resolved);
      return world;
    };

    it('waits for a minute, and pages then: its source was lost and is back, and the next repeat may be hours away', async () => {
      const world = await once();
      await world.pass('30s');
      expect(outcomes(await ingest(world, 'alertmanager', sameAgain))).toEqual(['held stale']);
      await world.pass('20s');
      expect(outcomes(await ingest(world, 'alertmanager', sameAgain))).toEqual(['held stale']);
      expect(world.paged()).toEqual(['0 ana']);
      await world.pass('10s');
      expect(world.paged()).toEqual(['0 ana', '1 ana']);
      expect(outcomes(await ingest(world, 'alertmanager', sameAgain))).toEqual(['merged']);
      await ingest(world, 'alertmanager', alert('2026-01-05T08:00:00Z', '2026-01-05T08:20:00Z'));
      expect(await world.open()).toEqual([]);
    });

    it('waits the whole minute, however often the worker looks meanwhile', async () => {
      const world = await once();
      await ingest(world, 'alertmanager', sameAgain);
      for (const { key, generation } of await world.stores.incidents.due(world.now + 3_600_000, 10))
        await world.ports.queue.nudge({ key, generation });
      await world.settled();
      expect(world.paged()).toEqual(['0 ana']);
      await world.pass('1m');
      expect(world.paged()).toEqual(['0 ana', '1 ana']);
    });

    it('waits the whole minute though a mute ends before it, and on where the mute ends after it', async () => {
      const world = await once();
      await world.request('POST', '/v1/services/checkout/mute', { for: '5s' });
      await ingest(world, 'alertmanager', sameAgain);
      await world.pass('30s');
      expect(world.paged()).toEqual(['0 ana']);
      await world.request('POST', '/v1/services/checkout/mute', { for: '90s' });
      await world.pass('80s');
      expect(outcomes(await ingest(world, 'alertmanager', sameAgain))).toEqual(['held muted']);
      await world.pass('10s');
      expect(world.paged()).toEqual(['0 ana', '2 ana']);
    });

    it('waits the whole minute though another incident ends and makes room', async () => {
      const world = await withKey({ settings: { catchAll: ['user:ana'], maxOpen: 1 } });
      await ingest(world, 'alertmanager', sameAgain);
      await ingest(world, 'alertmanager', resolved);
      const other = await world.alarm({ dedupKey: 'other' });
      expect(outcomes(await ingest(world, 'alertmanager', sameAgain))).toEqual(['held stale']);
      await world.act(other.incidentId, 'resolve', { by: 'user:ana' });
      expect(world.paged()).toEqual(['0 ana', '0 ana']);
      await world.pass('1m');
      expect(world.paged()).toEqual(['0 ana', '0 ana', '1 ana']);
    });

    it('pages nobody when a resolve follows within that minute: it had only been overtaken on its way', async () => {
      const world = await once();
      await ingest(world, 'alertmanager', sameAgain);
      await ingest(world, 'alertmanager', resolved);
      await world.pass('1h');
      expect(world.paged()).toEqual(['0 ana']);
      expect(await world.open()).toEqual([]);
    });

    it('pages at once when it comes later', async () => {
      const world = await once();
      await world.pass('61s');
      expect(outcomes(await ingest(world, 'alertmanager', sameAgain))).toEqual(['created']);
    });

    it('is ignored where the alert has begun anew meanwhile', async () => {
      const world = await once();
      await ingest(world, 'alertmanager', alert('2026-01-05T08:20:00Z'));
      expect(outcomes(await ingest(world, 'alertmanager', sameAgain))).toEqual(['ignored stale']);
    });
  });

  it('takes the zero time for no instant at all, so that arrival order counts', async () => {
    const world = await withKey();
    const zero = '0001-01-01T00:00:00Z';
    await ingest(world, 'alertmanager', alert('2026-01-05T08:00:00Z'));
    expect(outcomes(await ingest(world, 'alertmanager', alert(zero, zero, { status: 'resolved' })))).toEqual(['merged']);
    expect(await world.open()).toEqual([]);
  });

  it('gives an unknown severity that of the service, and keeps the word', async () => {
    const world = await withKey({ services: [{ id: 'checkout', policy: 'default', severity: 'low' }] });
    const [first] = await send(world, 'truncated-firing.json');
    expect(await world.show(String(first?.['incidentId']))).toMatchObject({ severity: 'low', severityText: 'page' });
  });

  it('titles an alert without a summary by its name and the labels that tell most', async () => {
    const world = await withKey();
    const [first] = await send(world, 'truncated-firing.json');
    expect(await world.show(String(first?.['incidentId']))).toMatchObject({
      title: 'DiskFillsUp (job=node, instance=db-1:9100, device=/dev/sda1)',
    });
  });

  it('lists the alerts that were left out of the body, and says so on those that were not', async () => {
    const world = await withKey();
    const results = await send(world, 'truncated-firing.json');
    expect(outcomes(results)).toEqual(['created', 'created', 'ignored truncated-alerts']);
    expect(await world.show(String(results[0]?.['incidentId']))).toMatchObject({ details: { truncatedAlerts: 1 } });
    expect((await world.stores.declined.list(null, 10)).map(({ action, title }) => `${action}: ${title}`)).toEqual([
      'record: 1 alert was left out by the sender (max_alerts)',
    ]);
  });

  it('knows an alert without a fingerprint by its labels, firing and resolved', async () => {
    const world = await withKey();
    const none = { fingerprint: undefined };
    const [first] = await ingest(world, 'alertmanager', alert('2026-01-05T08:00:00Z', undefined, none));
    const [last] = await ingest(world, 'alertmanager', alert('2026-01-05T08:00:00Z', '2026-01-05T08:10:00Z', none));
    expect(last).toMatchObject({ outcome: 'merged', dedupKey: first?.['dedupKey'], incidentId: first?.['incidentId'] });
  });

  it('lists an entry that is no alert and still pages for the others', async () => {
    const world = await withKey();
    const { alerts } = { alerts: [], ...alert('2026-01-05T08:00:00Z') };
    expect(outcomes(await ingest(world, 'alertmanager', { alerts: [null, ...alerts, 'x'] }))).toEqual([
      'created',
      'ignored unreadable-alert',
      'ignored unreadable-alert',
    ]);
  });
});

describe('Alertmanager’s webhook with ?group=true', () => {
  const grouped = (world: World & Senders, fixture: string) => send(world, fixture, '?group=true');

  it('makes one incident of a group, of its worst severity, and names what fires', async () => {
    const world = await withKey();
    const results = await grouped(world, 'two-firing.json');
    expect(results).toHaveLength(1);
    expect(await world.show(String(results[0]?.['incidentId']))).toMatchObject({
      title: 'Error rate of checkout on web-1:9100 is above 5% and 1 more alert',
      severity: 'critical',
      dedupKey: '{}/{alertname!="DiskFillsUp"}:{alertname="HighErrorRate"}',
      description: '- Error rate of checkout on web-1:9100 is above 5%\n- Error rate of checkout on web-2:9100 is above 5%',
      labels: { alertname: 'HighErrorRate', environment: 'production', job: 'checkout' },
      details: { firing: 2 },
    });
  });

  it('resolves only when every alert of the group is resolved', async () => {
    const world = await withKey();
    const [first] = await grouped(world, 'two-firing.json');
    expect(outcomes(await grouped(world, 'one-resolved.json'))).toEqual(['merged']);
    expect(await world.open()).toEqual([first?.['incidentId']]);
    await grouped(world, 'last-resolved.json');
    expect(await world.open()).toEqual([]);
  });

  it('does not resolve a group of which alerts were left out: they may still fire', async () => {
    const world = await withKey();
    const [first] = await grouped(world, 'truncated-firing.json');
    expect(outcomes(await grouped(world, 'truncated-resolved.json'))).toEqual(['ignored truncated-alerts']);
    expect(await world.open()).toEqual([first?.['incidentId']]);
  });

  it('pages for an alert that joins a resolved group, though it began before the end (its silence is over)', async () => {
    const world = await withKey();
    await ingest(world, 'alertmanager?group=true', alert('2026-01-05T08:05:00Z'));
    await ingest(world, 'alertmanager?group=true', alert('2026-01-05T08:05:00Z', '2026-01-05T08:10:00Z'));
    const joining = alert('2026-01-05T08:00:00Z', undefined, { fingerprint: '9999d1d9f2e4d5c1' });
    expect(outcomes(await ingest(world, 'alertmanager?group=true', joining))).toEqual(['created']);
  });
});
