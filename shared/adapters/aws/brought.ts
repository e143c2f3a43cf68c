import * as z from 'zod/mini';
import type { Log } from '../../ports.ts';
import { parsedJson } from './parsed-json.ts';

// What topics and events bring. Only what is used is looked at; everything else may change.

const topic = z.object({
  Records: z.array(z.object({ Sns: z.object({ MessageId: z.string(), TopicArn: z.string(), Message: z.string() }) })),
});

/** A message of a topic, read as JSON where it is some, or an event that came by itself. A repeat has the same id. */
export interface Brought {
  readonly id: string;
  readonly message: unknown;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html: what Lambda keeps of an event that a function failed on. */
const givenUp = z.lazy(() => z.object({ requestContext: z.object({ requestId: z.string() }), requestPayload: z.unknown() }));
const fromQueue = z.lazy(() => z.object({ Records: z.array(z.object({ body: z.string() })).check(z.length(1)) }));

interface Invoked {
  readonly event: unknown;
  readonly invocationId: string;
}

/** An event that was given up before and comes again from the queue that it waited in, under the id that it had; null: it comes for the first time. */
function readAgain(event: unknown): Invoked | null {
  const queued = fromQueue.safeParse(event);
  const kept = queued.success ? givenUp.safeParse(parsedJson(queued.data.Records[0]?.body ?? '')) : null;
  return kept?.success === true ? { event: kept.data.requestPayload, invocationId: kept.data.requestContext.requestId } : null;
}

/**
 * What an event brings, for the first time or again: the messages of these topics, or the event itself when no topic brought it. A message of any
 * other topic is refused: nobody waits for an answer, so the log names the topic.
 */
export function readBrought(
  event: unknown,
  topicArns: readonly string[],
  invocationId: string,
  log: Pick<Log, 'error' | 'measure'>,
): readonly Brought[] {
  const invoked = readAgain(event) ?? { event, invocationId };
  const parsed = topic.safeParse(invoked.event);
  if (!parsed.success) return [{ id: `event-${invoked.invocationId}`, message: invoked.event }];
  return parsed.data.Records.flatMap(({ Sns }) => {
    const id = `sns-${Sns.MessageId}`;
    if (topicArns.includes(Sns.TopicArn)) return [{ id, message: parsedJson(Sns.Message) ?? Sns.Message }];
    log.error('topic-not-expected', { topic: Sns.TopicArn, messageId: id });
    log.measure('Refusals', 1, 'topic-not-expected');
    return [];
  });
}
