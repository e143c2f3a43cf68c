import { createVerify } from 'node:crypto';
import type { Problem } from '../http/problem.ts';
import { textAt } from '../ingest/json-fields.ts';
import {
  isCertificateAddress,
  isConfirmationAddress,
  looksLikeSns,
  messageIdOf,
  parseSnsEnvelope,
  signedText,
  type SnsEnvelope,
} from '../ingest/sns-envelope.ts';
import type { Ports, Sns } from '../ports.ts';
import type { FieldError } from '../schema/field-errors.ts';
import { Unavailable } from './use-cases.ts';

/** What is told about a topic, and listed; nothing was started. */
export interface TopicNotice {
  readonly id: string | null;
  readonly topic: string;
  readonly reason: 'subscription-not-expected' | 'topic-not-expected' | 'unsubscribed';
}

type JudgedMessage =
  /** What is to be read as alarms; a raw message as SNS would have wrapped it. */
  | { readonly kind: 'alarms'; readonly body: unknown }
  /** About a subscription; all that is to be done is done. */
  | { readonly kind: 'control'; readonly notice: TopicNotice | null }
  | { readonly kind: 'refused'; readonly problem: Problem; readonly notice: TopicNotice | null }
  | { readonly kind: 'invalid'; readonly errors: readonly FieldError[] };

/** Judges a body that may come from SNS (the text itself where it is raw), by its signature and the topics that are expected; none named: all may send, none may subscribe. */
type JudgeMessage = (value: unknown, headers: Headers, topics: readonly string[]) => Promise<JudgedMessage>;

/** SNS signs with one certificate in each region, and changes it about once a year. */
const mostCertificates = 32;

/** Checks signatures, with certificates asked for once. Throws `Unavailable` when there is none to be had. */
function makeIsSigned(sns: Pick<Sns, 'certificate'>): (envelope: SnsEnvelope) => Promise<boolean> {
  const certificates = new Map<string, Promise<string>>();

  const certificate = (url: string): Promise<string> => {
    const known = certificates.get(url);
    if (known !== undefined) return known;
    if (certificates.size >= mostCertificates) certificates.clear();
    const fetched = sns.certificate(url);
    certificates.set(url, fetched);
    return fetched;
  };

  return async (envelope) => {
    const url = envelope.SigningCertURL;
    if (!isCertificateAddress(url)) return false;
    try {
      return holds(envelope, await certificate(url));
    } catch (cause) {
      // It could not be had, or a page of some proxy stands in its place: the next message asks again.
      certificates.delete(url);
      throw new Unavailable('the certificate of SNS cannot be had', { cause });
    }
  };
}

/** Judges SNS messages. Throws `Unavailable` when the certificate cannot be had or a subscription cannot be confirmed: SNS tries again. */
export function makeJudgeMessage({ sns, log }: Pick<Ports, 'sns' | 'log'>): JudgeMessage {
  const isSigned = makeIsSigned(sns);

  const confirm = async (url: string, topic: string): Promise<JudgedMessage> => {
    try {
      await sns.confirm(url);
    } catch (cause) {
      throw new Unavailable('the subscription cannot be confirmed', { cause });
    }
    log.info('sns-subscription-confirmed', { topic });
    return { kind: 'control', notice: null };
  };

  const judgeEnvelope = async (envelope: SnsEnvelope, topics: readonly string[]): Promise<JudgedMessage> => {
    const { Type: type, TopicArn: topic } = envelope;
    const id = messageIdOf(envelope);
    if (!(await isSigned(envelope))) {
      log.error('sns-signature-not-valid', { type });
      return refused(notSigned, null);
    }
    const expected = isExpected(topic, topics);
    switch (type) {
      case 'Notification':
        return expected || topics.length === 0 ? { kind: 'alarms', body: envelope } : unexpected(id, topic);
      case 'SubscriptionConfirmation':
        if (!expected) return refused(topicNotExpected, { id, topic, reason: 'subscription-not-expected' });
        return isConfirmationAddress(envelope.SubscribeURL, topic) ? confirm(envelope.SubscribeURL, topic) : refused(notSigned, null);
      case 'UnsubscribeConfirmation':
        if (!expected && topics.length > 0) return unexpected(id, topic);
        log.alarm('sns-unsubscribed', { topic });
        return { kind: 'control', notice: { id, topic, reason: 'unsubscribed' } };
      default:
        return type satisfies never;
    }
  };

  return async (value, headers, topics) => {
    if (isRaw(headers)) return judgeRaw(value, headers, topics);
    if (!looksLikeSns(value)) return { kind: 'alarms', body: value };
    const parsed = parseSnsEnvelope(value);
    return parsed.ok ? judgeEnvelope(parsed.envelope, topics) : { kind: 'invalid', errors: parsed.errors };
  };
}

/** True for a message that SNS delivers as it was published, whatever it is. What it asks about a subscription is never raw. */
export const isRaw = (headers: Headers): boolean =>
  headers.get('x-amz-sns-rawdelivery') === 'true' && (headers.get('x-amz-sns-message-type') ?? 'Notification') === 'Notification';

/** Raw messages carry no signature: the ingest key alone speaks for them, and their headers only narrow what it may send. */
function judgeRaw(text: unknown, headers: Headers, topics: readonly string[]): JudgedMessage {
  const given = { MessageId: headers.get('x-amz-sns-message-id'), TopicArn: headers.get('x-amz-sns-topic-arn') };
  const topic = textAt(given, 'TopicArn');
  if (topics.length > 0 && (topic === null || !isExpected(topic, topics))) return unexpected(messageIdOf(given), topic ?? '');
  return { kind: 'alarms', body: { Type: 'Notification', Message: text, ...given } };
}

const isExpected = (topic: string, topics: readonly string[]): boolean =>
  topics.some((named) => (named.endsWith('*') ? topic.startsWith(named.slice(0, -1)) : topic === named));

/** Throws when what should be a certificate is none. */
function holds(envelope: SnsEnvelope, certificate: string): boolean {
  const algorithm = envelope.SignatureVersion === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
  return createVerify(algorithm).update(signedText(envelope)).verify(certificate, envelope.Signature, 'base64');
}

const refused = (problem: Problem, notice: TopicNotice | null): JudgedMessage => ({ kind: 'refused', problem, notice });

const unexpected = (id: string | null, topic: string): JudgedMessage =>
  refused(topicNotExpected, { id, topic, reason: 'topic-not-expected' });

const notSigned: Problem = { status: 403, code: 'signature-not-valid', detail: 'This is not signed by Amazon SNS.' };

const topicNotExpected: Problem = {
  status: 403,
  code: 'topic-not-expected',
  detail: 'This SNS topic is not expected here: name its ARN in settings.snsTopics, then send the request again.',
};
