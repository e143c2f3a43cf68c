import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeEmail } from '../../shared/adapters/aws/email.ts';
import { openSms } from '../../shared/adapters/aws/sms.ts';
import type { Log, MessageContext } from '../../shared/ports.ts';

const sns = mockClient(SNSClient);
const ses = mockClient(SESv2Client);

beforeEach(() => {
  sns.reset();
  ses.reset();
  alarms.length = 0;
});

const about: MessageContext = { kind: 'page', person: 'ana', incidentId: null, notificationId: null, ackUrl: null, code: null };
const alarms: string[] = [];
const log: Pick<Log, 'alarm'> = { alarm: (event, fields) => alarms.push(`${event} ${JSON.stringify(fields)}`) };
const sms = openSms({ SMS_ORIGINATION_NUMBER: '+15555550199', SMS_MAX_PRICE: '0.10' }, log);
const email = makeEmail(new SESv2Client({ region: 'us-east-1' }), { from: 'tocsin@example.com', configurationSet: 'tocsin-dev' }, log);
const text = { to: '+15555550100', text: '[CRIT] checkout: error rate 12%', about };
const mail = { to: 'ana@example.com', subject: '[CRITICAL] checkout', text: 'in words', html: '<p>in words</p>', about };

/** An error as the SDK throws it: with a name, and a text of the provider's that quotes what it was about. */
const named = (name: string): Error =>
  Object.assign(new Error('Invalid parameter: +15555550100, ana@example.com'), { name, $metadata: { httpStatusCode: 400 } });

const permanent = (code: string): object => ({ ok: false, permanent: true, code, retryAfter: null });
const passing = (code: string): object => ({ ok: false, permanent: false, code, retryAfter: null });

describe('an SMS through Amazon SNS', () => {
  it('leaves as a transactional message from our number, for no more than the price that was set', async () => {
    sns.on(PublishCommand).resolves({ MessageId: 'message-1' });
    expect(await sms(text)).toEqual({ ok: true, providerId: 'message-1' });
    expect(sns.commandCalls(PublishCommand).map(({ args }) => args[0].input)).toEqual([
      {
        PhoneNumber: '+15555550100',
        Message: '[CRIT] checkout: error rate 12%',
        MessageAttributes: {
          'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' },
          'AWS.SNS.SMS.MaxPrice': { DataType: 'Number', StringValue: '0.10' },
          'AWS.MM.SMS.OriginationNumber': { DataType: 'String', StringValue: '+15555550199' },
        },
      },
    ]);
  });

  it('leaves from whatever number AWS chooses where the environment names none', async () => {
    sns.on(PublishCommand).resolves({});
    expect(await openSms({ SMS_MAX_PRICE: '0.50' }, log)(text)).toEqual({ ok: true, providerId: null });
    expect(sns.commandCalls(PublishCommand)[0]?.args[0].input.MessageAttributes).toEqual({
      'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' },
      'AWS.SNS.SMS.MaxPrice': { DataType: 'Number', StringValue: '0.50' },
    });
  });

  it.each([
    ['InvalidParameterException', permanent('invalid-number')],
    ['InvalidParameterValueException', permanent('invalid-number')],
    ['ValidationException', permanent('invalid-number')],
    ['OptedOutException', permanent('opted-out')],
    ['UserErrorException', permanent('not-verified')],
    ['AuthorizationErrorException', permanent('not-allowed')],
    ['AccessDeniedException', permanent('not-allowed')],
    ['InvalidSecurityException', permanent('not-allowed')],
    ['EndpointDisabledException', permanent('blocked')],
    ['NotFoundException', permanent('not-configured')],
    ['ThrottledException', passing('throttled')],
    ['Throttling', passing('throttled')],
    ['ThrottlingException', passing('throttled')],
    ['TooManyRequestsException', passing('throttled')],
    ['KMSThrottlingException', passing('throttled')],
    ['LimitExceededException', passing('quota')],
    ['ConcurrentAccessException', passing('conflict')],
    ['InternalErrorException', passing('provider-fault')],
    ['TimeoutError', passing('timeout')],
    ['AbortError', passing('timeout')],
    ['RequestTimeout', passing('timeout')],
    ['SomethingNew', passing('unknown')],
  ])('that is refused with %s is told in a word of ours, without a word of the provider', async (name, refusal) => {
    sns.on(PublishCommand).rejects(named(name));
    expect(await sms(text)).toEqual(refusal);
  });
});

describe('an e-mail through Amazon SES', () => {
  it('leaves as text and as HTML under the configuration set', async () => {
    ses.on(SendEmailCommand).resolves({ MessageId: 'mail-1' });
    expect(await email(mail)).toEqual({ ok: true, providerId: 'mail-1' });
    expect(ses.commandCalls(SendEmailCommand).map(({ args }) => args[0].input)).toEqual([
      {
        FromEmailAddress: 'tocsin@example.com',
        Destination: { ToAddresses: ['ana@example.com'] },
        ConfigurationSetName: 'tocsin-dev',
        Content: {
          Simple: {
            Subject: { Data: '[CRITICAL] checkout', Charset: 'UTF-8' },
            Body: { Text: { Data: 'in words', Charset: 'UTF-8' }, Html: { Data: '<p>in words</p>', Charset: 'UTF-8' } },
          },
        },
      },
    ]);
  });

  it.each([
    ['MessageRejected', permanent('rejected')],
    ['BadRequestException', permanent('invalid-address')],
    ['AccountSuspendedException', permanent('account-suspended')],
    ['SendingPausedException', permanent('sending-paused')],
    ['MailFromDomainNotVerifiedException', permanent('sender-not-verified')],
    ['NotFoundException', permanent('not-configured')],
    ['AccessDeniedException', permanent('not-allowed')],
    ['TooManyRequestsException', passing('throttled')],
    ['ThrottlingException', passing('throttled')],
    ['LimitExceededException', passing('quota')],
    ['ConcurrentModificationException', passing('conflict')],
    ['ConflictException', passing('conflict')],
    ['InternalServiceErrorException', passing('provider-fault')],
    ['TimeoutError', passing('timeout')],
    ['SomethingNew', passing('unknown')],
  ])('that is refused with %s is told in a word of ours, without a word of the provider', async (name, refusal) => {
    ses.on(SendEmailCommand).rejects(named(name));
    expect(await email(mail)).toEqual(refusal);
  });

  it.each([
    [
      'the sender',
      'TOCSIN@EXAMPLE.COM, ana@example.com',
      'sender-not-verified',
      [`provider-refuses-us {"channel":"email","code":"sender-not-verified"}`],
    ],
    ['the receiver, in the sandbox', 'ana@example.com', 'recipient-not-verified', []],
  ])(
    'that is rejected because SES has not verified %s is told as that, and who looks after us where nothing can leave',
    async (_, identities, code, raised) => {
      const message = `Email address is not verified. The following identities failed the check in region US-EAST-1: ${identities}`;
      ses.on(SendEmailCommand).rejects(Object.assign(new Error(message), { name: 'MessageRejected', $metadata: {} }));
      expect(await email(mail)).toEqual(permanent(code));
      expect(alarms).toEqual(raised);
    },
  );

  it('counts a fault that is no error at all as passing', async () => {
    ses.on(SendEmailCommand).callsFake(() => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- libraries do throw such things
      throw 'ana@example.com';
    });
    expect(await email(mail)).toEqual(passing('unknown'));
  });
});

describe('what stands in the way of every message, whoever it is for', () => {
  const told = async (send: () => Promise<unknown>, name: string): Promise<readonly string[]> => {
    sns.on(PublishCommand).rejects(named(name));
    ses.on(SendEmailCommand).rejects(named(name));
    await send();
    return alarms;
  };

  it.each([
    ['AccountSuspendedException', 'account-suspended'],
    ['SendingPausedException', 'sending-paused'],
    ['MailFromDomainNotVerifiedException', 'sender-not-verified'],
    ['NotFoundException', 'not-configured'],
    ['AccessDeniedException', 'not-allowed'],
    ['LimitExceededException', 'quota'],
  ])('is told to who looks after us: %s of SES', async (name, code) => {
    expect(await told(() => email(mail), name)).toEqual([`provider-refuses-us {"channel":"email","code":"${code}"}`]);
  });

  it.each([
    ['AuthorizationErrorException', 'not-allowed'],
    ['NotFoundException', 'not-configured'],
    ['LimitExceededException', 'quota'],
  ])('is told to who looks after us: %s of SNS', async (name, code) => {
    expect(await told(() => sms(text), name)).toEqual([`provider-refuses-us {"channel":"sms","code":"${code}"}`]);
  });

  it.each(['OptedOutException', 'InvalidParameterException', 'ThrottledException', 'SomethingNew'])(
    'is not what only one number, or the moment, is refused for: %s',
    async (name) => {
      expect(await told(() => sms(text), name)).toEqual([]);
    },
  );
});
