import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { CommandId } from '../domain/commands.ts';
import { refuse, type Answer } from '../http/answer.ts';
import type { Problem } from '../http/problem.ts';
import type { Ports } from '../ports.ts';

/** A request that may be a repeat. */
interface RepeatableRequest {
  readonly requestId: string;
  /** Whose request it is: the same key of another caller is another key. */
  readonly caller: string;
  readonly method: string;
  readonly path: string;
  /** The `Idempotency-Key` header. */
  readonly key: string | null;
  readonly body: string;
}

const validity = 24 * 60 * 60 * 1000;
const printable = /^[\x20-\x7e]{1,255}$/;

/** 422 for an `Idempotency-Key` that is none. */
export const judgeKey = (key: string | null): Problem | null =>
  key === null || printable.test(key)
    ? null
    : { status: 422, code: 'invalid-idempotency-key', detail: 'An Idempotency-Key has 1 to 255 printable ASCII characters.' };

/** 422: the key was used with another body. */
export const keyReused: Problem = {
  status: 422,
  code: 'idempotency-key-reused',
  detail: 'This Idempotency-Key was used before with another body.',
};

const alreadyShown: Problem = {
  status: 409,
  code: 'already-shown',
  detail: 'This request was made before, and what it showed is shown only once. Make a new key and revoke the old one.',
};

const sha256 = (...parts: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:${part}`);
  return hash.digest('hex');
};

/** The id under which an incident remembers the request: its idempotency key's, else one of its own. */
const commandOf = (request: RepeatableRequest): CommandId =>
  request.key === null ? { id: request.requestId, body: null } : { id: keyOf(request, request.key), body: sha256(request.body) };

const keyOf = (request: RepeatableRequest, key: string): string => sha256(request.caller, request.method, request.path, key);

// Only a repeat is answered by what was kept.
const storedAnswer = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('json'), status: z.literal([200, 201, 202]), body: z.unknown() }),
    z.object({ kind: z.literal('empty') }),
    z.object({ kind: z.literal('problem'), problem: z.object({ status: z.number(), code: z.string(), detail: z.string() }) }),
  ]),
);

/**
 * Runs a request once for each idempotency key: a repeat gets the stored answer, or runs again when none was left. A route that shows
 * something only once (`shownOnce`) stores no answer, and a repeat is 409. Answers of 500 and above are not kept.
 */
export async function answerOnce(
  ports: Pick<Ports, 'clock' | 'state' | 'log'>,
  request: RepeatableRequest,
  options: { readonly shownOnce: boolean },
  run: (command: CommandId) => Promise<Answer>,
): Promise<Answer> {
  const command = commandOf(request);
  if (command.body === null) return run(command);
  const now = ports.clock.now();
  const earlier = await ports.state.claimRequest(command.id, command.body, now, now + validity);
  if (earlier !== 'new') {
    if (earlier.bodyHash !== command.body) return refuse(keyReused);
    if (options.shownOnce) return refuse(alreadyShown);
    if (earlier.answer !== null) return storedAnswer.parse(JSON.parse(earlier.answer));
  }
  const answer = await run(command);
  if (!options.shownOnce && !isFault(answer)) await keep(ports, command.id, answer);
  return answer;
}

const isFault = (answer: Answer): boolean => answer.kind === 'problem' && answer.problem.status >= 500;

/** What was done is done: an answer that cannot be kept is still given, and the command id stands in for it. */
async function keep(ports: Pick<Ports, 'state' | 'log'>, key: string, answer: Answer): Promise<void> {
  try {
    await ports.state.answerRequest(key, JSON.stringify(answer));
  } catch (cause) {
    ports.log.error('answer-not-kept', {}, cause);
  }
}
