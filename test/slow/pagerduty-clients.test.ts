import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Machine } from '../../local/machine.ts';
import { startInMemory } from './browser.ts';

const programs = join(import.meta.dirname, 'pagerduty-clients');
const fixtures = join(import.meta.dirname, '../fixtures-ingest/pagerduty');
const folder = mkdtempSync(join(tmpdir(), 'tocsin-clients-'));
/** Where CI has installed the clients; else they are installed for this run. */
const clients = process.env['TOCSIN_CLIENTS'] ?? join(folder, 'clients');
/** Set: what the clients send is written down anew, for `npm test` to replay (`npm run format:fix` lays it out). */
const record = process.env['TOCSIN_RECORD'] !== undefined;

const run = promisify(execFile);
const answered = z.record(z.string(), z.unknown());

interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly answer: { readonly status: number; readonly body: unknown };
}

const carried = ['accept', 'authorization', 'content-type', 'user-agent', 'x-routing-key'];

/** A door in front of the machine that keeps what went through it; `refusals` are given, one each, before anything is passed on. */
class Door {
  readonly exchanges: Exchange[] = [];
  readonly refusals: number[] = [];
  readonly #machine: Machine;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    this.#pass(request, response).catch((cause: unknown) => {
      response.destroy(cause instanceof Error ? cause : new Error('the door failed'));
    });
  };

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const refusal = this.refusals.shift();
    if (refusal !== undefined) {
      response.writeHead(refusal, { 'content-type': 'application/json' }).end('{}');
      return;
    }
    const headers = Object.fromEntries(carried.flatMap((name) => [request.headers[name]].flat().map((value) => [name, value ?? ''])));
    const { method = '', url: path = '' } = request;
    const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
    const answer = await fetch(this.#machine.address + path, { method, headers: sent, body });
    const text = await answer.text();
    this.exchanges.push({ method, path, headers: sent, body, answer: { status: answer.status, body: JSON.parse(text) } });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(text);
  }
}

const certificate = join(folder, 'certificate.pem');
const certificateKey = join(folder, 'key.pem');

/** A certificate for this run alone, for the address that one of the clients has built in. */
function makeCertificate(): void {
  const names = 'subjectAltName=DNS:events.pagerduty.com,DNS:localhost,IP:127.0.0.1';
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const files = ['-keyout', certificateKey, '-out', certificate];
  execFileSync('openssl', ['req', ...kind, '-subj', '/CN=localhost', '-addext', names, ...files], { stdio: 'pipe' });
}

beforeAll(() => {
  makeCertificate();
  if (!existsSync(clients)) execFileSync(join(programs, 'install.sh'), [clients], { stdio: 'inherit' });
}, 600_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

let machine: Machine;
let door: Door;
let server: ReturnType<typeof createServer>;
let address: string;
let key: string;

/** All of them insist on TLS, or have an https address built in. */
async function open(): Promise<string> {
  server = createServer({ cert: readFileSync(certificate), key: readFileSync(certificateKey) }, door.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the door has no port');
  return `localhost:${bound.port}`;
}

beforeEach(async () => {
  machine = await startInMemory();
  if (machine.localKey === null) throw new Error('the machine has no key');
  key = machine.localKey.key;
  door = new Door(machine);
  address = await open();
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await machine.stop();
});

async function runs(program: string, args: readonly string[]): Promise<Record<string, unknown>> {
  const trust = { NODE_EXTRA_CA_CERTS: certificate, SSL_CERT_FILE: certificate };
  const env = { ...process.env, ...trust, PYTHONPATH: join(clients, 'python') };
  const { stdout } = await run(program, args, { env, timeout: 120_000 });
  return answered.parse(JSON.parse(stdout));
}

const python = (): Promise<Record<string, unknown>> => runs('python3', [join(programs, 'client.py'), `https://${address}`, key]);
const go = (): Promise<Record<string, unknown>> => runs(join(clients, 'go-client'), [`https://${address}`, address, key]);
const pdjs = (): Promise<Record<string, unknown>> => runs(process.execPath, [join(programs, 'pdjs.ts'), address, key]);

async function get(path: string): Promise<Record<string, unknown>> {
  const response = await fetch(machine.address + path, { headers: { authorization: `Bearer ${machine.adminToken}` } });
  return answered.parse(await response.json());
}

const rows = async (path: string, name: string): Promise<readonly Record<string, unknown>[]> =>
  z.array(answered).parse((await get(path))[name]);
const incidents = (): Promise<readonly Record<string, unknown>[]> => rows('/v1/incidents', 'incidents');
const declined = (): Promise<readonly Record<string, unknown>[]> => rows('/v1/declined', 'declined');

const fixed = (exchange: Exchange): Exchange => ({ ...exchange, body: exchange.body.replaceAll(key, 'ROUTING_KEY') });
const known = z.object({ exchanges: z.array(z.object({ path: z.string(), headers: z.record(z.string(), z.string()), body: z.string() })) });

/** What the client sends is what `npm test` replays, but for the name it gives itself, which tells of its machine too. */
function expectRecorded(client: string): void {
  const file = join(fixtures, `${client}.json`);
  const exchanges = door.exchanges.map(fixed);
  if (record) writeFileSync(file, `${JSON.stringify({ client, exchanges }, null, 2)}\n`);
  const request = ({ path, headers, body }: Pick<Exchange, 'path' | 'headers' | 'body'>) => {
    const value: unknown = JSON.parse(body);
    return { path, headers: { ...headers, 'user-agent': '' }, value };
  };
  expect(exchanges.map(request)).toEqual(known.parse(JSON.parse(readFileSync(file, 'utf8'))).exchanges.map(request));
}

const mentionsJob: unknown = expect.stringContaining('Job failed');
const fingerprint: unknown = expect.stringMatching(/^fp-[a-z2-7]{26}$/);
const refused = { status: 'invalid event', message: 'Event object is invalid', errors: [expect.stringContaining('routing_key')] };
const processed = (dedup_key: unknown) => ({ status: 'success', message: 'Event processed', dedup_key });

describe('An unmodified client of PagerDuty’s Events API v2 works with its address changed and nothing else', () => {
  it('pagerduty, for Python', async () => {
    const said = await python();
    expect(said).toEqual({
      ...{ triggered: 'python/db-1/disk', repeated: 'python/db-1/disk', acknowledged: 'python/db-1/disk', resolved: 'python/db-1/disk' },
      ...{ unknown: 'python/never-triggered', withoutKey: fingerprint, withoutKeyResolved: said['withoutKey'] },
      refused: { status: 400, body: refused },
    });
    expect(await incidents()).toEqual([
      expect.objectContaining({ title: 'Replication lag 40 s', severity: 'high', state: 'resolved' }),
      expect.objectContaining({ title: 'Disk 99% full on db-1', severity: 'critical', state: 'resolved', occurrences: 2 }),
    ]);
    expect(await declined()).toEqual([
      expect.objectContaining({ title: 'Deployed checkout 4.2', reason: 'change-event', outcome: 'ignored' }),
      expect.objectContaining({ dedupKey: 'python/never-triggered', reason: 'no-such-incident', outcome: 'ignored' }),
    ]);
    expectRecorded('python-pagerduty');
  });

  it('pagerduty, for Python: what was not saved, and what came too fast, it sends again', async () => {
    door.refusals.push(503, 429, 500);
    expect(await python()).toMatchObject({ triggered: 'python/db-1/disk' });
    expect(door.refusals).toEqual([]);
    expect(await incidents()).toHaveLength(2);
  });

  it('go-pagerduty, also where it takes 202 alone for success', async () => {
    const said = await go();
    expect(said).toEqual({
      ...{ triggered: processed('go/queue'), acknowledged: processed('go/queue'), resolved: processed('go/queue') },
      ...{ unknown: processed('go/never-triggered'), withoutKey: processed(fingerprint), withoutKeyResolved: said['withoutKey'] },
      change: { status: 'success', message: 'Change event processed' },
      exactly202: processed('go/exact'),
      refused: { status: 400, decoded: true, body: refused },
    });
    expect(await incidents()).toEqual([
      expect.objectContaining({ dedupKey: 'go/exact', severity: 'medium' }),
      expect.objectContaining({ title: 'Job failed', severity: 'medium', state: 'resolved' }),
      expect.objectContaining({ title: 'Queue has 12,000 messages', severity: 'critical', state: 'resolved' }),
    ]);
    expect(await declined()).toHaveLength(2);
    await fetch(`${machine.address}/local/clock`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ advance: '1s' }),
    });
    expect(await rows('/local/inbox', 'messages')).toContainEqual(
      expect.objectContaining({ kind: 'page', person: 'ana', text: mentionsJob }),
    );
    expectRecorded('go-pagerduty');
  });

  it('pdjs, for JavaScript, over TLS', async () => {
    const said = await pdjs();
    const ok = (dedup_key: unknown) => ({ status: 202, body: processed(dedup_key) });
    expect(said).toEqual({
      ...{ triggered: ok('pdjs/edge'), repeated: ok('pdjs/edge'), acknowledged: ok('pdjs/edge'), resolved: ok('pdjs/edge') },
      ...{ unknown: ok('pdjs/never-triggered'), withoutKey: ok(fingerprint) },
      change: { status: 202, body: { status: 'success', message: 'Change event processed' } },
      refused: { status: 400, body: refused },
    });
    expect(await incidents()).toEqual([
      expect.objectContaining({ title: 'Error rate 12% on checkout', severity: 'medium' }),
      expect.objectContaining({ dedupKey: 'pdjs/edge', severity: 'critical', state: 'resolved', occurrences: 2 }),
    ]);
    expectRecorded('pdjs');
  });
});
