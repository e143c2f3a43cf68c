import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** An ingest key or the API token. */
  readonly bearer: string;
  readonly body?: unknown;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (cause: Error) => void;
}

/**
 * One kept-alive HTTP/1.1 connection with one request at a time: much cheaper than a client of Node's, so that the load does not take the processor from
 * the server. It understands what our server sends, which is always of a known length; bodies are taken for ASCII.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #host: string;
  #waiting: Waiting | null = null;
  #received = '';

  constructor(port: number) {
    this.#host = `127.0.0.1:${port}`;
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (chunk: string) => {
      this.#take(chunk);
    });
    this.#socket.on('error', (cause) => {
      this.#waiting?.reject(cause);
    });
    this.#socket.on('close', () => {
      this.#waiting?.reject(new Error('the server closed the connection'));
    });
  }

  ask({ method, path, bearer, body }: Asked): Promise<Answer> {
    const text = body === undefined ? '' : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      if (this.#waiting !== null) throw new Error('one request at a time');
      this.#waiting = { resolve, reject };
      this.#socket.write(
        `${method} ${path} HTTP/1.1\r\nhost: ${this.#host}\r\nauthorization: Bearer ${bearer}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
      );
    });
  }

  close(): void {
    this.#waiting = null;
    this.#socket.destroy();
  }

  #take(chunk: string): void {
    this.#received += chunk;
    const head = this.#received.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = /\r\ncontent-length: (\d+)/i.exec(this.#received)?.[1];
    const waiting = this.#waiting;
    if (waiting === null) return;
    if (length === undefined) {
      waiting.reject(new Error('an answer without its length'));
      return;
    }
    const end = head + 4 + Number(length);
    if (this.#received.length < end) return;
    const answer = { status: Number(this.#received.slice(9, 12)), body: this.#received.slice(head + 4, end) };
    this.#received = this.#received.slice(end);
    this.#waiting = null;
    waiting.resolve(answer);
  }
}

/** So many connections to one server, closed at the end. */
export async function withConnections<T>(port: number, count: number, use: (connections: readonly Connection[]) => Promise<T>): Promise<T> {
  const connections = Array.from({ length: count }, () => new Connection(port));
  try {
    return await use(connections);
  } finally {
    for (const connection of connections) connection.close();
  }
}
