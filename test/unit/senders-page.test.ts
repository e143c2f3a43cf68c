import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { alertmanagerFormat } from '../../shared/ingest/alertmanager.ts';
import { cloudwatchFormat } from '../../shared/ingest/cloudwatch.ts';
import { eventbridgeFormat } from '../../shared/ingest/eventbridge.ts';
import { parseEvent } from '../../shared/ingest/events.ts';
import type { ParsedBody } from '../../shared/ingest/format.ts';
import { parsePagerDutyEvent } from '../../shared/ingest/pagerduty.ts';
import { formats } from '../../shared/ingest/registry.ts';
import { documentFrom } from './config-documents.ts';

const page = readFileSync(new URL('../../docs/senders.md', import.meta.url), 'utf8');
const found = (pattern: RegExp): readonly string[] => [...page.matchAll(pattern)].map(([, text = '']) => text);
const defaults = { service: 'checkout', severity: null };
const title = (parsed: ParsedBody): string | null => {
  const [event] = parsed.ok ? parsed.events : [];
  return event?.action === 'trigger' ? event.signal.title : null;
};

describe('the page on senders', () => {
  it('names every format that there is under its address, and no other', () => {
    expect(new Set(found(/\/v1\/ingest\/([a-z]+)/g))).toEqual(new Set(formats.keys()));
  });

  it('has events of our own that are taken as they stand', () => {
    const bodies = [...found(/\/v1\/events [^]*?-d '(\{.*\})'/g), ...found(/```json\n([^]*?)```/g)];
    const actions = bodies.map((body) => {
      const parsed = parseEvent(JSON.parse(body), defaults);
      return parsed.ok ? parsed.event.action : parsed.errors;
    });
    expect(actions).toEqual(['trigger', 'resolve', 'trigger']);
  });

  it('names every field of such an event, and no other', () => {
    const table = page.slice(page.indexOf('| field '), page.indexOf('A trigger for an open incident'));
    const named = [...table.matchAll(/^\| (`.*?) +\|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
    );
    const wrong = Object.fromEntries([...named, 'another'].map((name) => [name, 7] as const));
    const parsed = parseEvent({ ...wrong, labels: 7 }, defaults);
    const pointers = parsed.ok ? [] : parsed.errors.map(({ pointer }) => pointer.slice(1));
    expect(pointers.toSorted()).toEqual(named.toSorted());
  });

  it('has an event for PagerDuty’s API that is taken as it stands', () => {
    const bodies = found(/\/v2\/enqueue -d '(\{[^]*?\})'\n/g).map((body) => body.replace(`"'$KEY'"`, '"KEY"'));
    expect(bodies).toHaveLength(1);
    for (const body of bodies) expect(parsePagerDutyEvent(JSON.parse(body), defaults)).toMatchObject({ ok: true });
  });

  it('has settings that a document may have, with the values that hold without them', () => {
    expect(documentFrom(found(/^ *(settings: \{ snsTopics.*\})$/gm).join('\n')).settings.snsTopics).toHaveLength(1);
    const [limit = ''] = found(/`(settings: \{ ingest.*?\} \})`/g);
    expect(documentFrom(limit).settings.ingest).toEqual(documentFrom('settings: {}').settings.ingest);
  });

  it('has a first try for EventBridge that pages as a matter of no weight', () => {
    const [entries = ''] = found(/--entries '(\[.*\])'/g);
    const entry = z.object({ Source: z.string(), DetailType: z.string(), Detail: z.string() });
    const [sent] = z.array(entry).length(1).parse(JSON.parse(entries));
    const event = { source: sent?.Source, 'detail-type': sent?.DetailType, detail: JSON.parse(sent?.Detail ?? '') as unknown };
    expect(eventbridgeFormat.parse(event, defaults, { group: false })).toMatchObject({
      events: [{ action: 'trigger', signal: { severity: 'info', title: 'order failed: a first try' } }],
    });
  });

  it('tells titles as they are made', () => {
    const labels = { alertname: 'DiskFillsUp', job: 'node', instance: 'db-1:9100', device: '/dev/sda1' };
    const alerts = [{ status: 'firing', fingerprint: 'a', labels, annotations: {} }];
    const alarm = {
      ...{ AlarmName: 'ServerCpuTooHigh', NewStateValue: 'ALARM', Trigger: { MetricName: 'CPUUtilization' } },
      NewStateReason: 'Threshold Crossed: 1 out of the last 1 datapoints [99.5 (02/03/26 01:58:00)] was greater than the threshold (50.0).',
    };
    const titles = [
      title(alertmanagerFormat.parse({ alerts }, defaults, { group: false })),
      title(cloudwatchFormat.parse(alarm, defaults, { group: false })),
    ];
    for (const made of titles) expect(page).toContain(`the title: \`${String(made)}\``);
  });

  it('says of the events of AWS which trigger and which resolve, as they do', () => {
    const rows = [...page.matchAll(/^ *\| `(\{ "source".*?\})` +\| (.*?) +\| (.*?) +\|/gm)];
    expect(rows.length).toBeGreaterThanOrEqual(6);
    const pattern = z.object({
      detail: z.object({ state: z.array(z.string()).optional() }).optional(),
      'detail-type': z.array(z.string()).optional(),
    });
    const words = (cell = ''): readonly string[] => [...cell.matchAll(/`([A-Z]+)`/g)].map(([, word = '']) => word);
    for (const [, source = '', triggers, resolves] of rows) {
      const { detail, 'detail-type': types = [] } = pattern.parse(JSON.parse(source));
      const fates = (detail?.state ?? []).map((state) => {
        const parsed = eventbridgeFormat.parse({ 'detail-type': types[0], detail: { state } }, defaults, { group: false });
        return `${state} ${parsed.ok ? (parsed.events[0]?.action ?? '') : 'refused'}`;
      });
      const told = [...words(triggers).map((word) => `${word} trigger`), ...words(resolves).map((word) => `${word} resolve`)];
      expect(fates.toSorted()).toEqual(told.toSorted());
    }
  });
});
