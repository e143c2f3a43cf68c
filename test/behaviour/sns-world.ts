import { createSign, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { World, withPolicy } from '../world.ts';

/** A key pair of the tests. SNS sends a certificate where the public key stands here; a test of its own has one. */
const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

export const topic = 'arn:aws:sns:us-east-1:123456789012:on-call';

/** A body as it is sent. */
export type Body = Readonly<Record<string, unknown>>;

const body = z.record(z.string(), z.unknown());

/** A body of `test/fixtures-ingest`. */
export const fixture = (path: string): Body =>
  body.parse(JSON.parse(readFileSync(new URL(`../fixtures-ingest/${path}.json`, import.meta.url), 'utf8')));

/** The alarm in the envelope of a fixture. */
export const messageOf = (envelope: Body): Body => body.parse(JSON.parse(String(envelope['Message'])));

const signedFields: Readonly<Record<string, readonly string[]>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};

/** An envelope, changed and then signed with the key of the tests. */
export function signed(envelope: Body, changes: Body = {}, version: '1' | '2' = '2'): Body {
  const message: Body = { ...envelope, ...changes, SignatureVersion: version };
  const fields = signedFields[String(message['Type'])] ?? [];
  const text = fields.flatMap((name) => (typeof message[name] === 'string' ? [`${name}\n${message[name]}\n`] : [])).join('');
  const signer = createSign(version === '1' ? 'RSA-SHA1' : 'RSA-SHA256').update(text);
  return { ...message, Signature: signer.sign(privateKey, 'base64') };
}

interface Answered {
  readonly status: number;
  readonly code: unknown;
  readonly results: readonly Body[];
}

const answered = z.object({ code: z.unknown().optional(), results: z.array(body).optional() });

/** The service checkout with an ingest key, and an Amazon SNS that holds what the tests put there. */
export class SnsWorld {
  readonly world: World;
  /** By address; anything else cannot be had. */
  readonly certificates = new Map<string, string>();
  readonly fetched: string[] = [];
  readonly confirmed: string[] = [];
  /** What SNS says to the confirmation. */
  confirmation: 'confirmed' | 'unreachable' = 'confirmed';
  #key = '';

  constructor() {
    this.world = new World((ports) => ({
      ...ports,
      sns: {
        certificate: (url) => {
          this.fetched.push(url);
          const pem = this.certificates.get(url);
          return pem === undefined ? Promise.reject(new Error('no such certificate')) : Promise.resolve(pem);
        },
        confirm: (url) => {
          if (this.confirmation === 'unreachable') return Promise.reject(new Error('SNS cannot be reached'));
          this.confirmed.push(url);
          return Promise.resolve();
        },
      },
    }));
  }

  static async withTopics(snsTopics: readonly string[]): Promise<SnsWorld> {
    const made = new SnsWorld();
    const settings = { catchAll: ['user:lead'], snsTopics };
    await made.world.configure(withPolicy({ levels: [{ targets: ['user:ana'] }] }, { settings }));
    made.#key = String((await made.world.request('POST', '/v1/services/checkout/keys', {}))['key']);
    made.certificates.set('https://sns.us-east-1.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem', publicKey);
    return made;
  }

  /** Posts to a format as its sender does, and lets all happen that it sets off at once. */
  async send(format: string, sent: unknown, headers: Record<string, string> = { 'content-type': 'application/json' }): Promise<Answered> {
    const text = typeof sent === 'string' ? sent : JSON.stringify(sent);
    const url = `http://tocsin.test/v1/ingest/${format}?key=${this.#key}`;
    const response = await this.world.app.fetch(new Request(url, { method: 'POST', headers, body: text }));
    await this.world.settled();
    const { code, results } = answered.parse(await response.json());
    return { status: response.status, code, results: results ?? [] };
  }

  /** As SNS posts it: JSON, and called plain text. */
  sns(envelope: unknown): Promise<Answered> {
    return this.send('cloudwatch', envelope, { 'content-type': 'text/plain; charset=UTF-8' });
  }
}
