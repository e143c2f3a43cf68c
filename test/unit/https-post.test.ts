import { createServer, request as httpRequest, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makePost, network, type Network, type Post, type Posted } from '../../shared/adapters/node/https-post.ts';
import type { Resolved } from '../../shared/adapters/node/name-service.ts';
import { postResult, retryAfterSeconds } from '../../shared/adapters/node/post-result.ts';
import { evasiveUrls, forbiddenAddresses, publicAddresses } from './evasive-urls.ts';

const resolved = (address: string): Resolved => ({ address, family: address.includes(':') ? 6 : 4 });

/** A network that keeps what it was asked to resolve, and to which addresses it would have connected. */
function watched(answer: (asked: number) => readonly string[]): Network & { readonly asked: string[]; readonly connected: string[] } {
  const asked: string[] = [];
  const connected: string[] = [];
  return {
    asked,
    connected,
    resolve: (host) => {
      asked.push(host);
      return Promise.resolve(answer(asked.length).map(resolved));
    },
    request: (url, { lookup, ...options }, answered) => {
      // As a socket does: an address as it stands, a name by what the look-up says.
      lookup?.(url.hostname, { all: true }, (_error, addresses) => {
        connected.push(...(Array.isArray(addresses) ? addresses.map((one) => one.address) : [addresses]));
      });
      return httpRequest('http://127.0.0.1:1', options, answered);
    },
  };
}

const post = (url: string): Post => ({ url, headers: { 'content-type': 'application/json' }, body: '{}' });
const limitMs = 5000;

async function receiver(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const here = (url: string, limit = limitMs): Promise<Posted> =>
  makePost({ network, allowLoopback: true, limitMs: limit })({ ...post(url), body: 'hello' });

describe('a post never connects to what is not public [R-097]', () => {
  test('whatever the URL says: most are not even resolved', async () => {
    const world = watched(() => ['127.0.0.1']);
    const send = makePost({ network: world, allowLoopback: false, limitMs });
    for (const url of evasiveUrls) {
      expect(await send(post(url)), url).toMatchObject({ kind: 'unanswered', why: 'invalid-address' });
    }
    expect([world.asked, world.connected]).toEqual([[], []]);
  });

  test.each(forbiddenAddresses)('when the name leads to %s', async (address) => {
    const world = watched(() => [address]);
    const send = makePost({ network: world, allowLoopback: true, limitMs });
    expect(await send(post('https://rebind.example.com/'))).toEqual({ kind: 'unanswered', why: 'forbidden-address', code: null });
    expect(world.connected).toEqual([]);
  });

  test('when the resolver changes its mind between the judgement and the connection', async () => {
    const world = watched((asked) => (asked === 1 ? publicAddresses : ['169.254.169.254']));
    await makePost({ network: world, allowLoopback: false, limitMs })(post('https://rebind.example.com/'));
    expect(world.asked).toHaveLength(1);
    expect(world.connected).toEqual(publicAddresses);
  });

  test('when public addresses stand beside others: those others are left out', async () => {
    const world = watched(() => ['10.0.0.1', '8.8.8.8', '::1', '64:ff9b::7f00:1']);
    await makePost({ network: world, allowLoopback: false, limitMs })(post('https://mixed.example.com/'));
    expect(world.connected).toEqual(['8.8.8.8']);
  });

  test('when a redirect leads there: none is followed', async () => {
    let asked = 0;
    const url = await receiver((_request, response) => {
      asked += 1;
      response.writeHead(302, { location: 'http://127.0.0.1:1/latest/meta-data/' }).end();
    });
    const posted = await here(url);
    expect(asked).toBe(1);
    expect(postResult(posted, 0)).toEqual({ ok: false, permanent: true, code: 'http-302', retryAfter: null });
  });
});

describe('a post', () => {
  test('hands over the very bytes, and takes any answer of the 200s for a yes', async () => {
    const bodies: string[] = [];
    const url = await receiver((request, response) => {
      request.setEncoding('utf8').on('data', (chunk: string) => bodies.push(chunk));
      request.on('end', () => response.writeHead(202).end('accepted'));
    });
    expect(postResult(await here(url), 0)).toEqual({ ok: true, providerId: null });
    expect(bodies).toEqual(['hello']);
  });

  test('reads at most 64 KB of an answer that does not end', async () => {
    let hungUp = (): void => undefined;
    const closed = new Promise<void>((resolve) => (hungUp = resolve));
    const url = await receiver((_request, response) => {
      response.on('close', hungUp);
      response.writeHead(500);
      const more = (): void => {
        if (!response.destroyed && response.write('x'.repeat(16 * 1024))) setImmediate(more);
      };
      response.on('drain', more);
      more();
    });
    const posted = await here(url);
    await closed;
    expect(posted).toMatchObject({ kind: 'answered', status: 500 });
    expect('text' in posted ? posted.text.length : 0).toBeLessThanOrEqual(64 * 1024);
  });

  test.each([
    ['says nothing', () => undefined],
    ['sends its headers a byte at a time and never ends', (socket: { write(text: string): unknown }) => socket.write('HTTP/1.1 2')],
  ])('ends when its time is over, if the receiver %s', async (_what, speak) => {
    const url = await receiver((request) => void speak(request.socket));
    const posted = await here(url, 100);
    expect(posted).toEqual({ kind: 'unanswered', why: 'timeout', code: null });
    expect(postResult(posted, 0)).toMatchObject({ permanent: false, code: 'timeout' });
  });

  test('has the status that was sent, though what follows it drips until the time is over', async () => {
    const url = await receiver((_request, response) => void response.writeHead(404).write('gone'));
    expect(postResult(await here(url, 100), 0)).toMatchObject({ permanent: true, code: 'http-404' });
  });

  test('ends at once when the receiver wants to speak another protocol', async () => {
    const url = await receiver(({ socket }) =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
    );
    expect(postResult(await here(url), 0)).toMatchObject({ permanent: false, code: 'http-101' });
  });

  test('ends when its time is over, if the name service says nothing', async () => {
    const silent: Network = { ...network, resolve: () => new Promise(() => undefined) };
    const send = makePost({ network: silent, allowLoopback: false, limitMs: 50 });
    expect(await send(post('https://hooks.example.com/'))).toMatchObject({ why: 'timeout' });
  });

  test('is transient when nobody listens, or the name is not known now', async () => {
    const listening = await receiver(() => undefined);
    const nobody = listening.replace(/:\d+/, ':1');
    expect(postResult(await here(nobody), 0)).toEqual({ ok: false, permanent: false, code: 'econnrefused', retryAfter: null });
    const unknown = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    const send = makePost({ network: { ...network, resolve: () => Promise.reject(unknown) }, allowLoopback: false, limitMs });
    expect(postResult(await send(post('https://hooks.example.com/')), 0)).toMatchObject({ permanent: false, code: 'enotfound' });
  });

  test.each(['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'])(
    'is permanent when the certificate does not hold: %s',
    async (code) => {
      const failing: Network = { resolve: () => Promise.reject(Object.assign(new Error(code), { code })), request: network.request };
      const send = makePost({ network: failing, allowLoopback: false, limitMs });
      expect(postResult(await send(post('https://hooks.example.com/')), 0)).toMatchObject({ permanent: true, code: code.toLowerCase() });
    },
  );
});

describe('an answer', () => {
  const answered = (status: number, retryAfter: string | null = null): Posted => ({ kind: 'answered', status, retryAfter, text: '' });

  test.each([300, 301, 307, 308, 400, 401, 403, 404, 405, 410, 413, 415, 422, 451])('of %d is permanent', (status) => {
    expect(postResult(answered(status), 0)).toEqual({ ok: false, permanent: true, code: `http-${status}`, retryAfter: null });
  });

  test.each([408, 425, 429, 500, 502, 503, 504, 507])('of %d is transient, and waits as the receiver asks', (status) => {
    expect(postResult(answered(status, '7'), 0)).toEqual({ ok: false, permanent: false, code: `http-${status}`, retryAfter: 7 });
  });

  test.each([
    ['120', 120],
    ['0', 0],
    ['99999999', 3600],
    ['Mon, 02 Mar 2026 02:00:30 GMT', 30],
    ['Monday, 02-Mar-26 02:00:30 GMT', 30],
    ['Mon, 02 Mar 2026 01:00:00 GMT', 0],
    ['Fri, 01 Jan 2100 00:00:00 GMT', 3600],
    ['-5', null],
    ['1.5', null],
    ['soon', null],
    ['', null],
    [null, null],
  ])('with Retry-After %s asks for %s seconds', (header, seconds) => {
    expect(retryAfterSeconds(header, Date.UTC(2026, 2, 2, 2))).toBe(seconds);
  });
});
