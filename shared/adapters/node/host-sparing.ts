import type { Instant } from '../../domain/time.ts';

/** A host that let a message run out of time is left alone for so long. */
const sparedMs = 2000;
const mostWhileSlow = 16;

interface Host {
  inFlight: number;
  slow: boolean;
  sparedUntil: Instant;
}

interface Rules<Message, Result> {
  readonly hostOf: (message: Message) => string;
  /** Whether the host said nothing until the time was over. */
  readonly isSilent: (result: Result) => boolean;
  /** A host that takes so many milliseconds is slow. */
  readonly slowMs: number;
  /** What comes of a message that is not let through: at once, and to be tried again. */
  readonly spared: Result;
  /** Tells real time. */
  readonly real: () => Instant;
}

/**
 * Sends, but keeps few messages waiting for a host that says nothing, or is slow: each of them holds up a look at an incident, and with thousands of
 * incidents all others.
 */
export function sparing<Message, Result>(
  send: (message: Message) => Promise<Result>,
  { hostOf, isSilent, slowMs, spared, real }: Rules<Message, Result>,
): (message: Message) => Promise<Result> {
  const hosts = new Map<string, Host>();

  return async (message) => {
    const name = hostOf(message);
    const host = hosts.get(name) ?? { inFlight: 0, slow: false, sparedUntil: -Infinity };
    hosts.set(name, host);
    const began = real();
    if (began < host.sparedUntil || (host.slow && host.inFlight >= mostWhileSlow)) return spared;
    host.inFlight += 1;
    try {
      const result = await send(message);
      host.slow = real() - began >= slowMs;
      host.sparedUntil = isSilent(result) ? real() + sparedMs : -Infinity;
      return result;
    } finally {
      host.inFlight -= 1;
    }
  };
}
