import { SendEmailCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import type { Log, Transports } from '../../ports.ts';
import { refusalOf, tellIfOurs } from './refusal.ts';

interface Options {
  /** A verified address, or one of a verified domain. */
  readonly from: string;
  readonly configurationSet: string;
}

/**
 * https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html. What stands in the way of every message is permanent for this one
 * too: the next contact of the person is tried at once rather than after a minute.
 */
const taxonomy = {
  permanent: new Map([
    ['MessageRejected', 'rejected'],
    ['BadRequestException', 'invalid-address'],
    ['AccountSuspendedException', 'account-suspended'],
    ['SendingPausedException', 'sending-paused'],
    ['MailFromDomainNotVerifiedException', 'sender-not-verified'],
    ['NotFoundException', 'not-configured'],
    ['AccessDeniedException', 'not-allowed'],
  ]),
  transient: new Map([
    ['TooManyRequestsException', 'throttled'],
    ['ThrottlingException', 'throttled'],
    ['LimitExceededException', 'quota'],
    ['ConcurrentModificationException', 'conflict'],
    ['ConflictException', 'conflict'],
    ['InternalServiceErrorException', 'provider-fault'],
  ]),
};

const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });

/**
 * Whose identity SES does not know, of a message that it rejected for that; null: it rejected it for something else. It says so in words alone: `Email
 * address is not verified. The following identities failed the check in region US-EAST-1: ana@example.com`.
 */
function notVerified(cause: unknown, from: string): 'sender-not-verified' | 'recipient-not-verified' | null {
  if (!(cause instanceof Error) || !/not verified/i.test(cause.message)) return null;
  return cause.message.toLowerCase().includes(from.toLowerCase()) ? 'sender-not-verified' : 'recipient-not-verified';
}

/** E-mail by Amazon SES, as text and as HTML. */
export function makeEmail(client: SESv2Client, { from, configurationSet }: Options, log: Pick<Log, 'alarm'>): Transports['email'] {
  return async ({ to, subject, text, html }) => {
    try {
      const { MessageId } = await client.send(
        new SendEmailCommand({
          FromEmailAddress: from,
          Destination: { ToAddresses: [to] },
          ConfigurationSetName: configurationSet,
          Content: { Simple: { Subject: utf8(subject), Body: { Text: utf8(text), Html: utf8(html) } } },
        }),
      );
      return { ok: true, providerId: MessageId ?? null };
    } catch (cause) {
      const refusal = refusalOf(cause, taxonomy);
      const code = refusal.code === 'rejected' ? (notVerified(cause, from) ?? refusal.code) : refusal.code;
      tellIfOurs(log, 'email', code);
      return { ...refusal, code };
    }
  };
}
