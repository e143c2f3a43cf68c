import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
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

// A client that is slow or gone holds a connection and nothing else; these bound for how long.
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 60_000,
  connectionsCheckingInterval: 5000,
  maxHeaderSize: 16 * 1024,
} as const;
const mostConnections = 4096;
const idlePollMs = 25;

const starting: Handler = () => new Response('Tocsin is starting.\n', { status: 503, headers: { 'retry-after': '1' } });

/** Listens on 127.0.0.1. Refused (`CannotStart`): the port cannot be had. */
export async function listen(port: number, onFault: (cause: unknown) => void): Promise<LocalServer> {
  let handler = starting;
  const listener = getRequestListener((request) => handler(request), {
    errorHandler: (cause) => {
      onFault(cause);
      return new Response(null, { status: 500 });
    },
  });
  // Without a request: a browser opens connections in advance, and such a one must not hold up the end.
  const waiting = new Set<Socket>();
  const server = createServer(limits, (incoming, outgoing) => {
    const { socket } = incoming;
    waiting.delete(socket);
    outgoing.on('close', () => {
      if (!socket.destroyed) waiting.add(socket);
    });
    void listener(incoming, outgoing);
  });
  server.on('connection', (socket) => {
    waiting.add(socket);
    socket.on('close', () => waiting.delete(socket));
  });
  server.maxConnections = mostConnections;
  await bound(server, port);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    serve: (next) => {
      handler = next;
    },
    close: (limitMs) => closed(server, waiting, limitMs),
  };
}

const bound = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new CannotStart(`Cannot listen on ${loopback}:${port}: ${reasonOf(cause)}.`, { cause }));
    });
    server.listen(port, loopback, resolve);
  });

const closed = (server: Server, waiting: ReadonlySet<Socket>, limitMs: number): Promise<void> =>
  new Promise((resolve) => {
    const cut = setTimeout(() => {
      server.closeAllConnections();
    }, limitMs);
    // A connection that was busy when the server closed is kept alive after its answer unless somebody looks.
    const idle = setInterval(() => {
      for (const socket of waiting) socket.destroySoon();
    }, idlePollMs);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(idle);
      resolve();
    });
  });
