import { DateTime } from 'luxon';
import type { Seconds } from '../../domain/time.ts';
import type { SendResult } from '../../ports.ts';
import type { Posted } from './https-post.ts';

const longestRetryAfter: Seconds = 3600;
/** Answers of the 400s after which another try may help. */
const transientStatuses: readonly number[] = [408, 425, 429];

/** Seconds to wait as a server asks, as a number or as a date: from 0 to one hour; null: it does not say. */
export function retryAfterSeconds(header: string | null, now: number): Seconds | null {
  const text = header?.trim() ?? '';
  const date = DateTime.fromHTTP(text);
  const seconds = /^\d{1,10}$/.test(text) ? Number(text) : date.isValid ? Math.ceil((date.toMillis() - now) / 1000) : null;
  return seconds === null ? null : Math.min(longestRetryAfter, Math.max(0, seconds));
}

/**
 * What a post came to. Permanent: a redirect, an answer of the 400s that says so, an address that is forbidden, a certificate that does not hold.
 * Everything else may work the next time. `word` finds a name for the failure in the answer, better than its status.
 */
export const postResult = (posted: Posted, now: number, word: (text: string) => string | null = () => null): SendResult =>
  posted.kind === 'answered' ? answeredResult(posted, now, word) : unansweredResult(posted);

function answeredResult(
  { status, retryAfter, text }: Extract<Posted, { kind: 'answered' }>,
  now: number,
  word: (text: string) => string | null,
): SendResult {
  if (status >= 200 && status < 300) return { ok: true, providerId: null };
  const permanent = status >= 300 && status < 500 && !transientStatuses.includes(status);
  return { ok: false, permanent, code: word(text) ?? `http-${status}`, retryAfter: permanent ? null : retryAfterSeconds(retryAfter, now) };
}

function unansweredResult({ why, code }: Extract<Posted, { kind: 'unanswered' }>): SendResult {
  const permanent = why === 'invalid-address' || why === 'forbidden-address' || why === 'tls-certificate';
  return { ok: false, permanent, code: code?.toLowerCase() ?? why, retryAfter: null };
}
