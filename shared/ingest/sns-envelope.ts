import * as z from 'zod/mini';
import { fieldErrors, type FieldError } from '../schema/field-errors.ts';
import { textAt } from './json-fields.ts';

// The signed text has no quoting: a line break in any of these could make one signed message read as another.
const line = (shape: RegExp) => z.string().check(z.regex(shape, 'Is not written as Amazon SNS writes it.'));

const messageId = /^[A-Za-z0-9-]{1,56}$/;

// Most senders are no topics: made when the first message of one comes.
const snsEnvelope = z.lazy(() => {
  const oneLine = line(/^[^\r\n]{1,4096}$/);
  const common = {
    MessageId: line(messageId),
    TopicArn: line(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_.-]{1,256}$/),
    Timestamp: line(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/),
    Message: z.string(),
    SignatureVersion: z.enum(['1', '2']),
    Signature: line(/^[A-Za-z0-9+/]{1,4096}={0,2}$/),
    SigningCertURL: oneLine,
  };

  const control = { ...common, SubscribeURL: oneLine, Token: oneLine };

  return z.discriminatedUnion('Type', [
    z.object({ Type: z.literal('Notification'), ...common, Subject: z.nullish(line(/^[^\r\n]{0,4096}$/)) }),
    z.object({ Type: z.literal('SubscriptionConfirmation'), ...control }),
    z.object({ Type: z.literal('UnsubscribeConfirmation'), ...control }),
  ]);
});

/** What SNS posts to an HTTPS subscription that is not raw. */
export type SnsEnvelope = z.infer<typeof snsEnvelope>;

const types: readonly unknown[] = ['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation'];

/** True for what claims to come from SNS in an envelope; only a checked signature proves it. */
export const looksLikeSns = (value: unknown): boolean => types.includes(textAt(value, 'Type'));

/** The id under which a repeat of the message is known, in an envelope or what stands for it; null when there is none. */
export function messageIdOf(value: unknown): string | null {
  const id = textAt(value, 'MessageId');
  return id !== null && messageId.test(id) ? `sns-${id}` : null;
}

/** Reads an envelope; refused with a pointer for each field that SNS would not write so. */
export function parseSnsEnvelope(
  value: unknown,
): { readonly ok: true; readonly envelope: SnsEnvelope } | { readonly ok: false; readonly errors: readonly FieldError[] } {
  const parsed = snsEnvelope.safeParse(value);
  return parsed.success ? { ok: true, envelope: parsed.data } : { ok: false, errors: fieldErrors(parsed.error) };
}

/** The text that SNS signs: name and value of each signed field, in the order of their names, each on its line. */
export function signedText(envelope: SnsEnvelope): string {
  const { Message, MessageId, Timestamp, TopicArn, Type } = envelope;
  const fields =
    envelope.Type === 'Notification'
      ? { Message, MessageId, Subject: envelope.Subject, Timestamp, TopicArn, Type }
      : { Message, MessageId, SubscribeURL: envelope.SubscribeURL, Timestamp, Token: envelope.Token, TopicArn, Type };
  return Object.entries(fields)
    .flatMap(([name, value]) => (typeof value === 'string' ? [`${name}\n${value}\n`] : []))
    .join('');
}

const region = '[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-[0-9]{1,2}';
const host = new RegExp(`^sns\\.${region}\\.amazonaws\\.com(?:\\.cn)?$`);

/** An address at SNS itself: https, its very host, no user, no port, nothing that two readers could read differently. */
function snsAddress(text: string): URL | null {
  const url = URL.parse(text);
  const plain = url !== null && url.protocol === 'https:' && host.test(url.hostname) && url.href === text;
  return plain && `${url.username}${url.password}${url.port}${url.hash}` === '' ? url : null;
}

/** True for the address of a certificate that SNS signs with. */
export function isCertificateAddress(text: string): boolean {
  const url = snsAddress(text);
  return url !== null && url.search === '' && url.pathname.endsWith('.pem');
}

/** True for the address at which SNS has the subscription to this very topic confirmed. */
export function isConfirmationAddress(text: string, topic: string): boolean {
  const url = snsAddress(text);
  const asks = (name: string, value: string): boolean => url?.searchParams.getAll(name).join('\n') === value;
  return url?.pathname === '/' && asks('Action', 'ConfirmSubscription') && asks('TopicArn', topic);
}
