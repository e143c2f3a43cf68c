import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';

type Incoming = IncomingMessage | Http2ServerRequest;

const lingerMs = 5000;

/**
 * Keeps an answer that ends its connection (`connection: close`) open while the client is still sending, for 5 s at most; what comes is dropped. A
 * connection that is closed with something unread in it is reset, and the client may lose the answer.
 */
export async function lingering(answer: Response, incoming: Incoming): Promise<Response> {
  if (incoming.complete || answer.headers.get('connection') !== 'close') return answer;
  const body = new Uint8Array(await answer.arrayBuffer());
  const headers = new Headers(answer.headers);
  // By its length the client knows the whole of the answer before the connection ends.
  headers.set('content-length', String(body.byteLength));
  const open = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(body);
    },
    async pull(controller) {
      await dropped(incoming);
      controller.close();
    },
  });
  return new Response(open, { status: answer.status, headers });
}

const dropped = (incoming: Incoming): Promise<void> =>
  new Promise((resolve) => {
    const limit = setTimeout(resolve, lingerMs);
    const over = (): void => {
      clearTimeout(limit);
      resolve();
    };
    if (incoming.closed) over();
    incoming.once('close', over);
    // Whoever began to read the body keeps what comes, and stops the stream when that is enough.
    incoming.removeAllListeners('data');
    incoming.resume();
  });
