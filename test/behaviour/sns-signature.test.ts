import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSns } from '../../shared/adapters/node/sns.ts';
import { fixture, signed, SnsWorld, topic, type Body } from './sns-world.ts';

const notification = fixture('cloudwatch/sns-alarm');
const subscription = fixture('cloudwatch/subscription-confirmation');
const address = 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem';

const nothingHappened = async (made: SnsWorld): Promise<void> => {
  expect(await made.world.open()).toEqual([]);
  expect(await made.world.declined()).toEqual([]);
  expect(made.confirmed).toEqual([]);
};

describe('the signature of an SNS message', () => {
  it('holds in both versions, with and without a subject, under a certificate as SNS has it', async () => {
    const certificate = readFileSync(new URL('../fixtures-ingest/sns/certificate.pem', import.meta.url), 'utf8');
    for (const name of ['notification-1', 'notification-2', 'notification-without-subject', 'subscription-confirmation']) {
      const made = await SnsWorld.withTopics([topic]);
      made.certificates.set(address, certificate);
      expect(await made.sns(fixture(`sns/${name}`)), name).toMatchObject({ status: 202 });
    }
  });

  it.each(['1', '2'] as const)('of version %s that does not fit is refused with 403, and nothing happens', async (version) => {
    const made = await SnsWorld.withTopics([topic]);
    const genuine = signed(notification, {}, version);
    const forged: readonly Body[] = [
      { ...genuine, Message: `${String(genuine['Message'])} ` },
      { ...genuine, Subject: 'OK' },
      { ...genuine, Subject: undefined },
      { ...genuine, MessageId: '11111111-2222-3333-4444-555555555555' },
      { ...genuine, Timestamp: '2019-10-02T17:04:42.031Z' },
      { ...genuine, TopicArn: `${topic}-2` },
      { ...genuine, SignatureVersion: version === '1' ? '2' : '1' },
      { ...genuine, Signature: 'AAAA' },
      { ...subscription, Signature: genuine['Signature'] },
    ];
    for (const message of forged) expect(await made.sns(message)).toMatchObject({ status: 403, code: 'signature-not-valid' });
    await nothingHappened(made);
    expect((await made.sns(genuine)).results).toMatchObject([{ outcome: 'created' }]);
  });

  it('cannot be carried over to another message by moving line breaks about', async () => {
    const made = await SnsWorld.withTopics([]);
    // Whoever may publish to a topic of their own can have this signed, and then present the same text as a message of ours.
    const inner = `{}\nMessageId\n22b80b92\nTimestamp\n2019-10-02T17:04:41.031Z\nTopicArn\n${topic}`;
    const theirs = signed(
      { ...notification, Subject: undefined },
      { Message: inner, TopicArn: 'arn:aws:sns:us-east-1:999999999999:theirs' },
    );
    const rest = `${topic}\nMessageId\n${String(theirs['MessageId'])}\nTimestamp\n${String(theirs['Timestamp'])}\nTopicArn\n${String(theirs['TopicArn'])}`;
    const presented = { ...theirs, Message: '{}', MessageId: '22b80b92', Timestamp: '2019-10-02T17:04:41.031Z', TopicArn: rest };
    expect(await made.sns(presented)).toMatchObject({ status: 422 });
    await nothingHappened(made);
  });

  it.each([
    'http://sns.us-east-1.amazonaws.com/a.pem',
    'https://sns.us-east-1.amazonaws.com.evil.example/a.pem',
    'https://sns.us-east-1.amazonaws.com@evil.example/a.pem',
    'https://evil.example/sns.us-east-1.amazonaws.com/a.pem',
    'https://user@sns.us-east-1.amazonaws.com/a.pem',
    'https://sns.us-east-1.amazonaws.com:8443/a.pem',
    'https://sns.us-east-1.amazonaws.com:443/a.pem',
    'https://sns.us-east-1.amazonaws.com/a.pem?b=.pem',
    'https://sns.us-east-1.amazonaws.com/a.pem#b.pem',
    'https://sns.us-east-1.amazonaws.com/a.txt',
    'https://sns.us-east-1.amazonaws.com/b/../a.pem',
    'https://sns.us-east-1.amazonaws.com\\@evil.example/a.pem',
    'https://SNS.us-east-1.amazonaws.com/a.pem',
    'https://sns.us-east-1.amazonaws.co/a.pem',
    'https://sns-us-east-1.amazonaws.com/a.pem',
    'https://sns.us-east-1.evil.amazonaws.com/a.pem',
    'https://xsns.us-east-1.amazonaws.com/a.pem',
    'https://sns.amazonaws.com/a.pem',
    'https://sns.us-east-1.amazonaws.com./a.pem',
    'https://s3.us-east-1.amazonaws.com/a.pem',
    'https://sns.us-east-1.amazonaws.org/a.pem',
    'file:///etc/a.pem',
    'no address',
  ])('is not looked at when its certificate would come from %s', async (url) => {
    const made = await SnsWorld.withTopics([topic]);
    expect(await made.sns({ ...signed(notification), SigningCertURL: url })).toMatchObject({ status: 403, code: 'signature-not-valid' });
    expect(made.fetched).toEqual([]);
    await nothingHappened(made);
  });

  it('is checked with a certificate of any region, in China too, and each certificate is asked for once', async () => {
    const made = await SnsWorld.withTopics([]);
    const pem = made.certificates.get(address) ?? '';
    const addresses = [
      'us-gov-west-1.amazonaws.com',
      'cn-north-1.amazonaws.com.cn',
      'ap-southeast-4.amazonaws.com',
      'il-central-1.amazonaws.com',
    ];
    for (const host of addresses) {
      const url = `https://sns.${host}/SimpleNotificationService-1.pem`;
      made.certificates.set(url, pem);
      const message = signed(notification, { MessageId: `id-${host.slice(0, 5)}` });
      for (const delivery of ['first', 'second'])
        expect(await made.sns({ ...message, SigningCertURL: url }), delivery).toMatchObject({ status: 202 });
    }
    expect(made.fetched).toHaveLength(addresses.length);
  });

  it('that cannot be checked for want of the certificate is answered 503, and SNS may try again', async () => {
    const made = await SnsWorld.withTopics([topic]);
    const pem = made.certificates.get(address) ?? '';
    made.certificates.clear();
    expect(await made.sns(signed(notification))).toMatchObject({ status: 503 });
    await nothingHappened(made);
    made.certificates.set(address, '<html>a page of some proxy</html>');
    expect(await made.sns(signed(notification))).toMatchObject({ status: 503 });
    await nothingHappened(made);
    made.certificates.set(address, pem);
    expect(await made.sns(signed(notification))).toMatchObject({ status: 202 });
  });

  it('cannot be left out of an envelope', async () => {
    const made = await SnsWorld.withTopics([]);
    for (const name of ['Signature', 'SignatureVersion', 'SigningCertURL', 'TopicArn', 'MessageId', 'Timestamp', 'Message']) {
      expect(await made.sns({ ...signed(notification), [name]: undefined }), name).toMatchObject({ status: 422 });
    }
    await nothingHappened(made);
  });
});

describe('a subscription of an SNS topic', () => {
  it.each([[topic], ['arn:aws:sns:us-east-1:123456789012:*']])('is confirmed when %s is expected', async (expected) => {
    const made = await SnsWorld.withTopics([expected]);
    expect(await made.sns(signed(subscription))).toEqual({ status: 202, code: undefined, results: [] });
    expect(made.confirmed).toEqual([subscription['SubscribeURL']]);
    expect(await made.world.open()).toEqual([]);
  });

  it.each([
    [[]],
    [['arn:aws:sns:us-east-1:123456789012:on-call-2']],
    [['arn:aws:sns:us-east-1:123456789012:on']],
    [['arn:aws:sns:eu-west-1:*']],
  ])('is refused with 403 and listed when only %j is expected', async (expected) => {
    const made = await SnsWorld.withTopics(expected);
    expect(await made.sns(signed(subscription))).toMatchObject({ status: 403, code: 'topic-not-expected' });
    expect(made.confirmed).toEqual([]);
    expect(await made.world.declined()).toEqual(['ignored subscription-not-expected']);
  });

  it.each([
    'https://evil.example/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:us-east-1:123456789012:on-call&Token=1',
    'https://sns.us-east-1.amazonaws.com/?Action=Publish&TopicArn=arn:aws:sns:us-east-1:123456789012:on-call&Token=1',
    'https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:us-east-1:123456789012:other&Token=1',
    'https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Action=Publish&TopicArn=arn:aws:sns:us-east-1:123456789012:on-call',
    'http://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:us-east-1:123456789012:on-call&Token=1',
  ])('is not confirmed at %s, whoever signed that', async (url) => {
    const made = await SnsWorld.withTopics([topic]);
    expect(await made.sns(signed(subscription, { SubscribeURL: url }))).toMatchObject({ status: 403 });
    await nothingHappened(made);
  });

  it('that cannot be confirmed now is answered 503, so that SNS asks again', async () => {
    const made = await SnsWorld.withTopics([topic]);
    made.confirmation = 'unreachable';
    expect(await made.sns(signed(subscription))).toMatchObject({ status: 503 });
    made.confirmation = 'confirmed';
    expect(await made.sns(signed(subscription))).toMatchObject({ status: 202 });
    expect(made.confirmed).toHaveLength(1);
  });

  it('that ends is listed and raises our own alarm, because its alarms come no more', async () => {
    const made = await SnsWorld.withTopics([topic]);
    const answer = await made.sns(signed(subscription, { Type: 'UnsubscribeConfirmation' }));
    expect(answer).toMatchObject({ status: 202, results: [{ outcome: 'ignored', reason: 'unsubscribed' }] });
    expect(made.world.alarms).toEqual(['sns-unsubscribed']);
    expect(made.confirmed).toEqual([]);
  });
});

describe('a message of a topic', () => {
  it('that is not among the expected ones is refused with 403 and listed', async () => {
    const made = await SnsWorld.withTopics(['arn:aws:sns:us-east-1:123456789012:other']);
    expect(await made.sns(signed(notification))).toMatchObject({ status: 403, code: 'topic-not-expected' });
    expect(await made.world.open()).toEqual([]);
    expect(await made.world.declined()).toEqual(['ignored topic-not-expected']);
  });

  it('is taken from any topic while none is named', async () => {
    const made = await SnsWorld.withTopics([]);
    expect((await made.sns(signed(notification))).results).toMatchObject([{ outcome: 'created' }]);
  });
});

describe('asking SNS itself', () => {
  const sns = makeSns();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/moved') response.writeHead(302, { location: '/certificate' }).end();
    else if (request.url === '/absent') response.writeHead(404).end('no');
    else if (request.url === '/large') response.end('x'.repeat(64 * 1024 + 1));
    else response.end('PEM');
  });
  let origin = '';

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    origin = `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : '')}`;
  });
  afterAll(() => {
    server.close();
  });

  it('brings what is there', async () => {
    expect(await sns.certificate(`${origin}/certificate`)).toBe('PEM');
    await sns.confirm(`${origin}/confirm`);
    expect(asked).toEqual(['/certificate', '/confirm']);
  });

  it.each(['/moved', '/absent', '/large'])('fails for %s, and follows nothing elsewhere', async (path) => {
    asked.length = 0;
    await expect(sns.certificate(`${origin}${path}`)).rejects.toThrow();
    await expect(sns.confirm(`${origin}${path}`)).rejects.toThrow();
    expect(asked).toEqual([path, path]);
  });
});
