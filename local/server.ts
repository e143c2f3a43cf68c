import { createServer, type Server } from 'node:http';
import { getRequestListener, RequestError } from '@hono/node-server';
import { makeRandom } from '../shared/adapters/node/random.ts';
import { problemResponse, type Problem } from '../shared/http/problem.ts';
import { mostConnections, watchConnections } from './connections.ts';
import { lingering } from './last-answer.ts';
import { CannotStart, reasonOf } from './stop-reason.ts';

type Handler = (request: Request) => Response | Promise<Response>;

export interface LocalServer {
  readonly port: number;
  /** Serves from now on; until then every request is told to come again. */
  serve(handler: Handler): void;
  /** Takes no more connections and settles when the running requests have been answered, or after `limitMs`. */
  close(limitMs: number): Promise<void>;
}

const loopback = '127.0.0.1';

/** A client that is slow or gone holds a connection and nothing else; these bound for how long, in milliseconds, and how many there are. */
export const serverLimits = {
  /** For the head of a request. */
  headersTimeout: 10_000,
  /** For a whole request. */
  requestTimeout: 30_000,
  /** Between two requests. */
  keepAliveTimeout: 60_000,
  /** Without a byte in either direction; an open inbox page is sent one every 15 s. */
  timeout: 120_000,
  /** How often the first two are looked after. */
  connectionsCheckingInterval: 5000,
  /** Bytes; above it 431. */
  maxHeaderSize: 16 * 1024,
  /** At the same time, or fewer where the system allows few open files; one more cuts the one that has kept us waiting longest. */
  connections: 4096,
  /** Of bodies that have come in part, together; above it the one that has kept us waiting longest is cut. */
  heldBytes: 256 * 1024 * 1024,
  /** Connections that have come and are not yet taken; the system may allow fewer. */
  backlog: 4096,
};
const toldEveryMs = 60_000;
const idlePollMs = 25;

const notUnderstood: Problem = { status: 400, code: 'invalid-request', detail: 'The address or the Host of the request is none.' };

const starting: Handler = () => new Response('Tocsin is starting.\n', { status: 503, headers: { 'retry-after': '1' } });

/** Listens on 127.0.0.1. Refused (`CannotStart`): the port cannot be had. */
export async function listen(port: number, onFault: (cause: unknown) => void, limits = serverLimits): Promise<LocalServer> {
  let handler = starting;
  const random = makeRandom();
  const listener = getRequestListener(async (request, { incoming }) => lingering(await handler(request), incoming), {
    // HTTP/1.0 names no host.
    hostname: loopback,
    errorHandler: (cause) => {
      if (cause instanceof RequestError) return problemResponse(notUnderstood, random.id());
      onFault(cause);
      return new Response(null, { status: 500 });
    },
  });
  const server = createServer(limits, (incoming, outgoing) => {
    connections.began(incoming, outgoing);
    void listener(incoming, outgoing);
  });
  server.timeout = limits.timeout;
  const most = { connections: Math.min(limits.connections, mostConnections()), heldBytes: limits.heldBytes };
  const tell = onceAMinute(onFault);
  const connections = watchConnections(server, most, (kind) => {
    tell(fullWords[kind](most[kind]));
  });
  await bound(server, port, limits.backlog);
  // A connection that cannot be taken is that one's misfortune.
  server.on('error', onFault);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    serve: (next) => {
      handler = next;
    },
    close: (limitMs) => closed(server, connections, limitMs),
  };
}

const fullWords = {
  connections: (most: number) => `${most} connections are open: each new one cuts the one that has kept us waiting longest`,
  heldBytes: (most: number) => `${most} bytes of bodies have come in part: the one that has kept us waiting longest is cut`,
};

/** Tells that there is too much of something, once a minute at the most. */
function onceAMinute(onFault: (cause: unknown) => void): (what: string) => void {
  let toldAt = -Infinity;
  return (what) => {
    const now = performance.now();
    if (now - toldAt < toldEveryMs) return;
    toldAt = now;
    onFault(new Error(what));
  };
}

const bound = (server: Server, port: number, backlog: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new CannotStart(`Cannot listen on ${loopback}:${port}: ${reasonOf(cause)}.`, { cause }));
    });
    server.listen({ port, host: loopback, backlog }, resolve);
  });

const closed = (server: Server, connections: ReturnType<typeof watchConnections>, limitMs: number): Promise<void> =>
  new Promise((resolve) => {
    const cut = setTimeout(() => {
      server.closeAllConnections();
    }, limitMs);
    // A browser opens connections in advance, and such a one must not hold up the end. One that
    // was busy when the server closed is kept alive after its answer unless somebody looks.
    const idle = setInterval(() => {
      for (const socket of connections.waiting()) socket.destroySoon();
    }, idlePollMs);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(idle);
      resolve();
    });
  });
