import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { describe, expect, onTestFinished, test } from 'vitest';
import { greeting } from '../../local/greeting.ts';
import { inbox, pass, post, raise, send, start, temporaryFolder } from './one-machine-world.ts';

interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A receiver on this machine; `answer` chooses the status by the number of the post. */
async function receiver(answer: (count: number) => number = () => 204): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body });
      response.writeHead(answer(received.length)).end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

function only(received: readonly Received[]): Received {
  const [first] = received;
  if (first === undefined || received.length > 1) throw new Error(`${received.length} posts`);
  return first;
}

const document = (targets: string[], channels: object[] = []): string =>
  JSON.stringify({
    settings: { catchAll: ['user:lead'] },
    services: [{ id: 'checkout', policy: 'default' }],
    policies: [{ id: 'default', levels: [{ targets }, { delay: '5m', targets: ['user:lead'] }] }],
    people: [{ id: 'lead', name: 'Lee', contacts: [{ id: 'phone', channel: 'sms', address: '+15555550102' }] }],
    channels,
  });

function configFile(text: string): string {
  const file = join(temporaryFolder(), 'config.json');
  writeFileSync(file, text);
  return file;
}

const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const older = `whsec_${Buffer.alloc(24, 8).toString('base64')}`;

describe('a webhook that is live', () => {
  test('[T-007] [R-027] reaches its URL, signed, with the incident and the link that answers it', async () => {
    const { url, received } = await receiver();
    const machine = await start({
      config: configFile(document([`webhook:${url}/hook`])),
      live: ['webhook'],
      allowLoopback: true,
      environment: { TOCSIN_SECRET_WEBHOOK_SIGNING: secret },
    });
    const incidentId = await raise(machine);
    await pass(machine, '1s');
    const { path, headers, body } = only(received);
    expect(path).toBe('/hook');
    expect(headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'webhook-id': `${incidentId}-1` });
    const verified = new Webhook(secret).verify(body, headers as Record<string, string>);
    expect(verified).toMatchObject({
      type: 'notification',
      data: {
        notificationId: `${incidentId}-1`,
        level: 1,
        cycle: 0,
        incident: { id: incidentId, service: 'checkout', title: 'disk full', severity: 'critical', state: 'active', level: 1, details: {} },
      },
    });
    const { ackUrl } = (verified as { data: { ackUrl: string } }).data;
    expect((await send(machine, 'POST', new URL(ackUrl).pathname)).status).toBe(200);
    expect(await inbox(machine)).toEqual([]);
  });

  test('is signed with each of the two secrets while one replaces the other', async () => {
    const { url, received } = await receiver();
    const machine = await start({
      config: configFile(document(['channel:#ops'], [{ id: '#ops', channel: 'webhook', address: 'secret:OPS' }])),
      live: ['webhook'],
      allowLoopback: true,
      environment: { TOCSIN_SECRET_OPS: `${url}/ops ${secret} ${older}` },
    });
    await raise(machine);
    await pass(machine, '1s');
    const { headers, body } = only(received);
    expect(String(headers['webhook-signature']).split(' ')).toHaveLength(2);
    for (const one of [secret, older]) expect(() => new Webhook(one).verify(body, headers as Record<string, string>)).not.toThrow();
  });

  test('that is not answered well is tried again with the same id, and given up when the receiver refuses it', async () => {
    const { url, received } = await receiver((count) => (count === 1 ? 503 : 410));
    const machine = await start({
      config: configFile(document([`webhook:${url}/`])),
      live: ['webhook'],
      allowLoopback: true,
    });
    const incidentId = await raise(machine);
    await pass(machine, '1m');
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([`${incidentId}-1`, `${incidentId}-1`]);
    expect((await inbox(machine)).map(({ person }) => person)).toEqual(['lead']);
  });

  test('does not go to this machine unless that is allowed', async () => {
    const { url, received } = await receiver();
    const machine = await start({
      config: configFile(document(['channel:#ops'], [{ id: '#ops', channel: 'webhook', address: 'secret:OPS' }])),
      live: ['webhook'],
      environment: { TOCSIN_SECRET_OPS: url },
    });
    await raise(machine);
    await pass(machine, '1s');
    expect(received).toEqual([]);
    expect((await inbox(machine)).map(({ person }) => person)).toEqual(['lead']);
    await expect(start({ config: configFile(document([`webhook:${url}/`])) })).rejects.toThrow('A webhook goes to a public host');
  });
});

describe('Slack that is live', () => {
  test('[T-005] [H-020] [P-066] gets the message of a channel, by a secret that stands in no document', async () => {
    const { url, received } = await receiver(() => 200);
    const machine = await start({
      config: configFile(document(['channel:#ops'], [{ id: '#ops', channel: 'slack', address: 'secret:OPS' }])),
      live: ['slack'],
      allowLoopback: true,
      environment: { TOCSIN_SECRET_OPS: `${url}/services/T0/B0/x` },
    });
    const incidentId = await raise(machine);
    await pass(machine, '1s');
    expect(received.map(({ path }) => path)).toEqual(['/services/T0/B0/x']);
    const text = (JSON.parse(received[0]?.body ?? '') as { text: string }).text;
    expect(text).toContain('[CRITICAL] checkout: disk full (level 1)');
    expect(text).toContain(`|Acknowledge, resolve or escalate>`);
    const config = await send(machine, 'GET', '/v1/config', { headers: { authorization: `Bearer ${machine.adminToken}` } });
    expect(config.text).toContain('secret:OPS');
    expect(config.text).not.toContain('/services/');
    await post(machine, `/v1/incidents/${incidentId}/resolve`, { by: 'user:lead' }, machine.adminToken);
    await pass(machine, '1s');
    expect(received).toHaveLength(2);
    expect(received[1]?.body).toContain('Resolved by Lee.');
  });
});

describe('e-mail that is live', () => {
  test.each([
    [{}, 'TOCSIN_SMTP_URL'],
    [{ TOCSIN_SMTP_URL: 'mail.example.com' }, 'TOCSIN_SMTP_URL'],
    [{ TOCSIN_SMTP_URL: 'smtps://mail.example.com' }, 'TOCSIN_SMTP_FROM'],
    [{ TOCSIN_SMTP_URL: 'smtps://mail.example.com', TOCSIN_SMTP_FROM: 'nobody' }, 'TOCSIN_SMTP_FROM'],
  ])('needs to know the server and the sender: with %o the machine does not start', async (environment, missing) => {
    await expect(start({ live: ['smtp'], environment })).rejects.toThrow(`--live smtp needs ${missing}`);
  });
});

describe('the words after the start', () => {
  test('say what leaves, and where receivers find what proves it', async () => {
    const said = async (options: Parameters<typeof start>[0]): Promise<string> => greeting(await start(options), '0.1');
    expect(await said({})).toContain('Nothing leaves this machine');
    const data = temporaryFolder();
    const words = await said({ data, live: ['webhook', 'slack'] });
    expect(words).toContain('Sent for real: webhook, slack;');
    expect(words).toContain(join(data, 'secrets', 'WEBHOOK_SIGNING'));
    expect(words).not.toContain('whsec_');
  });

  test('name the variable where the secret is given by it, with a data folder and without, and nothing that is not there', async () => {
    const environment = { TOCSIN_SECRET_WEBHOOK_SIGNING: secret };
    for (const data of [temporaryFolder(), null]) {
      const words = greeting(await start({ data, live: ['webhook'], environment }), '0.1');
      expect(words).toContain('Webhooks are signed with TOCSIN_SECRET_WEBHOOK_SIGNING.');
      expect(words).not.toContain(join('secrets', 'WEBHOOK_SIGNING'));
    }
  });

  test('say that nobody can know the secret where it is kept nowhere, and how to give one', async () => {
    const words = greeting(await start({ live: ['webhook'] }), '0.1');
    expect(words).toContain('signed with a secret made for this run alone; TOCSIN_SECRET_WEBHOOK_SIGNING can name one');
  });
});

describe('messages that are not live [R-070] [P-048]', () => {
  test('are in the inbox, with where they would have gone', async () => {
    const rooms = [{ id: '#ops', channel: 'slack', address: 'secret:OPS' }];
    const machine = await start({
      config: configFile(document(['channel:#ops', 'webhook:https://hooks.example.com/a', 'custom:siren'], rooms)),
    });
    const incidentId = await raise(machine);
    await pass(machine, '1s');
    // They leave side by side: which comes first is nobody's promise.
    const messages = (await inbox(machine)).toSorted((a, b) => a.channel.localeCompare(b.channel));
    expect(messages).toMatchObject([
      { channel: 'custom', to: 'siren', person: 'custom:siren', kind: 'page', incidentId },
      { channel: 'slack', to: 'secret:OPS', person: 'channel:#ops', kind: 'page', incidentId },
      { channel: 'webhook', to: 'https://hooks.example.com/a', person: 'webhook:https://hooks.example.com/a', kind: 'page', incidentId },
    ]);
    for (const { text, ackUrl } of messages) expect(text).toContain(String(ackUrl));
  });
});
