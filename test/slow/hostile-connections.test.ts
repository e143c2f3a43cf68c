import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { document } from '../../bench/workload.ts';
import { serverLimits } from '../../local/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-connections-'));
const token = 'administrator-token-of-the-connections';
const config = join(folder, 'config.json');
writeFileSync(config, document);
const crowds: ChildProcess[] = [];

/** A process with so many open files allowed. */
function withFiles(files: number, args: readonly string[], stdio: 'pipe' | 'ignore'): ChildProcess {
  const refusal = `this machine does not allow ${files} open files in one process`;
  const command = `ulimit -n ${files} || { echo '${refusal}'; exit 1; }; exec "$0" "$@"`;
  return spawn('bash', ['-c', command, process.execPath, '--disable-warning=ExperimentalWarning', ...args], {
    env: { ...process.env, TOCSIN_ADMIN_TOKEN: token },
    stdio: [stdio, 'pipe', 'inherit'],
  });
}

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
  /** An ingest key of a service. */
  readonly key: (service: string) => Promise<string>;
}

const madeKey = z.object({ key: z.string() });
const accepted = z.object({ outcome: z.literal('created'), incidentId: z.string() });
const inbox = z.object({ messages: z.array(z.object({ kind: z.string(), incidentId: z.string().nullable() })) });

/** Each request on a connection of its own; one that is refused or cut is sent anew, as senders do. */
async function ask(port: number, path: string, bearer: string, body?: object): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json', connection: 'close' };
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
        headers,
        signal: AbortSignal.timeout(10_000),
      });
      if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
      return await response.json();
    } catch (cause) {
      if (!(cause instanceof TypeError) || attempt === 5) throw cause;
    }
  }
}

async function start(name: string, files: number): Promise<Running> {
  const main = join(import.meta.dirname, '../../local/main.ts');
  const child = withFiles(files, [main, '--port', '0', '--data', join(folder, name), '--config', config], 'ignore');
  const port = await new Promise<number>((resolve, reject) => {
    let printed = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:(\d+)/.exec(printed)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    child.once('exit', () => {
      reject(new Error(`the server did not start: ${printed}`));
    });
  });
  return { child, port, key: async (service) => madeKey.parse(await ask(port, `/v1/services/${service}/keys`, token, {})).key };
}

async function stop({ child }: Running): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

let raised = 0;

/** An alarm of a service, and so to a person, of its own, that is accepted and then paged; how long both took, in milliseconds. */
async function paged({ port, key }: Running): Promise<number> {
  raised += 1;
  const begin = performance.now();
  const event = { title: 'disk full', dedupKey: `alarm-${raised}`, severity: 'critical' };
  const { incidentId } = accepted.parse(await ask(port, '/v1/events', await key(`s${raised}`), event));
  for (;;) {
    const { messages } = inbox.parse(await ask(port, '/local/inbox', token));
    if (messages.some((message) => message.kind === 'page' && message.incidentId === incidentId)) return performance.now() - begin;
    if (performance.now() - begin > 20_000) throw new Error('an accepted alarm was not paged within 20 s');
    await pause(20);
  }
}

const healthy = async ({ port }: Running): Promise<unknown> => ask(port, '/health', token);

const report = z.object({ opened: z.number(), refused: z.number(), ended: z.number(), open: z.number() });
type Report = z.infer<typeof report>;

/** So many connections of one kind; asked, they tell what became of them. */
function crowd({ port }: Running, count: number, way: 'silent' | 'heads' | 'bodies'): () => Promise<Report> {
  const child = withFiles(count + 200, [join(import.meta.dirname, 'crowd.ts'), `${port}`, `${count}`, way], 'pipe');
  crowds.push(child);
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return async () => {
    child.stdin!.write('report\n');
    const { value } = z.object({ value: z.string() }).parse(await lines.next());
    expect(value).toMatch(/^\{/);
    return report.parse(JSON.parse(value));
  };
}

/** The last report, once it is as wanted. */
async function until(tell: () => Promise<Report>, wanted: (told: Report) => boolean, seconds: number): Promise<Report> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const told = await tell();
    if (wanted(told)) return told;
    if (performance.now() > end) throw new Error(`after ${seconds} s: ${JSON.stringify(told)}`);
    await pause(100);
  }
}

/** What is heard on a connection on which this was said, until it ends. */
async function said({ port }: Running, text: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  let heard = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (heard += chunk));
  socket.on('error', () => undefined);
  socket.setTimeout(30_000, () => socket.destroy(new Error('the connection was left open')));
  socket.write(text, 'latin1');
  await new Promise((closed) => socket.on('close', closed));
  return heard;
}

afterEach(() => {
  for (const child of crowds.splice(0)) child.kill('SIGKILL');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a server with slow and broken clients', () => {
  let server: Running;
  beforeAll(async () => {
    server = await start('slow', 8192);
  });
  afterAll(() => stop(server));

  test('ends heads without an end and bodies of one byte a second, and pages meanwhile', async () => {
    const [heads, bodies] = [crowd(server, 200, 'heads'), crowd(server, 200, 'bodies')];
    await until(heads, ({ opened }) => opened === 200, 20);
    await until(bodies, ({ opened }) => opened === 200, 20);
    expect(await paged(server)).toBeLessThan(5000);
    await until(heads, ({ open }) => open === 0, 30);
    expect(await paged(server)).toBeLessThan(5000);
    await until(bodies, ({ open }) => open === 0, 60);
    expect(await healthy(server)).toEqual({ status: 'ok' });
  });

  test('takes no harm from connections cut in the middle of a body, and no alarm from half a body', async () => {
    const text = JSON.stringify({ title: 'half an alarm', dedupKey: 'half', severity: 'critical' });
    const head = `POST /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${await server.key('s0')}\r\ncontent-type: application/json\r\n`;
    const cuts = Array.from({ length: 300 }, async (_, n) => {
      const socket = connect({ port: server.port, host: '127.0.0.1' });
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(`${head}content-length: ${text.length + 1}\r\n\r\n${text.slice(0, 1 + (n % text.length))}`);
      await pause(n % 50);
      if (n % 2 === 0) socket.resetAndDestroy();
      else socket.destroy();
    });
    await Promise.all(cuts);
    expect(await paged(server)).toBeLessThan(5000);
    const { incidents } = z
      .object({ incidents: z.array(z.object({ title: z.string() })) })
      .parse(await ask(server.port, '/v1/incidents', token));
    expect(incidents.map(({ title }) => title)).not.toContain('half an alarm');
    expect(await healthy(server)).toEqual({ status: 'ok' });
  });

  const good = `GET /health HTTP/1.1\r\nhost: x\r\n\r\n`;
  test('answers 2,000 requests that come without a pause', async () => {
    const heard = await said(server, good.repeat(1999) + good.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n'));
    expect(heard.split('HTTP/1.1 200 ')).toHaveLength(2001);
  });

  test.each([
    ['words', 'what is this\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a request and then garbage', `${good}\0\x01\x02garbage\r\n\r\n`, /HTTP\/1\.1 400 [^]*$/],
    ['2,000 requests without a pause and then garbage', `${good.repeat(2000)}garbage\r\n\r\n`, /HTTP\/1\.1 400 [^]*$/],
    ['the greeting of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', /^HTTP\/1\.1 400 /],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', /^HTTP\/1\.1 (?:400|404|505) |^$/],
    ['only zeros', '\0'.repeat(100_000), /^(?:HTTP\/1\.1 400 |$)/],
    ['a head of 17 KB', `GET /health HTTP/1.1\r\nhost: x\r\nx-a: ${'a'.repeat(17_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
    [
      'a body of two lengths',
      `POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    ['a length below zero', 'POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['a chunk without a length', 'POST /v2/enqueue HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', /^HTTP\/1\.1 400 /],
    ['no host', 'GET /health HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400 /],
  ])('answers %s and ends the connection, as if nothing had been', async (_, text, answer) => {
    const heard = await said(server, text);
    expect(heard).toMatch(answer);
    expect(await healthy(server)).toEqual({ status: 'ok' });
  });
});

describe('10,000 connections at once', () => {
  const count = 10_000;

  test.each(['silent', 'heads', 'bodies'] as const)('that are %s keep no alarm out', async (way) => {
    const server = await start(`crowd-${way}`, 8192);
    try {
      const before = await paged(server);
      const tell = crowd(server, count, way);
      // As they come, not only once they are there.
      const during = await paged(server);
      // All have come, and those beyond what the server holds have heard that they were cut.
      const told = await until(tell, ({ opened, refused, open }) => opened + refused === count && open <= serverLimits.connections, 60);
      const standing = [await paged(server), await paged(server)];
      const laps = [before, during, ...standing].map((lap) => lap.toFixed(0)).join(', ');
      console.log(`${way}: ${JSON.stringify(told)}; alarm to page before, during and twice after: ${laps} ms`);
      expect(Math.max(...standing)).toBeLessThan(5000);
      for (const child of crowds.splice(0)) child.kill('SIGKILL');
      expect(await paged(server)).toBeLessThan(5000);
      expect(await healthy(server)).toEqual({ status: 'ok' });
    } finally {
      await stop(server);
    }
  });

  test('keep no alarm out where a process may have only 1,024 open files', async () => {
    const server = await start('few-files', 1024);
    try {
      const tell = crowd(server, count, 'silent');
      await paged(server);
      await until(tell, ({ opened, refused }) => opened + refused === count, 60);
      expect(await paged(server)).toBeLessThan(5000);
      expect(await healthy(server)).toEqual({ status: 'ok' });
    } finally {
      await stop(server);
    }
  });
});
