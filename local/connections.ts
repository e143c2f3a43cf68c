import { readFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

interface Connections {
  /** Notes that a request began on its connection. */
  began(incoming: IncomingMessage, outgoing: ServerResponse): void;
  /** Those without a request: new, half through a head, or kept alive. */
  waiting(): readonly Socket[];
}

interface Most {
  /** At the same time. */
  readonly connections: number;
  /** Of bodies that have come in part, together. */
  readonly heldBytes: number;
}

/** A request, and how much had come on its connection when it began. */
interface Begun {
  readonly incoming: IncomingMessage;
  readonly bytesBefore: number;
}

const bodiesEveryMs = 250;

/**
 * Holds the connections of a server to the most there may be. One beyond takes the place of the one that has kept us waiting longest, for a request or for
 * the rest of one, which is cut as well where too much has come of bodies that are not whole; a request that is being answered is never cut. So nobody who
 * opens connections and says nothing, or never comes to an end, keeps a sender out. `onCut` is told of each.
 */
export function watchConnections(server: Server, most: Most, onCut: (most: keyof Most) => void): Connections {
  /** The request on each, null where there is none; the longest quiet first. */
  const open = new Map<Socket, Begun | null>();

  const cut = (socket: Socket): void => {
    open.delete(socket);
    socket.destroy();
  };

  const makeRoom = (): boolean => {
    for (const [socket, request] of open) {
      if (request?.incoming.complete === true) continue;
      cut(socket);
      return true;
    }
    return false;
  };

  const lookAtBodies = (): void => {
    const parts = [...open].flatMap(([socket, request]) =>
      request === null || request.incoming.complete ? [] : [{ socket, bytes: socket.bytesRead - request.bytesBefore }],
    );
    let held = parts.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { socket, bytes } of parts) {
      if (held <= most.heldBytes) return;
      held -= bytes;
      onCut('heldBytes');
      cut(socket);
    }
  };

  const put = (socket: Socket, request: Begun | null): void => {
    open.delete(socket);
    open.set(socket, request);
  };

  server.on('connection', (socket) => {
    if (open.size >= most.connections) {
      onCut('connections');
      if (!makeRoom()) {
        socket.destroy();
        return;
      }
    }
    open.set(socket, null);
    socket.on('close', () => open.delete(socket));
  });
  const bodies = setInterval(lookAtBodies, bodiesEveryMs).unref();
  server.on('close', () => {
    clearInterval(bodies);
  });

  return {
    began(incoming, outgoing) {
      const { socket } = incoming;
      const request = { incoming, bytesBefore: socket.bytesRead };
      put(socket, request);
      outgoing.on('close', () => {
        // Another request may have begun meanwhile, sent before this one was answered.
        if (!socket.destroyed && open.get(socket) === request) put(socket, null);
      });
    },
    waiting: () => [...open].flatMap(([socket, request]) => (request === null ? [socket] : [])),
  };
}

/** For the store, and for what is sent from here. */
const filesKeptFree = 200;

/** As many connections as this process may hold and still open what else it needs; no bound where the system does not tell. */
export function mostConnections(): number {
  try {
    const allowed = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return allowed === undefined ? Infinity : Math.max(16, Number(allowed) - filesKeptFree);
  } catch {
    return Infinity;
  }
}
