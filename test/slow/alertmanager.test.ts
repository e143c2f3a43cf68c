import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { Processes } from './alertmanager/processes.ts';
import { UnreliableDoor } from './alertmanager/unreliable-door.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const program = (name: string): string => join(import.meta.dirname, 'alertmanager', name);
const folder = mkdtempSync(join(tmpdir(), 'tocsin-alertmanager-'));
/** Where CI has unpacked the programs; else they are unpacked for this run. */
const installed = process.env['TOCSIN_CLIENTS'] ?? '';
const clients = existsSync(join(installed, 'prometheus')) ? installed : folder;

const senders = readFileSync(join(root, 'docs/senders.md'), 'utf8');

/** What the documentation says there. */
function quoted(pattern: RegExp, text = senders): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`docs/senders.md has nothing like ${String(pattern)}`);
  return found;
}

const chapter = quoted(/^(## Prometheus Alertmanager$[^]*?)^## /mu);

beforeAll(() => {
  if (clients === folder) execFileSync(program('install.sh'), [folder], { stdio: 'pipe' });
}, 300_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const processes = new Processes();
let door: UnreliableDoor;
let doorAddress: string;
let tocsin: { readonly address: string; readonly token: string; readonly key: string };
let own: string;

beforeEach(async () => {
  own = mkdtempSync(join(folder, 'run-'));
  const args = ['--disable-warning=ExperimentalWarning', join(root, 'local/main.ts'), '--memory', '--port', '0'];
  const ready = /running at (\S+)[^]*API token\s+(\S+)[^]*Bearer ([A-Za-z0-9]{32})[^]*Ctrl-C/u;
  const { match } = await processes.start(process.execPath, args, ready);
  const [, address = '', token = '', key = ''] = match;
  tocsin = { address, token, key };
  door = new UnreliableDoor(address);
  doorAddress = await door.open();
});

afterEach(async () => {
  await processes.end();
  door.close();
});

const within = <Value>(seconds: number, look: () => Promise<Value>): Promise<Value> =>
  vi.waitFor(look, { timeout: seconds * 1000, interval: 100 });

const incidentSchema = z.looseObject({ id: z.string(), state: z.string(), occurrences: z.number() });
const messageSchema = z.looseObject({ kind: z.string(), person: z.string(), incidentId: z.string().nullable(), text: z.string() });
type Incident = z.infer<typeof incidentSchema>;

async function get(path: string): Promise<unknown> {
  const response = await fetch(tocsin.address + path, { headers: { authorization: `Bearer ${tocsin.token}` } });
  return response.json();
}

/** Newest first. */
const incidents = async (): Promise<readonly Incident[]> =>
  z.object({ incidents: z.array(incidentSchema) }).parse(await get('/v1/incidents')).incidents;

async function pagesOf({ id }: Incident): Promise<readonly string[]> {
  const { messages } = z.object({ messages: z.array(messageSchema) }).parse(await get('/local/inbox'));
  return messages.filter(({ kind, incidentId }) => kind === 'page' && incidentId === id).map(({ person, text }) => `${person}: ${text}`);
}

/** Waits until the newest of so many incidents is as wanted. */
const newest = (count: number, wanted: object): Promise<Incident> =>
  within(25, async () => {
    const found = await incidents();
    expect(found).toHaveLength(count);
    const [one] = found;
    expect(one).toMatchObject(wanted);
    return incidentSchema.parse(one);
  });

/** Waits for the page of an incident; there is one, however often the alert was repeated. */
const pageOf = (incident: Incident): Promise<string> =>
  within(10, async () => {
    const pages = await pagesOf(incident);
    expect(pages).toHaveLength(1);
    return pages.join('');
  });

// ── Alertmanager as the documentation has it set up ──────────────────────────────────────────────────────────────────

/** The documentation's receiver, for this Tocsin. */
const webhook = (): string =>
  quoted(/```yaml\n([^]*?)```/u, chapter)
    .replace('https://tocsin.example', doorAddress)
    .replace('/etc/alertmanager/tocsin-key', join(own, 'tocsin-key'));

/** The documentation's line for Alertmanager's own PagerDuty receiver, for this Tocsin. */
function pagerDuty(): string {
  const line = quoted(/`(pagerduty_configs: .*?)`/u)
    .replace('KEY', tocsin.key)
    .replace('https://tocsin.example', doorAddress);
  return `route:\n  receiver: tocsin\n  group_by: [alertname]\nreceivers:\n  - name: tocsin\n    ${line}\n`;
}

/** The same, sent at once, and looked at again each second; an alert that goes on is sent again after `repeat`. */
const paced = (configuration: string, repeat: string): string =>
  configuration.replace(/^( *)group_by: .*$/mu, `$&\n$1group_wait: 0s\n$1group_interval: 1s\n$1repeat_interval: ${repeat}`);

/** Starts Alertmanager with a configuration that its own tool finds right, and tells its address. */
async function startAlertmanager(configuration: string): Promise<string> {
  const file = join(own, 'alertmanager.yml');
  writeFileSync(join(own, 'tocsin-key'), `${tocsin.key}\n`);
  writeFileSync(file, configuration);
  await run(program('run.sh'), [clients, 'amtool', 'check-config', file]);
  const place = [`--config.file=${file}`, `--storage.path=${join(own, 'alertmanager')}`];
  const net = ['--web.listen-address=127.0.0.1:0', '--cluster.listen-address=', '--web.route-prefix=/'];
  const args = [clients, 'prometheus-alertmanager', ...place, ...net, '--web.external-url=https://alertmanager.example'];
  const { match } = await processes.start(program('run.sh'), args, /Listening on" address=(127\.0\.0\.1:\d+)/u);
  return `http://${match[1] ?? ''}`;
}

/** The documentation's first try. */
async function fire(alertmanager: string): Promise<void> {
  const command = quoted(/A first try: `(amtool .*?)`/u, chapter).replace('http://localhost:9093', alertmanager);
  await run('sh', ['-c', command.replace('amtool', '"$0" "$1" amtool'), program('run.sh'), clients]);
}

async function tell(alertmanager: string, alerts: readonly object[]): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${alertmanager}/api/v2/alerts`, { method: 'POST', headers, body: JSON.stringify(alerts) });
  expect(response.status).toBe(200);
}

/** The same alert, over now. */
function end(alertmanager: string): Promise<void> {
  const alert = { labels: { alertname: 'TocsinTest', severity: 'info' }, annotations: { summary: 'A first try' } };
  return tell(alertmanager, [{ ...alert, endsAt: new Date().toISOString() }]);
}

// ── what npm test replays is what Alertmanager sends ─────────────────────────────────────────────────────────────────

const free = new Set(['labels', 'annotations', 'groupLabels', 'commonLabels', 'commonAnnotations']);

/** The names and kinds of what a body holds; the names in labels and annotations are the user's own. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, free.has(name) ? 'free' : shapeOf(member)]));
}

const fixture = (path: string): unknown => JSON.parse(readFileSync(join(root, 'test/fixtures-ingest', path), 'utf8'));

const statuses = (): readonly number[] => door.exchanges.map(({ status }) => status);

/** An alert fires, goes on, is over, and fires again. */
async function fireRepeatResolveFireAgain(alertmanager: string, open: object): Promise<void> {
  await fire(alertmanager);
  const first = await newest(1, { ...open, state: 'active' });
  await within(25, async () => {
    const { occurrences } = await newest(1, { id: first.id, state: 'active' });
    expect(occurrences).toBeGreaterThan(2);
  });
  expect(await pageOf(first)).toContain('ana: ');
  await end(alertmanager);
  await newest(1, { id: first.id, state: 'resolved', resolvedBy: 'monitor' });
  await fire(alertmanager);
  const second = await newest(2, { ...open, state: 'active' });
  expect(second.id).not.toBe(first.id);
  await pageOf(second);
  await pageOf(first);
  expect(new Set(statuses())).toEqual(new Set([202]));
}

describe('Alertmanager, as the documentation sets it up', () => {
  it('pages once while an alert fires, resolves when it is over, and pages anew when it fires again', async () => {
    const alertmanager = await startAlertmanager(paced(webhook(), '1s'));
    await fireRepeatResolveFireAgain(alertmanager, { title: 'A first try', severity: 'info', type: 'TocsinTest' });
    expect(shapeOf(door.exchanges[0]?.body)).toEqual(shapeOf(fixture('alertmanager/two-firing.json')));
  });

  it('does the same through its own PagerDuty receiver', async () => {
    const alertmanager = await startAlertmanager(paced(pagerDuty(), '1s'));
    await fireRepeatResolveFireAgain(alertmanager, {
      ...{ title: '[FIRING:1] TocsinTest (info)', source: 'Alertmanager', severity: 'info' },
    });
    const { requests } = z.object({ requests: z.array(z.object({ body: z.unknown() })) }).parse(fixture('pagerduty/alertmanager.json'));
    expect(shapeOf(door.exchanges[0]?.body)).toEqual(shapeOf(requests[0]?.body));
  });

  it('leaves the severity to the service where the alerts of a group differ in it', async () => {
    const alertmanager = await startAlertmanager(paced(pagerDuty(), '4h'));
    const severities = ['info', 'warning'];
    await tell(
      alertmanager,
      severities.map((severity) => ({ labels: { alertname: 'Differs', severity } })),
    );
    await newest(1, { severity: 'high', state: 'active' });
    expect(door.exchanges[0]?.body).toMatchObject({ payload: { custom_details: { num_firing: '2' }, severity: '' } });
  });

  it('sends again what was answered 503, longer than it tries one notification, and nothing is lost or doubled', async () => {
    const alertmanager = await startAlertmanager(paced(webhook(), '4h'));
    // One notification is tried for 10 s, ever more slowly: 8 times at most.
    const outage = Array.from({ length: 9 }, () => 503);
    door.refusals.push(...outage);
    await fire(alertmanager);
    const incident = await newest(1, { title: 'A first try', state: 'active', occurrences: 1 });
    await pageOf(incident);
    door.refusals.push(503, 503);
    await end(alertmanager);
    await newest(1, { id: incident.id, state: 'resolved', occurrences: 1 });
    expect(statuses()).toEqual([...outage, 202, 503, 503, 202]);
  });

  it('sends again through its PagerDuty receiver what was answered 503 or came too fast', async () => {
    const alertmanager = await startAlertmanager(paced(pagerDuty(), '4h'));
    door.refusals.push(503, 429, 503);
    await fire(alertmanager);
    const incident = await newest(1, { state: 'active', occurrences: 1 });
    await pageOf(incident);
    door.refusals.push(429, 503);
    await end(alertmanager);
    await newest(1, { id: incident.id, state: 'resolved' });
    expect(statuses()).toEqual([503, 429, 503, 202, 429, 503, 202]);
  });
});

// ── Prometheus ───────────────────────────────────────────────────────────────────────────────────────────────────────

const rule = (value: number): string =>
  JSON.stringify({
    groups: [
      {
        name: 'tocsin',
        rules: [
          {
            ...{ alert: 'CheckoutFails', expr: `vector(${value}) > 0`, for: '0s', labels: { severity: 'critical', instance: 'web-1' } },
            annotations: { summary: 'Checkout fails {{ $value }} times a second' },
          },
        ],
      },
    ],
  });

it('Prometheus pages through Alertmanager when a rule holds, and takes it back when it holds no more', async () => {
  const alertmanager = await startAlertmanager(paced(webhook(), '4h'));
  const rules = join(own, 'rules.yml');
  const file = join(own, 'prometheus.yml');
  const targets = [new URL(alertmanager).host];
  const alerting = { alertmanagers: [{ static_configs: [{ targets }] }] };
  writeFileSync(rules, rule(1));
  writeFileSync(file, JSON.stringify({ global: { evaluation_interval: '1s' }, rule_files: [rules], alerting }));
  const place = [`--config.file=${file}`, `--storage.tsdb.path=${join(own, 'prometheus')}`];
  const net = ['--web.listen-address=127.0.0.1:0', '--web.external-url=https://prometheus.example', '--web.route-prefix=/'];
  // It knows its Alertmanagers only some seconds after the start; what it sent before is lost until it is sent again, by default a minute later.
  const args = [clients, 'prometheus', ...place, ...net, '--rules.alert.resend-delay=1s'];
  const { process } = await processes.start(program('run.sh'), args, /Server is ready to receive web requests/u);
  const incident = await newest(1, { title: 'Checkout fails 1 times a second', severity: 'critical', source: 'web-1', state: 'active' });
  expect(await pageOf(incident)).toContain('Checkout fails 1 times a second');
  expect(incident['links']).toContainEqual({
    ...{ href: 'https://prometheus.example/graph?g0.expr=vector%281%29+%3E+0&g0.tab=1', text: 'Query' },
  });
  writeFileSync(rules, rule(0));
  process.kill('SIGHUP');
  await newest(1, { id: incident.id, state: 'resolved' });
});
