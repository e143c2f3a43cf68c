import * as http from 'node:http';
import * as https from 'node:https';
import type { LookupFunction } from 'node:net';
import { isIpAddress, isLoopbackLiteral, isPublicAddress } from '../../schema/public-address.ts';
import { hostOf, webhookUrl } from '../../schema/webhook-address.ts';
import { isCertificateError } from './certificate-error.ts';
import { addressesOf, type Resolved } from './name-service.ts';

/** What a post needs of the network. */
export interface Network {
  readonly resolve: (host: string) => Promise<readonly Resolved[]>;
  readonly request: (url: URL, options: http.RequestOptions, answered: (response: http.IncomingMessage) => void) => http.ClientRequest;
}

/** The network of this machine. */
export const network: Network = {
  resolve: (host) => addressesOf(host),
  request: (url, options, answered) =>
    url.protocol === 'http:' ? http.request(url, options, answered) : https.request(url, options, answered),
};

export interface Post {
  /** As it was configured; judged here once more. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came of a post that nobody answered with HTTP; the first three never made a connection. */
type Unanswered = 'invalid-address' | 'forbidden-address' | 'spared' | 'tls-certificate' | 'timeout' | 'network';

export type Posted =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfter: string | null; readonly text: string }
  | { readonly kind: 'unanswered'; readonly why: Unanswered; readonly code: string | null };

interface Options {
  readonly network: Network;
  /** 127.0.0.1 and [::1] may be posted to, where a URL names them so. */
  readonly allowLoopback: boolean;
  /** For everything, resolving the name and reading the answer included. */
  readonly limitMs: number;
}

const mostRead = 64 * 1024;

/**
 * Posts to public addresses only. A name is resolved once, what it leads to is judged, and the connection is made to just that: a resolver that
 * answers otherwise the next time is never asked a next time. Follows no redirect, uses no proxy, keeps no connection.
 */
export function makePost({ network: { resolve, request }, allowLoopback, limitMs }: Options): (post: Post) => Promise<Posted> {
  async function allowedAddresses(url: URL): Promise<readonly Resolved[]> {
    const host = hostOf(url);
    if (isIpAddress(host)) {
      const allowed = isPublicAddress(host) || (allowLoopback && isLoopbackLiteral(host));
      return allowed ? [{ address: host, family: host.includes(':') ? 6 : 4 }] : [];
    }
    return (await resolve(host)).filter(({ address }) => isPublicAddress(address));
  }

  function send(url: URL, addresses: readonly Resolved[], { headers, body }: Post, signal: AbortSignal): Promise<Posted> {
    return new Promise((settled, failed) => {
      let answered = false;
      const outgoing = request(
        url,
        {
          ...{ method: 'POST', agent: false, signal, lookup: pinned(addresses), maxHeaderSize: 16 * 1024 },
          headers: { ...headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close' },
        },
        (response) => {
          answered = true;
          read(response, settled);
        },
      );
      outgoing.on('error', (cause) => {
        // What breaks off behind a status has one.
        if (!answered) failed(cause);
      });
      outgoing.on('upgrade', ({ statusCode = 0 }, socket) => {
        socket.destroy();
        settled({ kind: 'answered', status: statusCode, retryAfter: null, text: '' });
      });
      outgoing.end(body);
    });
  }

  return async (post) => {
    const url = webhookUrl(post.url, { loopback: allowLoopback });
    if (url === null) return unanswered('invalid-address');
    const signal = AbortSignal.timeout(limitMs);
    try {
      const addresses = await until(signal, allowedAddresses(url));
      if (addresses.length === 0) return unanswered('forbidden-address');
      return await send(url, addresses, post, signal);
    } catch (cause) {
      return signal.aborted ? unanswered('timeout') : unansweredBy(cause);
    }
  };
}

const unanswered = (why: Unanswered, code: string | null = null): Posted => ({ kind: 'unanswered', why, code });

/** Answers every question with the addresses found before. */
const pinned =
  (addresses: readonly Resolved[]): LookupFunction =>
  (_host, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family ?? 4);
  };

/** A name service that does not answer holds nothing up. */
function until<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((settled, failed) => {
    signal.addEventListener('abort', () => {
      failed(new Error('the time is over'));
    });
    work.then(settled, failed);
  });
}

/** The status decides, so what follows it is read only up to the limit, and not waited for where the message was taken. */
function read(response: http.IncomingMessage, settled: (posted: Posted) => void): void {
  const status = response.statusCode ?? 0;
  const retryAfter = response.headers['retry-after'] ?? null;
  const chunks: Buffer[] = [];
  let bytes = 0;
  const done = (): void => {
    settled({ kind: 'answered', status, retryAfter, text: Buffer.concat(chunks).toString('utf8') });
  };
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > mostRead) response.destroy();
    else chunks.push(chunk);
  });
  response.on('error', done);
  response.on('close', done);
  if (status >= 200 && status < 300) done();
}

/** The code that Node gives an error; of several addresses, the last one's. */
function codeOf(cause: unknown): string | null {
  if (cause instanceof AggregateError) return codeOf(cause.errors.at(-1));
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
}

function unansweredBy(cause: unknown): Posted {
  const code = codeOf(cause);
  return unanswered(code !== null && isCertificateError(code) ? 'tls-certificate' : 'network', code);
}
