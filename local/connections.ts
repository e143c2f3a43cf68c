import { readFileSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

interface Connections {
  /** Notes that a request began on its connection. */
  began(incoming: IncomingMessage, outgoing: ServerResponse): void;
  /** Those without a request: new, half through a head, or kept alive. */
  waiting(): readonly Socket[];
}

/**
 * Holds the connections of a server to `most`. One beyond takes the place of the one that has kept us waiting longest, for a request or for the rest of
 * one; a request that is being answered is never cut. So nobody who opens connections and says nothing keeps a sender out. `onCut` is told of each.
 */
export function watchConnections(server: Server, most: number, onCut: () => void): Connections {
  /** The request on each, null where there is none; the longest quiet first. */
  const open = new Map<Socket, IncomingMessage | null>();

  const makeRoom = (): boolean => {
    for (const [socket, incoming] of open) {
      if (incoming?.complete === true) continue;
      open.delete(socket);
      socket.destroy();
      return true;
    }
    return false;
  };

  const put = (socket: Socket, incoming: IncomingMessage | null): void => {
    open.delete(socket);
    open.set(socket, incoming);
  };

  server.on('connection', (socket) => {
    if (open.size >= most) {
      onCut();
      if (!makeRoom()) {
        socket.destroy();
        return;
      }
    }
    open.set(socket, null);
    socket.on('close', () => open.delete(socket));
  });

  return {
    began(incoming, outgoing) {
      const { socket } = incoming;
      put(socket, incoming);
      outgoing.on('close', () => {
        // Another request may have begun meanwhile, sent before this one was answered.
        if (!socket.destroyed && open.get(socket) === incoming) put(socket, null);
      });
    },
    waiting: () => [...open].flatMap(([socket, incoming]) => (incoming === null ? [socket] : [])),
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
