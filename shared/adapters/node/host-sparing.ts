import type { Instant } from '../../domain/time.ts';
import type { Post, Posted } from './https-post.ts';

/** A host that let a post run out of time is left alone for so long. */
const sparedMs = 2000;
/** A host that takes so long is slow. */
const slowMs = 2000;
const mostWhileSlow = 4;

interface Host {
  inFlight: number;
  slow: boolean;
  sparedUntil: Instant;
}

type Send = (post: Post) => Promise<Posted>;

/**
 * Posts, but keeps few waiting for a host that says nothing, or is slow: each holds up a look at an incident, and with thousands of them all others. What
 * it does not let through is `spared`, at once, and to be tried again. `real` tells real time.
 */
export function sparing(post: Send, real: () => Instant): Send {
  const hosts = new Map<string, Host>();

  function hostOf({ url }: Post): Host {
    const name = URL.parse(url)?.host ?? '';
    const host = hosts.get(name) ?? { inFlight: 0, slow: false, sparedUntil: -Infinity };
    hosts.set(name, host);
    return host;
  }

  return async (one) => {
    const host = hostOf(one);
    const began = real();
    if (began < host.sparedUntil || (host.slow && host.inFlight >= mostWhileSlow)) return { kind: 'unanswered', why: 'spared', code: null };
    host.inFlight += 1;
    try {
      const posted = await post(one);
      const silent = posted.kind === 'unanswered' && posted.why === 'timeout';
      host.slow = real() - began >= slowMs;
      host.sparedUntil = silent ? real() + sparedMs : -Infinity;
      return posted;
    } finally {
      host.inFlight -= 1;
    }
  };
}
