import type { Instant } from '../../domain/time.ts';

/** A receiver that let a message run out of time is left alone for so long. */
const sparedMs = 2000;
/** So many messages wait for it at once, while it is slow, and while nothing was heard of it. */
const mostWaiting = { slow: 16, silent: 4 } as const;

interface Receiver {
  inFlight: number;
  most: number;
  sparedUntil: Instant;
}

interface Rules<Message, Result> {
  readonly receiverOf: (message: Message) => string;
  /** Whether the receiver said nothing until the time was over. */
  readonly isSilent: (result: Result) => boolean;
  /** A receiver that takes so many milliseconds is slow. */
  readonly slowMs: number;
  /** What comes of a message that is not let through: at once, and to be tried again. */
  readonly spared: Result;
  /** Tells real time. */
  readonly real: () => Instant;
}

/**
 * Sends, but keeps few messages waiting for a receiver that says nothing, or is slow: each of them holds up a look at an incident, and with thousands of
 * incidents all others.
 */
export function sparing<Message, Result>(
  send: (message: Message) => Promise<Result>,
  { receiverOf, isSilent, slowMs, spared, real }: Rules<Message, Result>,
): (message: Message) => Promise<Result> {
  const receivers = new Map<string, Receiver>();

  return async (message) => {
    const name = receiverOf(message);
    const receiver = receivers.get(name) ?? { inFlight: 0, most: Infinity, sparedUntil: -Infinity };
    receivers.set(name, receiver);
    const began = real();
    if (began < receiver.sparedUntil || receiver.inFlight >= receiver.most) return spared;
    receiver.inFlight += 1;
    try {
      const result = await send(message);
      const silent = isSilent(result);
      receiver.most = silent ? mostWaiting.silent : real() - began >= slowMs ? mostWaiting.slow : Infinity;
      receiver.sparedUntil = silent ? real() + sparedMs : -Infinity;
      return result;
    } finally {
      receiver.inFlight -= 1;
      // Of one that answers there is nothing to remember: addresses change for as long as the process lives.
      if (receiver.inFlight === 0 && receiver.most === Infinity) receivers.delete(name);
    }
  };
}
