import * as z from 'zod/mini';
import { wordsOf } from '../told-error.ts';
import { readHttpEvent, toHttpResult } from './http-event.ts';
import type { Brought } from './brought.ts';
import type { QueuedWork } from './work-messages.ts';
import type { World } from './world.ts';

type Fetch = (request: Request) => Response | Promise<Response>;

const invocation = z.object({ awsRequestId: z.string() });

/** The id of an invocation; the same again when an event that nobody waits for is tried once more. */
export function invocationId(context: unknown): string {
  return invocation.parse(context).awsRequestId;
}

/**
 * A Lambda handler. What was measured leaves with its end, whatever came of it. Lambda writes what is thrown to the log, so that it is told in words
 * that quote nobody.
 */
export const measured =
  <Result>({ metrics }: Pick<World, 'metrics'>, handle: (event: unknown, context: unknown) => Promise<Result>) =>
  async (event: unknown, context: unknown): Promise<Result> => {
    try {
      return await handle(event, context);
    } catch (cause) {
      throw new Error(cause instanceof Error ? wordsOf(cause) : 'not an error', { cause });
    } finally {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    }
  };

/** Handles what the HTTP API asks. Throws for any other event, which nobody sends. */
export const overHttp = (world: World, fetch: Fetch) =>
  measured(world, async (event) => {
    const request = readHttpEvent(event);
    if (request === null) throw new Error('the event is no request of the HTTP API');
    return toHttpResult(await fetch(request));
  });

/**
 * Works each by itself, so that one that fails keeps no other up; what failed is logged. In the end it throws if any did, so that they are brought
 * again and are at last among the dead letters.
 */
export async function workEach(
  brought: readonly Brought[],
  log: World['ports']['log'],
  run: (one: Brought) => Promise<void>,
): Promise<void> {
  const faults: unknown[] = [];
  for (const one of brought) {
    try {
      await run(one);
    } catch (cause) {
      log.error('message-failed', { messageId: one.id }, cause);
      faults.push(cause);
    }
  }
  if (faults.length > 0) throw new Error(`${faults.length} of ${brought.length} messages could not be worked`, { cause: faults[0] });
}

type OurWork = Exclude<QueuedWork['asked'], { readonly kind: 'unknown' }>;

interface BatchResult {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * Works a batch of the queue: different incidents at once, the messages of one incident one after the other. What fails, or is none of ours, is
 * told by itself, so that it comes again, in the end among the dead letters, and nothing else of the batch with it.
 */
export async function workBatch(
  batch: readonly QueuedWork[],
  log: World['ports']['log'],
  run: (asked: OurWork) => Promise<void>,
): Promise<BatchResult> {
  const lanes = new Map<string, QueuedWork[]>();
  for (const work of batch) {
    const lane = work.asked.kind === 'look' ? work.asked.id.key : work.messageId;
    lanes.set(lane, [...(lanes.get(lane) ?? []), work]);
  }
  const failed: string[] = [];
  await Promise.all(
    [...lanes.values()].map(async (lane) => {
      for (const work of lane) {
        try {
          if (work.asked.kind === 'unknown') throw new Error('a message of the work queue is none of ours');
          await run(work.asked);
        } catch (cause) {
          log.error('work-failed', { messageId: work.messageId }, cause);
          failed.push(work.messageId);
        }
      }
    }),
  );
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
