import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConflictException, CreateScheduleCommand } from '@aws-sdk/client-scheduler';
import { GetSecretValueCommand, ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import { PublishCommand } from '@aws-sdk/client-sns';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { alarmTopic } from '../aws-environment.ts';
import { AwsWorld, captured, fields } from './aws-world.ts';

const phone = '+15555550100';
const config = {
  settings: { catchAll: ['user:ana'] },
  services: [{ id: 'checkout', policy: 'default' }],
  policies: [{ id: 'default', levels: [{ targets: ['user:ana'] }, { delay: '15m', targets: ['user:ana'] }] }],
  people: [{ id: 'ana', name: 'Ana', contacts: [{ id: 'phone', channel: 'sms', address: phone }] }],
};

const alarm = (AlarmName: string): string =>
  JSON.stringify({ AlarmName, NewStateValue: 'ALARM', AlarmDescription: 'tocsin:service=checkout' });

/** What Lambda kept of an alarm. */
const givenUp = { requestId: 'e4b46cbf-b738-xmpl-8880-a18cdf61200e', requestPayload: JSON.parse(alarm('latency')) as unknown };

let world: AwsWorld;

beforeEach(async () => {
  world = await AwsWorld.open();
  world.sns.on(PublishCommand).resolves({ MessageId: 'sms-1' });
  expect(await world.admin('api', 'PUT', '/v1/config', config)).toMatchObject({ statusCode: 200 });
});

afterEach(() => {
  world.close();
});

const armed = () => world.scheduler.commandCalls(CreateScheduleCommand).map(({ args }) => args[0].input);

describe('the function that takes alarms in', () => {
  it.each([
    ['calls it', captured('lambda-alarm', 'fixtures-ingest/cloudwatch'), 'alarmData', 'lambda-demo-metric-alarm'],
    ['is an event of EventBridge', captured('alarm', 'fixtures-ingest/eventbridge'), 'detail', 'ServerCpuTooHigh'],
  ])('has somebody paged when an alarm %s [R-075]', async (_, event, part, title) => {
    const configuration = { description: 'tocsin:service=checkout' };
    await world.run('trigger', { ...event, [part]: { ...fields.parse(event[part]), configuration } });
    await world.work();
    expect(world.texts(phone)).toEqual([expect.stringContaining(title)]);
  });

  it('takes in the others of an event when one message is malformed, and keeps the one for a person at once', async () => {
    await world.run('trigger', world.fromTopic(alarmTopic, '{"AlarmName":', alarm('latency'), 'hello', alarm('errors')));
    expect(world.keptForPerson()).toEqual(['"{\\"AlarmName\\":"', '"hello"']);
    // Letters that lie there already keep the alarm of the dead letters from ringing again.
    expect(world.written.filter((line) => line.includes('"OwnAlarm":1'))).toHaveLength(2);
    await world.work();
    expect(world.texts(phone)).toHaveLength(2);
  });

  it('has somebody paged once the table answers again, though it failed on the alarm as often as Lambda tries by itself', async () => {
    const { requestId, requestPayload } = givenUp;
    const table = vi.spyOn(DynamoDBClient.prototype, 'send').mockRejectedValue(new Error('the table is down'));
    await expect(world.run('trigger', requestPayload, requestId)).rejects.toThrow('1 of 1 messages could not be worked');
    await expect(world.run('trigger', captured('given-up'))).rejects.toThrow('1 of 1 messages could not be worked');
    table.mockRestore();
    await world.run('trigger', captured('given-up'));
    await world.run('trigger', captured('given-up'));
    await world.work();
    expect(world.texts(phone)).toEqual([expect.stringContaining('latency')]);
    expect(world.keptForPerson()).toEqual([]);
  });

  it('does nothing for a topic that is not named', async () => {
    await world.run('trigger', world.fromTopic('arn:aws:sns:us-east-1:123456789012:others', alarm('latency')));
    expect(world.queued()).toEqual([]);
  });
});

describe('the worker', () => {
  const started = async (): Promise<string> => {
    await world.run('trigger', world.fromTopic(alarmTopic, alarm('latency')));
    return world.queued()[0] ?? '';
  };

  it('tells as failed only what is none of ours, and works an incident once that is named twice', async () => {
    const look = await started();
    expect(await world.work([look, '{"not":"ours"}', look])).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-1' }] });
    expect(world.texts(phone)).toHaveLength(1);
  });

  it('is woken by the schedule that it set, finds nothing near, and sets it again without harm [T-102]', async () => {
    await world.work([await started()]);
    const [schedule] = armed();
    const conflict = new ConflictException({ message: 'no', Message: 'Schedule already exists.', $metadata: {} });
    world.scheduler.on(CreateScheduleCommand).rejects(conflict);
    expect(await world.run('escalate', JSON.parse(schedule?.Target?.Input ?? ''))).toEqual({ batchItemFailures: [] });
    expect(armed().map(({ Name }) => Name)).toEqual([schedule?.Name, schedule?.Name]);
    expect(world.texts(phone)).toHaveLength(1);
  });

  it('asks the queue to hold a look back, to the second, when what a schedule woke it for is near', async () => {
    const soon = { ...config, policies: [{ id: 'default', levels: [{ targets: ['user:ana'] }, { delay: '90s', targets: ['user:ana'] }] }] };
    expect(await world.admin('api', 'PUT', '/v1/config', soon)).toMatchObject({ statusCode: 200 });
    const look = await started();
    await world.work([look]);
    expect(armed()).toEqual([]);
    world.queued();
    await world.run('escalate', { ...fields.parse(JSON.parse(look)), due: 1 });
    const sent = world.sqs.commandCalls(SendMessageCommand).at(-1)?.args[0].input;
    expect(sent?.MessageBody).toBe(look);
    expect(sent?.DelaySeconds).toBeGreaterThan(80);
    expect(sent?.DelaySeconds).toBeLessThanOrEqual(90);
  });

  it('does nothing for an incident that there is none of', async () => {
    expect(await world.run('escalate', captured('schedule'))).toEqual({ batchItemFailures: [] });
    expect(await world.run('escalate', captured('sqs-batch'))).toEqual({ batchItemFailures: [] });
    expect(armed()).toEqual([]);
  });
});

describe('a function behind the HTTP API', () => {
  it('answers HEAD as GET, without a body', async () => {
    const [get, head] = [await world.http('api', 'GET', '/health'), await world.http('api', 'HEAD', '/health')];
    expect(head).toMatchObject({ statusCode: get.statusCode, body: '' });
  });

  it.each(['TRACE', 'OPTIONS', 'PATCH'])('refuses %s rather than failing', async (method) => {
    expect(await world.http('api', method, '/v1/incidents')).toMatchObject({ statusCode: 405, headers: { allow: 'GET, HEAD' } });
  });

  it('takes a body in base64', async () => {
    const body = Buffer.from(JSON.stringify(config)).toString('base64');
    const event = { ...captured('http-api'), rawPath: '/v1/config', rawQueryString: 'dryRun=true', body, isBase64Encoded: true };
    const asked = { ...event, requestContext: { http: { method: 'PUT' } }, headers: { 'content-type': 'application/json' } };
    expect(await world.run('api', asked)).toMatchObject({ statusCode: 401 });
    const headers = { ...asked.headers, authorization: 'Bearer admin-token-of-the-canaries' };
    expect(await world.run('api', { ...asked, headers })).toMatchObject({ statusCode: 200 });
  });

  it('sends a page without link and code when they cannot be signed, and tells that nobody can answer it', async () => {
    world.secrets.on(GetSecretValueCommand).resolves({ SecretString: '[]' });
    await world.run('trigger', world.fromTopic(alarmTopic, alarm('latency')));
    await world.work();
    expect(world.texts(phone)).toEqual([expect.not.stringMatching(/Reply|http/)]);
    expect(world.written.filter((line) => line.includes('page-without-answer'))).toHaveLength(1);
  });

  it('understands every link that goes out while signing keys are replaced in the order that docs/aws.md says, though it keeps them for minutes', async () => {
    const made = 'the text that the first deployment made';
    const key = (id: number, bytes: Buffer) => ({ id, key: bytes.toString('base64') });
    const old = key(0, createHash('sha256').update(made).digest());
    const fresh = key(1, Buffer.alloc(32, 7));
    const keysAre = (text: string) => world.secrets.on(GetSecretValueCommand).resolves({ SecretString: text });
    const time = vi.spyOn(Date, 'now');
    const passMinutes = (minutes: number) => time.mockReturnValue(Date.now() + minutes * 60_000);
    const linkOf = async (name: string): Promise<string> => {
      await world.run('trigger', world.fromTopic(alarmTopic, alarm(name)));
      await world.work();
      return /\/a\/\S+/.exec(world.texts(phone).at(-1) ?? '')?.[0] ?? 'none';
    };
    keysAre(made);
    expect(await world.http('ack', 'GET', `/a/${'A'.repeat(63)}`)).toMatchObject({ statusCode: 404 });
    const steps = [
      [old, fresh],
      [fresh, old],
    ];
    for (const step of steps) {
      keysAre(JSON.stringify(step));
      expect(await world.http('ack', 'GET', await linkOf(`first ${String(step[0]?.id)}`))).toMatchObject({ statusCode: 200 });
      passMinutes(6);
    }
    expect(await world.http('ack', 'GET', await linkOf('last'))).toMatchObject({ statusCode: 200 });
  });

  it('says in its log what to do when a secret is missing', async () => {
    world.secrets.on(GetSecretValueCommand).rejects(new ResourceNotFoundException({ message: 'no', $metadata: {} }));
    expect(await world.http('ack', 'GET', `/a/${'A'.repeat(63)}`)).toMatchObject({ statusCode: 500 });
    expect(world.written.join('')).toContain('the secret of the signing keys is missing or empty; docs/aws.md says how to set it');
  });
});
