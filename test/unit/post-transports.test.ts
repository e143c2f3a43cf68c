import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { describe, expect, onTestFinished, test } from 'vitest';
import { network } from '../../shared/adapters/node/https-post.ts';
import { makePostTransports } from '../../shared/adapters/node/post-transports.ts';
import type { PostMessage, Transports } from '../../shared/ports.ts';
import { about } from './channels-content.ts';

const whsec = (byte: number): string => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;
const now = Date.UTC(2026, 2, 2, 2);

interface Receiver {
  readonly url: string;
  readonly headers: IncomingMessage['headers'][];
  transports(secrets?: Record<string, string>): Pick<Transports, 'webhook' | 'slack'>;
}

async function receiver(status = 200, text = '', headers: Record<string, string> = {}): Promise<Receiver> {
  const seen: IncomingMessage['headers'][] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    request.resume().on('end', () => response.writeHead(status, headers).end(text));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    headers: seen,
    transports: (secrets = { WEBHOOK_SIGNING: whsec(1) }) =>
      makePostTransports({
        secrets: { named: (name) => Promise.resolve(secrets[name] ?? null) },
        clock: { real: () => now },
        random: { id: () => 'made-up-id' },
        network,
        allowLoopback: true,
      }),
  };
}

const message = (to: string, change: Partial<PostMessage> = {}): PostMessage => ({
  to,
  text: '{"a":1}',
  body: '{"a":1}',
  about,
  ...change,
});
const permanent = (code: string) => ({ ok: false, permanent: true, code, retryAfter: null });

describe('a webhook is signed as Standard Webhooks says', () => {
  test('with the id of the notification, the real time and one signature for each secret', async () => {
    const { url, headers, transports } = await receiver();
    expect(await transports({ WEBHOOK_SIGNING: `${whsec(1)}\n${whsec(2)}\n` }).webhook(message(url))).toMatchObject({ ok: true });
    const signature = [1, 2].map((byte) => new Webhook(whsec(byte)).sign(about.notificationId ?? '', new Date(now), '{"a":1}')).join(' ');
    expect(headers[0]).toMatchObject({
      'webhook-id': about.notificationId,
      'webhook-timestamp': String(now / 1000),
      'webhook-signature': signature,
    });
    expect(signature).toMatch(/^v1,[A-Za-z0-9+/]{43}= v1,[A-Za-z0-9+/]{43}=$/);
  });

  test('with an id of its own where there is no notification', async () => {
    const { url, headers, transports } = await receiver();
    await transports().webhook(message(url, { about: { ...about, notificationId: null } }));
    expect(headers[0]).toMatchObject({ 'webhook-id': 'made-up-id' });
  });

  test.each(['', 'secret-without-prefix', 'whsec_', 'whsec_***', `${whsec(1)} other`])(
    'or does not leave: the secret is "%s"',
    async (secret) => {
      const { url, headers, transports } = await receiver();
      expect(await transports({ WEBHOOK_SIGNING: secret }).webhook(message(url))).toEqual(permanent('invalid-signing-secret'));
      expect(headers).toEqual([]);
    },
  );
});

describe('an address that is a secret', () => {
  test('is looked up at each send; the signing secrets behind it are used instead of the common one', async () => {
    const { url, headers, transports } = await receiver();
    await transports({ HOOK: `${url} ${whsec(9)}`, WEBHOOK_SIGNING: whsec(1) }).webhook(message('secret:HOOK'));
    expect(headers[0]?.['webhook-signature']).toBe(new Webhook(whsec(9)).sign(about.notificationId ?? '', new Date(now), '{"a":1}'));
  });

  test('that is not there fails for good, on every channel', async () => {
    const { webhook, slack } = (await receiver()).transports();
    expect(await webhook(message('secret:GONE'))).toEqual(permanent('unknown-secret'));
    expect(await slack(message('secret:GONE'))).toEqual(permanent('unknown-secret'));
  });

  test('is judged like any other: it leads nowhere inside', async () => {
    const { transports } = await receiver();
    for (const url of ['https://169.254.169.254/', 'http://hooks.example.com/', 'https://localhost/', 'ftp://x', '/etc/passwd']) {
      expect(await transports({ OPS: url }).slack(message('secret:OPS')), url).toEqual(permanent('invalid-address'));
    }
  });
});

describe('what Slack answers', () => {
  test.each([
    [404, 'no_service', true],
    [404, 'channel_not_found', true],
    [410, 'channel_is_archived', true],
    [403, 'action_prohibited', true],
    [400, 'invalid_payload', true],
    [500, 'invalid_payload', true],
    [500, 'rollup_error', false],
    [429, 'rate_limited', false],
    [503, 'service_unavailable', false],
  ])('%d %s is permanent: %s', async (status, word, isPermanent) => {
    const { url, transports } = await receiver(status, `${word}\n`, { 'retry-after': '30' });
    const result = await transports().slack(message(url));
    expect(result).toEqual({ ok: false, permanent: isPermanent, code: word, retryAfter: isPermanent ? null : 30 });
  });

  test('and is no word of Slack is told by its status', async () => {
    const { url, transports } = await receiver(403, '<html>no</html>');
    expect(await transports().slack(message(url))).toEqual(permanent('http-403'));
  });

  test('ok is ok, without a signature of ours', async () => {
    const { url, headers, transports } = await receiver(200, 'ok');
    expect(await transports({}).slack(message(url))).toEqual({ ok: true, providerId: null });
    expect(headers[0]).not.toHaveProperty('webhook-signature');
  });
});
