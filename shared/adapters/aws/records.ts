import * as z from 'zod/mini';
import type { IncidentId } from '../../domain/incident-id.ts';
import type { Instant } from '../../domain/time.ts';
import type { ContactTestRequest, Log } from '../../ports.ts';

// What comes to the functions that are not asked over HTTP. Only what is used is looked at; everything else may change.

const incidentId = z.object({ key: z.string().check(z.minLength(1), z.maxLength(64)), generation: z.int().check(z.minimum(0)) });

const armed = z.extend(incidentId, { due: z.number() });

/** A schedule that fired. */
interface Armed extends IncidentId {
  readonly due: Instant;
}

/** The event of a schedule of ours; null when it is something else. */
export function readArmed(event: unknown): Armed | null {
  const parsed = armed.safeParse(event);
  return parsed.success ? parsed.data : null;
}

const handoffs = z.object({ handoffs: z.literal(true) });
const contactTest = z.object({ test: z.string().check(z.minLength(1), z.maxLength(64)), person: z.string() });
const queued = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/** What a message of the work queue asks for. */
type Asked =
  | { readonly kind: 'look'; readonly id: IncidentId }
  | { readonly kind: 'test'; readonly test: ContactTestRequest }
  | { readonly kind: 'handoffs' }
  /** It is none of ours. */
  | { readonly kind: 'unknown' };

export interface QueuedWork {
  readonly messageId: string;
  readonly asked: Asked;
}

/** A batch of the work queue; null when the event is something else. */
export function readQueued(event: unknown): readonly QueuedWork[] | null {
  const parsed = queued.safeParse(event);
  return parsed.success ? parsed.data.Records.map(({ messageId, body }) => ({ messageId, asked: askedIn(parsedJson(body)) })) : null;
}

function askedIn(body: unknown): Asked {
  const id = incidentId.safeParse(body);
  if (id.success) return { kind: 'look', id: id.data };
  if (handoffs.safeParse(body).success) return { kind: 'handoffs' };
  const test = contactTest.safeParse(body);
  return test.success ? { kind: 'test', test: { id: test.data.test, person: test.data.person } } : { kind: 'unknown' };
}

const topic = z.object({
  Records: z.array(z.object({ Sns: z.object({ MessageId: z.string(), TopicArn: z.string(), Message: z.string() }) })),
});

/** A message of a topic, read as JSON where it is some, or an event that came by itself. A repeat has the same id. */
export interface Brought {
  readonly id: string;
  readonly message: unknown;
}

/**
 * What an event brings: the messages of these topics, or the event itself when no topic brought it. A message of any other topic is refused: nobody
 * waits for an answer, so the log names the topic.
 */
export function readBrought(
  event: unknown,
  topicArns: readonly string[],
  invocationId: string,
  log: Pick<Log, 'error' | 'measure'>,
): readonly Brought[] {
  const parsed = topic.safeParse(event);
  if (!parsed.success) return [{ id: `event-${invocationId}`, message: event }];
  return parsed.data.Records.flatMap(({ Sns }) => {
    const id = `sns-${Sns.MessageId}`;
    if (topicArns.includes(Sns.TopicArn)) return [{ id, message: parsedJson(Sns.Message) ?? Sns.Message }];
    log.error('topic-not-expected', { topic: Sns.TopicArn, messageId: id });
    log.measure('Refusals', 1, 'topic-not-expected');
    return [];
  });
}

/** https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html */
const inboundSms = z.object({
  originationNumber: z.string(),
  messageBody: z.string(),
  inboundMessageId: z.string().check(z.minLength(1)),
  previousPublishedMessageId: z.nullish(z.string()),
});

/** An SMS that somebody sent us; `answers`: the message of ours that it follows, as the provider knows it. */
interface InboundSms {
  readonly from: string;
  readonly text: string;
  readonly messageId: string;
  readonly answers: string | null;
}

/** Null: the message is none that two-way SMS brings. */
export function readInboundSms(message: unknown): InboundSms | null {
  const parsed = inboundSms.safeParse(message);
  if (!parsed.success) return null;
  const { originationNumber, messageBody, inboundMessageId, previousPublishedMessageId } = parsed.data;
  return { from: originationNumber, text: messageBody, messageId: inboundMessageId, answers: previousPublishedMessageId ?? null };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
