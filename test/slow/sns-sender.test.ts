import { execFileSync } from 'node:child_process';
import { createSign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { startMachine, type Machine } from '../../local/machine.ts';

type Body = Readonly<Record<string, unknown>>;
const body = z.record(z.string(), z.unknown());

const folder = mkdtempSync(join(tmpdir(), 'tocsin-sns-'));
const fixture = (name: string): Body =>
  body.parse(JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures-ingest/cloudwatch', `${name}.json`), 'utf8')));

const alarm = fixture('sns-alarm');
const ok = fixture('sns-ok');
const plain = fixture('sns-plain');
const subscription = fixture('subscription-confirmation');
const topic = String(alarm['TopicArn']);
const foreign = 'arn:aws:sns:us-east-1:999999999999:theirs';
const certificateUrl = String(alarm['SigningCertURL']);

/** A self-signed certificate and its key. */
function makeCertificate(name: string): { readonly key: string; readonly certificate: string } {
  const [key, certificate] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  const kind = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}.example`];
  execFileSync('openssl', ['req', ...kind, '-keyout', key, '-out', certificate], { stdio: 'pipe' });
  return { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') };
}

let sns: ReturnType<typeof makeCertificate>;
let somebody: ReturnType<typeof makeCertificate>;

beforeAll(() => {
  sns = makeCertificate('sns');
  somebody = makeCertificate('somebody');
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const signedNames = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];

/** An envelope as SNS signs it. */
function signed(envelope: Body, version: string, key = sns.key): Body {
  const text = signedNames.flatMap((name) => (typeof envelope[name] === 'string' ? [`${name}\n${envelope[name]}\n`] : [])).join('');
  const signature = createSign(version === '1' ? 'RSA-SHA1' : 'RSA-SHA256')
    .update(text)
    .sign(key, 'base64');
  return { ...envelope, SignatureVersion: version, Signature: signature };
}

const quiet = { info: () => undefined, error: () => undefined, alarm: () => undefined, measure: () => undefined };
const throughNetwork = globalThis.fetch;
let machine: Machine;
let key: string;
/** What was asked of SNS. */
let asked: string[];

/** Amazon's addresses answer with the certificate of this run, and with a confirmation; nothing leaves the machine. */
function answerAsAmazon(address: string | URL | Request, init?: RequestInit): Promise<Response> {
  const url = address instanceof Request ? address.url : String(address);
  if (url.startsWith(machine.address)) return throughNetwork(address, init);
  asked.push(url);
  return Promise.resolve(new Response(url === certificateUrl ? sns.certificate : '<ConfirmSubscriptionResponse/>'));
}

const asAdministrator = (path: string, init: RequestInit = {}): Promise<Response> =>
  throughNetwork(machine.address + path, {
    ...init,
    headers: { authorization: `Bearer ${machine.adminToken}`, 'content-type': 'application/json' },
  });

beforeEach(async () => {
  machine = await startMachine({ port: 0, data: null, config: null, speed: 1, adminToken: null, log: quiet });
  key = machine.localKey?.key ?? '';
  asked = [];
  vi.stubGlobal('fetch', answerAsAmazon);
  const config = body.parse(await (await asAdministrator('/v1/config')).json());
  const settings = { ...body.parse(config['settings']), snsTopics: [topic] };
  expect((await asAdministrator('/v1/config', { method: 'PUT', body: JSON.stringify({ ...config, settings }) })).status).toBe(200);
});

afterEach(async () => {
  vi.unstubAllGlobals();
  await machine.stop();
});

interface Answer {
  readonly status: number;
  readonly said: Body;
}

/** Posts as SNS does: JSON that is called plain text, what it is in headers, the key behind the address. */
function send(envelope: Body): Promise<Answer> {
  const headers = {
    ...{ 'content-type': 'text/plain; charset=UTF-8', 'user-agent': 'Amazon Simple Notification Service Agent' },
    ...{ 'x-amz-sns-message-type': String(envelope['Type']), 'x-amz-sns-message-id': String(envelope['MessageId']) },
    'x-amz-sns-topic-arn': String(envelope['TopicArn']),
  };
  return new Promise((resolve, reject) => {
    const sent = request(`${machine.address}/v1/ingest/cloudwatch?key=${key}`, { method: 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, said: body.parse(JSON.parse(text)) });
      });
    });
    sent.once('error', reject).end(JSON.stringify(envelope));
  });
}

async function rows(path: string, name: string): Promise<readonly Body[]> {
  return z.array(body).parse(body.parse(await (await asAdministrator(path)).json())[name]);
}
const incidents = (): Promise<readonly Body[]> => rows('/v1/incidents', 'incidents');
const declined = (): Promise<readonly Body[]> => rows('/v1/declined', 'declined');

async function pages(): Promise<readonly Body[]> {
  await throughNetwork(`${machine.address}/local/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advance: '1s' }),
  });
  return (await rows('/local/inbox', 'messages')).filter(({ kind }) => kind === 'page');
}

describe.each(['1', '2'])('A topic of SNS with a certificate of its own, signatures of version %s', (version) => {
  it('is subscribed, pages, and resolves', async () => {
    expect(await send(signed(subscription, version))).toMatchObject({ status: 202 });
    expect(asked).toEqual([certificateUrl, subscription['SubscribeURL']]);
    expect(await send(signed(alarm, version))).toMatchObject({ status: 202, said: { results: [{ outcome: 'created' }] } });
    expect(await pages()).toEqual([expect.objectContaining({ person: 'ana' })]);
    expect(await send(signed(ok, version))).toMatchObject({ status: 202 });
    expect(await incidents()).toEqual([expect.objectContaining({ state: 'resolved', occurrences: 1 })]);
    expect(asked).toHaveLength(2);
  });

  it('acts once, however often what was sent once is sent again', async () => {
    for (const message of [alarm, plain]) {
      const first = await send(signed(message, version));
      expect(first).toMatchObject({ status: 202, said: { results: [{ outcome: 'created' }] } });
      for (const again of ['second', 'third']) expect(await send(signed(message, version)), again).toEqual(first);
    }
    expect(await pages()).toHaveLength(2);
    await send(signed(ok, version));
    await send(signed(alarm, version));
    // As a new message: what its author knows is the time of its change.
    await send(signed({ ...alarm, MessageId: '11111111-2222-3333-4444-555555555555' }, version));
    expect((await incidents()).map(({ state, occurrences }) => ({ state, occurrences }))).toEqual([
      { state: 'active', occurrences: 1 },
      { state: 'resolved', occurrences: 1 },
    ]);
    expect(await pages()).toHaveLength(2);
  });

  it('is refused when it is a foreign one, and neither subscribed nor heard', async () => {
    const SubscribeURL = String(subscription['SubscribeURL']).replace(topic, foreign);
    expect(await send(signed({ ...subscription, TopicArn: foreign, SubscribeURL }, version))).toMatchObject({ status: 403 });
    expect(await send(signed({ ...alarm, TopicArn: foreign }, version))).toMatchObject({ status: 403 });
    expect(asked).toEqual([certificateUrl]);
    expect(await incidents()).toEqual([]);
    const reasons = (await declined()).map(({ reason }) => reason);
    expect(reasons.toSorted()).toEqual(['subscription-not-expected', 'topic-not-expected']);
  });

  it('is not taken for another: what somebody else signed is refused, wherever their certificate is', async () => {
    const forged = [signed(alarm, version, somebody.key), signed(subscription, version, somebody.key), signed(ok, version, somebody.key)];
    for (const message of forged) expect(await send(message)).toMatchObject({ status: 403, said: { code: 'signature-not-valid' } });
    const elsewhere = { ...signed(alarm, version, somebody.key), SigningCertURL: 'https://sns.us-east-1.amazonaws.com.evil.example/a.pem' };
    expect(await send(elsewhere)).toMatchObject({ status: 403, said: { code: 'signature-not-valid' } });
    const other = version === '1' ? '2' : '1';
    expect(await send({ ...signed(alarm, version), SignatureVersion: other })).toMatchObject({ status: 403 });
    expect(asked).toEqual([certificateUrl]);
    expect(await incidents()).toEqual([]);
  });
});
