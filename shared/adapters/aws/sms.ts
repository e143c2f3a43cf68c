import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Log, Transports } from '../../ports.ts';
import { refusalOf, tellIfOurs } from './refusal.ts';
import { forSending } from './world.ts';

interface Options {
  /** The number that messages come from, in E.164; null: AWS chooses, and nobody can reply. */
  readonly originationNumber: string | null;
  /** The most that one message may cost, in US dollars. */
  readonly maxPrice: string;
}

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html, and what the SDK names besides. */
const taxonomy = {
  permanent: new Map([
    ['InvalidParameterException', 'invalid-number'],
    ['InvalidParameterValueException', 'invalid-number'],
    ['ValidationException', 'invalid-number'],
    ['OptedOutException', 'opted-out'],
    ['UserErrorException', 'not-verified'],
    ['AuthorizationErrorException', 'not-allowed'],
    ['AccessDeniedException', 'not-allowed'],
    ['InvalidSecurityException', 'not-allowed'],
    ['EndpointDisabledException', 'blocked'],
    ['NotFoundException', 'not-configured'],
  ]),
  transient: new Map([
    ['ThrottledException', 'throttled'],
    ['Throttling', 'throttled'],
    ['ThrottlingException', 'throttled'],
    ['TooManyRequestsException', 'throttled'],
    ['LimitExceededException', 'quota'],
    ['ConcurrentAccessException', 'conflict'],
    ['InternalErrorException', 'provider-fault'],
    ['KMSThrottlingException', 'throttled'],
  ]),
};

/** SMS by Amazon SNS. There is neither a time to live nor a receipt: handed over is all that is known. */
function makeSms(client: SNSClient, { originationNumber, maxPrice }: Options, log: Pick<Log, 'alarm'>): Transports['sms'] {
  const attributes = {
    'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' },
    'AWS.SNS.SMS.MaxPrice': { DataType: 'Number', StringValue: maxPrice },
    ...(originationNumber === null ? {} : { 'AWS.MM.SMS.OriginationNumber': { DataType: 'String', StringValue: originationNumber } }),
  };
  return async ({ to, text }) => {
    try {
      const { MessageId } = await client.send(new PublishCommand({ PhoneNumber: to, Message: text, MessageAttributes: attributes }));
      return { ok: true, providerId: MessageId ?? null };
    } catch (cause) {
      const refusal = refusalOf(cause, taxonomy);
      tellIfOurs(log, 'sms', refusal.code);
      return refusal;
    }
  };
}

export interface SmsEnvironment {
  readonly SMS_ORIGINATION_NUMBER?: string | undefined;
  readonly SMS_MAX_PRICE: string;
}

/** SMS by Amazon SNS. */
export const openSms = ({ SMS_ORIGINATION_NUMBER, SMS_MAX_PRICE }: SmsEnvironment, log: Pick<Log, 'alarm'>): Transports['sms'] =>
  makeSms(new SNSClient(forSending), { originationNumber: SMS_ORIGINATION_NUMBER ?? null, maxPrice: SMS_MAX_PRICE }, log);

const about = { kind: 'notice', person: '', incidentId: null, notificationId: null, ackUrl: null, code: null } as const;

/** Answers a number that wrote. An answer that cannot leave is only logged: what was asked for is done. */
export function openAnswer(environment: SmsEnvironment, log: Log): (to: string, text: string) => Promise<void> {
  const sms = openSms(environment, log);
  return async (to, text) => {
    const answered = await sms({ to, text, about });
    if (!answered.ok) log.error('reply-not-sent', { code: answered.code });
  };
}
