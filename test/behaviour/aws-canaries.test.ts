import { ConditionalCheckFailedException, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import { PublishCommand } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alarmTopic, replyTopic } from '../aws-environment.ts';
import { adminToken, AwsWorld, fields, type FunctionName } from './aws-world.ts';

const canary = {
  title: 'CanaryTitle',
  name: 'CanaryName',
  phone: '+15555550177',
  email: 'canary.mail@example.com',
  detail: 'CanaryDetail',
  token: 'CanaryToken',
};
const config = {
  settings: { catchAll: ['user:ana'] },
  services: [{ id: 'checkout', policy: 'default' }],
  policies: [{ id: 'default', levels: [{ targets: ['user:ana'] }] }],
  people: [
    {
      id: 'ana',
      name: canary.name,
      contacts: [
        { id: 'phone', channel: 'sms', address: canary.phone },
        { id: 'mail', channel: 'email', address: canary.email },
      ],
    },
  ],
};
const signal = { title: canary.title, description: canary.detail, labels: { host: canary.detail }, details: { who: canary.email } };
const provider = Object.assign(new Error(`Invalid parameter: ${canary.phone} ${canary.email} ${canary.title}`), {
  name: 'InternalErrorException',
  $metadata: {},
});

let world: AwsWorld;
let ingestKey = '';

beforeEach(async () => {
  world = await AwsWorld.open();
  world.sns.on(PublishCommand).resolves({ MessageId: 'sms-1' });
  world.ses.on(SendEmailCommand).resolves({ MessageId: 'mail-1' });
  expect(await world.admin('api', 'PUT', '/v1/config', config)).toMatchObject({ statusCode: 200 });
  const { body } = await world.admin('api', 'POST', '/v1/services/checkout/keys');
  ingestKey = String(fields.parse(JSON.parse(body))['key']);
});

afterEach(() => {
  world.close();
});

/** Everything that must stand in no line. */
const secrets = () => [...Object.values(canary), adminToken, ingestKey, canary.phone.slice(1)];

function expectNoCanary(...events: readonly string[]): void {
  const lines = world.written.join('\n');
  for (const event of events) expect(lines).toContain(event);
  for (const secret of secrets()) expect(lines).not.toContain(secret);
}

const send = (body: object) =>
  world.http('trigger', 'POST', '/v1/events', JSON.stringify(body), {
    authorization: `Bearer ${ingestKey}`,
    'content-type': 'application/json',
  });

const failing = (name: FunctionName, event: unknown) => expect(world.run(name, event)).rejects.toThrow();

describe('the logs and metrics of the functions hold nothing personal', () => {
  it('when an alarm pages, is answered by link and by SMS, and is resolved', async () => {
    expect((await send(signal)).statusCode).toBe(202);
    await world.work();
    const [page = ''] = world.texts(canary.phone);
    expect(page).toContain(canary.title);
    const mail = world.ses.commandCalls(SendEmailCommand)[0]?.args[0].input.Content?.Simple?.Body?.Text?.Data ?? '';
    const link = /\/a\/[\w-]{63}/.exec(mail)?.[0] ?? '';
    expect((await world.http('ack', 'GET', link)).body).toContain(canary.title);
    expect(
      (await world.http('ack', 'POST', link, 'action=acknowledge', { 'content-type': 'application/x-www-form-urlencoded' })).statusCode,
    ).toBe(200);
    const code = /Reply (\d{4,6})/.exec(page)?.[1] ?? '';
    const sms = { originationNumber: canary.phone, messageBody: `${code} r`, inboundMessageId: 'inbound-1' };
    await world.run('reply', world.fromTopic(replyTopic, JSON.stringify(sms)));
    expect(world.texts(canary.phone).at(-1)).toContain('esolved');
    await world.run('sweep', {});
    await world.admin('api', 'GET', '/v1/incidents?state=open');
    expectNoCanary(
      '"route":"/v1/events"',
      '"route":"/a/:token"',
      '"HandOverMilliseconds"',
      '"StepLatenessSeconds"',
      '"OldestOverdueSeconds"',
    );
    expect(world.written.join('\n')).not.toContain(link.slice(3));
  });

  it('when every provider refuses, in words that quote the message', async () => {
    world.sns.on(PublishCommand).rejects(provider);
    world.ses.on(SendEmailCommand).rejects(provider);
    await send(signal);
    await world.work();
    expectNoCanary('"reason":"provider-fault"');
    const sms = { originationNumber: canary.phone, messageBody: `hello ${canary.name}`, inboundMessageId: 'inbound-1' };
    await world.run('reply', world.fromTopic(replyTopic, JSON.stringify(sms)));
    expectNoCanary('reply-not-sent');
  });

  it('when the table fails, in words that quote the item', async () => {
    const broken = mockClient(DynamoDBClient).onAnyCommand().rejects(provider);
    await world.http('ack', 'GET', `/a/${canary.token}`);
    expect((await send(signal)).statusCode).toBe(503);
    broken
      .on(PutItemCommand)
      .rejects(new ConditionalCheckFailedException({ message: canary.title, $metadata: {}, Item: { body: { S: canary.title } } }));
    await world.work(['{"key":"abcdefghijklmnopqrstuvwxyz","generation":1}']);
    await failing('sweep', {});
    await failing('trigger', world.fromTopic(alarmTopic, JSON.stringify({ AlarmName: canary.title, NewStateValue: 'ALARM' })));
    await failing(
      'reply',
      world.fromTopic(replyTopic, JSON.stringify({ originationNumber: canary.phone, messageBody: 'ack', inboundMessageId: '1' })),
    );
    expectNoCanary('work-failed', 'message-failed', 'request-unavailable');
  });

  it('when what comes in is malformed, wherever it comes in', async () => {
    const text = `{"title":"${canary.title}","phone":"${canary.phone}","mail":"${canary.email}",`;
    const value = { title: canary.title, [canary.name]: canary.phone, mail: [canary.email], Records: [canary.detail] };
    expect((await send(value)).statusCode).toBe(202);
    for (const body of [text, canary.title, `"${canary.title}"`]) {
      const headers = { authorization: `Bearer ${ingestKey}`, 'content-type': 'application/json', 'x-canary': canary.email };
      expect(
        (await world.http('trigger', 'POST', `/v1/ingest/alertmanager?x=${canary.detail}`, body, headers)).statusCode,
      ).toBeGreaterThanOrEqual(400);
    }
    await world.http('trigger', 'POST', `/v1/events?key=${canary.token}`, text);
    await world.http('api', 'GET', `/v1/${canary.title}`, '', { authorization: `Bearer ${canary.token}` });
    await world.admin('api', 'PUT', '/v1/config', text);
    for (const name of ['trigger', 'reply'] as const) await world.run(name, world.fromTopic(`${alarmTopic}-2`, text));
    for (const event of [value, canary.title, null, [value], { Records: [value] }]) {
      for (const name of ['reply', 'escalate', 'ack', 'resolve', 'api'] as const) await failing(name, event);
      await world.run('trigger', event);
    }
    await world.run('trigger', world.fromTopic(alarmTopic, text));
    const noState = { ...value, AlarmName: canary.title, NewStateValue: canary.detail };
    await world.run('trigger', world.fromTopic(alarmTopic, JSON.stringify(noState)));
    await failing('reply', world.fromTopic(replyTopic, text));
    await failing('reply', world.fromTopic(replyTopic, JSON.stringify(value)));
    await world.work([text, JSON.stringify(value), JSON.stringify({ test: canary.detail, person: canary.name })]);
    expectNoCanary('alarm-not-understood', 'message-failed', 'work-failed', 'topic-not-expected', '"route":"/v1/events"');
  });
});
