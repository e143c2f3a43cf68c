import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

interface Exchange {
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
}

/** A door in front of a server; `refusals` are given, one to each request, before anything is passed on. */
export class UnreliableDoor {
  readonly refusals: number[] = [];
  readonly exchanges: Exchange[] = [];
  readonly #server = createServer((request, response) => {
    this.#pass(request, response).catch((cause: unknown) => {
      response.destroy(cause instanceof Error ? cause : new Error('the door failed'));
    });
  });
  readonly #behind: string;

  constructor(behind: string) {
    this.#behind = behind;
  }

  /** Opens on a free port of 127.0.0.1, and tells the address. */
  async open(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const bound = this.#server.address();
    if (bound === null || typeof bound === 'string') throw new Error('the door has no port');
    return `http://127.0.0.1:${bound.port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    const sent = Buffer.concat(chunks);
    const { url: path = '', method = '' } = request;
    const told = (status: number): void => {
      this.exchanges.push({ path, body: JSON.parse(sent.toString()), status });
    };
    const refusal = this.refusals.shift();
    if (refusal !== undefined) {
      told(refusal);
      response.writeHead(refusal).end();
      return;
    }
    const { authorization = '', 'content-type': contentType = '' } = request.headers;
    const headers = { ...(authorization === '' ? {} : { authorization }), 'content-type': contentType };
    const answer = await fetch(this.#behind + path, { method, headers, body: sent });
    const text = await answer.text();
    told(answer.status);
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(text);
  }
}
