import type { Log, SendResult } from '../../ports.ts';

/** Names of errors as the service gives them. What is in neither list counts as transient: a page is worth another try. */
interface Taxonomy {
  readonly permanent: ReadonlyMap<string, string>;
  readonly transient: ReadonlyMap<string, string>;
}

const timeouts: readonly string[] = ['TimeoutError', 'AbortError', 'RequestTimeout', 'RequestTimeoutException'];

/** What a provider's error means for the page. Never throws; the code holds no text of the provider's, which may quote an address. */
export const refusalOf = (cause: unknown, taxonomy: Taxonomy): Extract<SendResult, { ok: false }> =>
  refusalNamed(cause instanceof Error ? cause.name : 'unknown', taxonomy);

/** The same for an error of which only the name is told. */
export function refusalNamed(name: string, { permanent, transient }: Taxonomy): Extract<SendResult, { ok: false }> {
  const lasting = permanent.get(name);
  if (lasting !== undefined) return { ok: false, permanent: true, code: lasting, retryAfter: null };
  const passing = timeouts.includes(name) ? 'timeout' : (transient.get(name) ?? 'unknown');
  return { ok: false, permanent: false, code: passing, retryAfter: null };
}

const ofEveryMessage: readonly string[] = [
  'sender-not-verified',
  'account-suspended',
  'sending-paused',
  'not-configured',
  'not-allowed',
  'quota',
];

/** What stands in the way of every message, whoever it is for, is our own illness. */
export function tellIfOurs(log: Pick<Log, 'alarm'>, channel: string, code: string): void {
  if (ofEveryMessage.includes(code)) log.alarm('provider-refuses-us', { channel, code });
}
