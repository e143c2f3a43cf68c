import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeSmtpTransport } from '../../shared/adapters/node/smtp-transport.ts';
import { emailChannel } from '../../shared/channels/email.ts';
import { about, ackUrl, content } from './channels-content.ts';

/** A mail server that answers each command as told, and else politely; `conversation` is what it heard. */
async function mailServer(
  answers: Record<string, string> = {},
  host = '127.0.0.1',
): Promise<{ url: string; conversation: string[]; sockets: ReadonlySet<Socket> }> {
  const conversation: string[] = [];
  const polite: Record<string, string> = {
    EHLO: '250 mail.example.com',
    MAIL: '250 ok',
    RCPT: '250 ok',
    DATA: '354 go on',
    '.': '250 taken',
  };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let inData = false;
    let rest = '';
    const say = (line: string): void => {
      if (line !== '') socket.write(`${line}\r\n`);
    };
    say(answers['hello'] ?? '220 mail.example.com');
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        conversation.push(line);
        const command = inData ? (line === '.' ? '.' : null) : (line.split(' ')[0] ?? '').toUpperCase();
        if (command === null) continue;
        inData = command === 'DATA' && answers['DATA'] === undefined;
        say(answers[command] ?? polite[command] ?? '250 ok');
      }
    });
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((listening) => server.listen(0, host, listening));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `smtp://${host}:${(server.address() as AddressInfo).port}`, conversation, sockets };
}

const page = emailChannel.render(content());
const sendTo = (url: string, limitMs?: number) => {
  const email = makeSmtpTransport({ url, from: 'tocsin@example.org' }, limitMs);
  return page.send('ana@example.com', { sms: never, webhook: never, slack: never, custom: never, email }, about);
};
const never = () => Promise.reject(new Error('not this way'));
const failed = (code: string, permanent: boolean) => ({ ok: false, permanent, code, retryAfter: null });

describe('an e-mail through an SMTP server', () => {
  test('is the very e-mail, text and HTML, to one receiver, marked as sent by a machine', async () => {
    const { url, conversation } = await mailServer();
    expect(await sendTo(url)).toEqual({ ok: true, providerId: `<${about.notificationId ?? ''}@example.org>` });
    expect(conversation.filter((line) => /^(?:MAIL|RCPT)/.test(line))).toEqual([
      'MAIL FROM:<tocsin@example.org>',
      'RCPT TO:<ana@example.com>',
    ]);
    const mail = conversation.join('\n');
    expect(mail).toContain('Subject: [CRITICAL] checkout: error rate 12% (level 2)');
    expect(mail).toContain('From: Tocsin <tocsin@example.org>');
    expect(mail).toContain(`Message-ID: <${about.notificationId ?? ''}@example.org>`);
    expect(mail).toContain(`References: <${about.incidentId ?? ''}@example.org>`);
    expect(mail).toMatch(/^auto-submitted: auto-generated$/im);
    expect(mail).toMatch(/^Content-Type: text\/plain; charset=utf-8$/im);
    expect(mail).toMatch(/^Content-Type: text\/html; charset=utf-8$/im);
    expect(mail.replaceAll('=\n', '')).toContain(ackUrl);
  });

  test.each([
    [{ RCPT: '550 5.1.1 no such user' }, 'smtp-550', true],
    [{ DATA: '554 no' }, 'smtp-554', true],
    [{ '.': '552 too large' }, 'smtp-552', true],
    [{ RCPT: '450 4.2.1 busy' }, 'smtp-450', false],
    [{ '.': '451 try later' }, 'smtp-451', false],
    [{ MAIL: '421 going down' }, 'smtp-421', false],
  ] as const)('that is answered %o fails as %s, for good: %s', async (answers, code, permanent) => {
    const { url } = await mailServer(answers);
    expect(await sendTo(url)).toEqual(failed(code, permanent));
  });

  test('to a server that is not there is tried again', async () => {
    expect(await sendTo('smtp://127.0.0.1:1')).toEqual(failed('econnrefused', false));
  });

  test.each([
    ['does not greet', { hello: '' }],
    ['takes the message and then says nothing', { '.': '' }],
    ['begins a reply and never ends it', { RCPT: Array.from({ length: 5000 }, () => '250-more').join('\r\n') }],
  ] as const)('to a server that %s is given up when its time is over, and tried again', async (_, answers) => {
    const { url, sockets } = await mailServer(answers);
    expect(await sendTo(url, 150)).toEqual(failed('timeout', false));
    await expect.poll(() => sockets.size).toBe(0);
  });

  test('says nothing in the clear to another machine', async () => {
    // Only 127.0.0.1 counts as this machine.
    const { url, conversation } = await mailServer({ STARTTLS: '502 not here' }, '127.0.0.2');
    expect(await sendTo(url.replace('smtp://', 'smtp://user:password@'))).toMatchObject({ ok: false });
    expect(conversation).toContain('STARTTLS');
    expect(conversation.join('\n')).not.toMatch(/AUTH|MAIL/);
  });
});
