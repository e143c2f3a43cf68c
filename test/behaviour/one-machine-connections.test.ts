import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { listen, serverLimits, type LocalServer } from '../../local/server.ts';

const few = { ...serverLimits, connections: 3 };

async function serve(
  faults: unknown[] = [],
  handler: (request: Request) => Response | Promise<Response> = () => new Response('well'),
  limits: typeof serverLimits = few,
): Promise<LocalServer> {
  const server = await listen(0, (cause) => faults.push(cause), limits);
  server.serve(handler);
  onTestFinished(() => server.close(0));
  return server;
}

async function open({ port }: LocalServer, text = ''): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined).resume();
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
  if (text !== '') socket.write(text);
  return socket;
}

const ended = (socket: Socket): Promise<unknown> => (socket.destroyed ? Promise.resolve() : once(socket, 'close'));

/** A request on a connection of its own. */
async function ask({ port }: LocalServer): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
  return answer.text();
}

const head = 'POST / HTTP/1.1\r\nhost: x\r\n';

test.each([
  ['that say nothing', ''],
  ['in the middle of a head', head],
  ['in the middle of a body', `${head}content-length: 100\r\n\r\nhalf`],
])('where all connections are taken by clients %s, the one that has kept us waiting longest makes room', async (_, text) => {
  const faults: unknown[] = [];
  const server = await serve(faults);
  const first = await open(server, text);
  const others = [await open(server, text), await open(server, text)];
  expect(await ask(server)).toBe('well');
  await ended(first);
  expect(others.map(({ destroyed }) => destroyed)).toEqual([false, false]);
  expect(String(faults)).toBe('Error: 3 connections are open: each new one cuts the one that has kept us waiting longest');
});

test('where bodies that have come in part are more than may be held, the one that has kept us waiting longest makes room', async () => {
  const faults: unknown[] = [];
  const server = await serve(faults, async (request) => new Response(`${(await request.text()).length} bytes`), {
    ...serverLimits,
    heldBytes: 1_000_000,
  });
  const part = `${head}content-length: 600001\r\n\r\n${'x'.repeat(600_000)}`;
  const first = await open(server, part);
  const second = await open(server, part);
  await ended(first);
  let answer = '';
  second.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
  second.write('x');
  await once(second, 'data');
  expect(answer).toContain('600001 bytes');
  expect(faults.map(String)).toContain('Error: 1000000 bytes of bodies have come in part: the one that has kept us waiting longest is cut');
});

test('a request that is being answered is never cut: it is the newcomer who is turned away', async () => {
  const answers: (() => void)[] = [];
  let all = (): void => undefined;
  const asked = new Promise<void>((resolve) => (all = resolve));
  const server = await serve([], async () => {
    await new Promise<void>((resolve) => {
      if (answers.push(resolve) === few.connections) all();
    });
    return new Response('late but whole');
  });
  const slow = Array.from({ length: few.connections }, () => ask(server));
  await asked;
  await ended(await open(server));
  for (const answer of answers) answer();
  expect(await Promise.all(slow)).toEqual(Array(few.connections).fill('late but whole'));
});

test('a head larger than 16 KB is refused with 431', async () => {
  const server = await serve();
  const get = (bytes: number): Promise<Response> =>
    fetch(`http://127.0.0.1:${server.port}/`, { headers: { connection: 'close', 'x-large': 'x'.repeat(bytes) } });
  expect((await get(15_000)).status).toBe(200);
  expect((await get(17_000)).status).toBe(431);
});

/** The first line and the body of what comes back to a request as it stands. */
async function answerTo(server: LocalServer, text: string): Promise<{ readonly status: string; readonly body: string }> {
  const socket = await open(server, text);
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
  await ended(socket);
  const [, status = '', body = ''] = /^HTTP\/1\.1 (\d+).*?\r\n\r\n(?:[0-9a-f]+\r\n)?(.*)/s.exec(answer) ?? [];
  return { status, body };
}

test.each([
  ['a Host that is none', '/', 'a b'],
  ['a Host that is no address', '/', '['],
  ['a backslash in its path', '/\\a', 'x'],
  ['an address that is none', '*', 'x'],
])('a request with %s is refused with 400, and is no fault of ours', async (_, path, host) => {
  const faults: unknown[] = [];
  const server = await serve(faults);
  const { status, body } = await answerTo(server, `OPTIONS ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
  expect([status, faults]).toEqual(['400', []]);
  expect(body).toContain('"code":"invalid-request"');
});

test('a request of HTTP/1.0, which need not name a host, is served', async () => {
  const server = await serve();
  expect(await answerTo(server, 'GET /health HTTP/1.0\r\n\r\n')).toMatchObject({ status: '200', body: 'well' });
});
