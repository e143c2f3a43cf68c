import { describe, expect, it } from 'vitest';
import { readHttpEvent, toHttpResult } from '../../shared/adapters/aws/http-event.ts';
import { readInboundSms } from '../../shared/adapters/aws/inbound-sms.ts';
import { readBrought } from '../../shared/adapters/aws/brought.ts';
import { readArmed, readQueued } from '../../shared/adapters/aws/work-messages.ts';
import { captured } from '../behaviour/aws-world.ts';

const httpEvent = captured('http-api');
const asked = (change: object): Request => {
  const request = readHttpEvent({ ...httpEvent, ...change });
  if (request === null) throw new Error('no request');
  return request;
};
const withMethod = (method: string): object => ({ requestContext: { http: { method } } });

describe('an event of the HTTP API, payload 2.0', () => {
  it('is the request that was made', async () => {
    const request = asked({});
    const { pathname, search } = new URL(request.url);
    expect([request.method, pathname, search]).toEqual(['POST', '/v1/events', '?key=value&other=1%202']);
    expect(request.headers.get('content-type')).toBe('application/json');
    expect(await request.text()).toBe('{"title":"error rate 12%"}');
  });

  it('brings a body that is no text in base64, byte by byte', async () => {
    const bytes = Buffer.from([0xff, 0x00, 0xc3, 0xa4]);
    const request = asked({ body: bytes.toString('base64'), isBase64Encoded: true });
    expect(Buffer.from(await request.arrayBuffer())).toEqual(bytes);
  });

  it.each([
    ['is absent', { body: undefined }],
    ['is null', { body: null }],
    ['is empty', { body: '' }],
    ['is empty in base64', { body: '', isBase64Encoded: true }],
  ])('has an empty body when it %s', async (_, change) => {
    expect(await asked(change).text()).toBe('');
  });

  it.each(['GET', 'HEAD'])('has no body when it asks by %s', async (method) => {
    const request = asked({ ...withMethod(method), body: 'something' });
    expect([request.method, await request.text()]).toEqual([method, '']);
  });

  it('needs neither a query, nor headers, nor cookies', () => {
    const { rawPath, requestContext } = httpEvent;
    expect(readHttpEvent({ rawPath, requestContext })?.url).toMatch(/\/v1\/events$/);
  });

  it('keeps what is escaped in its path as it was', () => {
    expect(new URL(asked({ rawPath: '/v1/incidents/a%2Fb', rawQueryString: '' }).url).pathname).toBe('/v1/incidents/a%2Fb');
  });

  it.each(['TRACE', 'CONNECT', 'trace', 'Track'])('makes nothing fail when somebody asks by %s, which no route serves', (method) => {
    expect(asked({ ...withMethod(method), body: undefined }).method).toBe('OPTIONS');
  });

  it('loses only those headers that HTTP does not allow', () => {
    const { headers } = asked({ headers: { 'x-name': 'Žofie', 'bad name': 'x', 'x-line': 'a\nb', authorization: 'Bearer token' } });
    expect(Object.fromEntries(headers)).toEqual({ authorization: 'Bearer token' });
  });

  it('is told from every other event', () => {
    for (const other of [
      captured('sns-event'),
      captured('sqs-batch'),
      captured('schedule'),
      captured('alarm', 'fixtures-ingest/eventbridge'),
      null,
      'text',
    ])
      expect(readHttpEvent(other)).toBeNull();
  });

  it('is answered with status, headers and text', async () => {
    const response = new Response('{"status":"ok"}', { status: 202, headers: { 'content-type': 'application/json', 'retry-after': '1' } });
    const answered = { statusCode: 202, headers: { 'content-type': 'application/json', 'retry-after': '1' }, body: '{"status":"ok"}' };
    expect(await toHttpResult(response)).toEqual(answered);
    expect(await toHttpResult(new Response(null, { status: 204 }))).toEqual({ statusCode: 204, headers: {}, body: '' });
  });
});

describe('a batch of the work queue', () => {
  const id = { key: 'abcdefghijklmnopqrstuvwxyz', generation: 1 };

  it('asks for a look at an incident', () => {
    const messageId = '059f36b4-87a3-44ab-83d2-661975830a7d';
    expect(readQueued(captured('sqs-batch'))).toEqual([{ messageId, asked: { kind: 'look', id } }]);
  });

  it.each([
    ['{"test":"test-1","person":"ana"}', { kind: 'test', test: { id: 'test-1', person: 'ana' } }],
    ['{"key":"a","generation":0,"later":"field"}', { kind: 'look', id: { key: 'a', generation: 0 } }],
    ['', { kind: 'unknown' }],
    ['{', { kind: 'unknown' }],
    ['null', { kind: 'unknown' }],
    ['[]', { kind: 'unknown' }],
    ['{"key":"","generation":1}', { kind: 'unknown' }],
    ['{"key":"a","generation":-1}', { kind: 'unknown' }],
    ['{"key":"a","generation":1.5}', { kind: 'unknown' }],
    ['{"key":"a","generation":"1"}', { kind: 'unknown' }],
  ])('understands %s, or says that it does not', (body, understood) => {
    expect(readQueued({ Records: [{ messageId: 'm', body }] })).toEqual([{ messageId: 'm', asked: understood }]);
  });

  it('is told from every other event', () => {
    for (const other of [captured('sns-event'), captured('http-api'), captured('schedule'), null]) expect(readQueued(other)).toBeNull();
  });
});

describe('an event of a schedule', () => {
  it('names the incident that it was armed for', () => {
    expect(readArmed(captured('schedule'))).toEqual({ key: 'abcdefghijklmnopqrstuvwxyz', generation: 1, due: 1_772_417_700_000 });
  });

  it('is told from every other event', () => {
    for (const other of [captured('sns-event'), captured('http-api'), captured('sqs-batch'), { key: 'a', generation: 1 }, null])
      expect(readArmed(other)).toBeNull();
  });
});

describe('what a topic brings', () => {
  const silent = { error: () => undefined, measure: () => undefined };
  const topic = 'arn:aws:sns:us-east-1:123456789012:alarms';

  it('has an id of its own, which a repeat has again', () => {
    const brought = [{ id: 'sns-95df01b4-ee98-5cb9-9903-4c221d41eb5e', message: 'Hello from SNS!' }];
    expect(readBrought(captured('sns-event'), [topic], 'request-1', silent)).toEqual(brought);
    expect(readBrought(captured('sns-event'), [topic], 'request-2', silent)).toEqual(brought);
  });

  it('is read as JSON where it is some', () => {
    const Records = ['{"a":1}', '{"a":'].map((Message) => ({ Sns: { MessageId: 'm', TopicArn: topic, Message } }));
    expect(readBrought({ Records }, [topic], 'r', silent).map(({ message }) => message)).toEqual([{ a: 1 }, '{"a":']);
  });

  it('counts for nothing when the topic is not ours: the log names it, and it is counted as refused', () => {
    const lines: unknown[] = [];
    const log = { error: (...line: unknown[]) => lines.push(line), measure: (...figure: unknown[]) => lines.push(figure) };
    expect(readBrought(captured('sns-event'), ['arn:aws:sns:us-east-1:123456789012:others'], 'request-1', log)).toEqual([]);
    const messageId = 'sns-95df01b4-ee98-5cb9-9903-4c221d41eb5e';
    expect(lines).toEqual([
      ['topic-not-expected', { topic: 'arn:aws:sns:us-east-1:123456789012:alarms', messageId }],
      ['Refusals', 1, 'topic-not-expected'],
    ]);
  });

  it('is the event that was given up, under the id that it had, when it comes again from where it waited', () => {
    const message = { AlarmName: 'latency', NewStateValue: 'ALARM', AlarmDescription: 'tocsin:service=checkout' };
    const again = [{ id: 'event-e4b46cbf-b738-xmpl-8880-a18cdf61200e', message }];
    expect(readBrought(captured('given-up'), [topic], 'request-2', silent)).toEqual(again);
  });

  it('is told from an event that came by itself', () => {
    const event = captured('lambda-alarm', 'fixtures-ingest/cloudwatch');
    expect(readBrought(event, [topic], 'request-1', silent)).toEqual([{ id: 'event-request-1', message: event }]);
  });
});

describe('an SMS that somebody sent', () => {
  it('says who wrote what, and which message of ours it follows', () => {
    expect(readInboundSms(captured('two-way-sms'))).toEqual({
      from: '+15555550100',
      text: '4821',
      messageId: 'cae173d2-66b9-564c-8309-21f858e9fb84',
      answers: 'd18e3b3d-2d1c-5b6c-9d0f-6f1d0a3e2b11',
    });
  });

  it.each([undefined, null])('may follow none of ours: %s', (previousPublishedMessageId) => {
    expect(readInboundSms({ ...captured('two-way-sms'), previousPublishedMessageId })).toMatchObject({ answers: null });
  });

  it.each(['originationNumber', 'messageBody', 'inboundMessageId'])('is none without %s', (field) => {
    expect(readInboundSms({ ...captured('two-way-sms'), [field]: undefined })).toBeNull();
  });

  it('is none when it is any other message', () => {
    for (const other of ['hello', null, [], {}, 7]) expect(readInboundSms(other)).toBeNull();
  });
});
