export interface Changes {
  /** Something an open page shows has changed. */
  changed(): void;
  /** A stream of server-sent events: one for each change, those that come together as one. Null: too many are open. */
  open(): Response | null;
  /** Ends all streams. */
  close(): void;
}

const together = 100;
const heartbeatMs = 15_000;
const mostStreams = 64;

/** Tells open pages that there is something new; what it is they ask for themselves. */
export function makeChanges(): Changes {
  const streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const encoder = new TextEncoder();
  let pending: NodeJS.Timeout | null = null;

  const send = (text: string): void => {
    const bytes = encoder.encode(text);
    for (const stream of streams) {
      // A reader that does not read gets no more than one event beyond what it has.
      if ((stream.desiredSize ?? 0) > 0) stream.enqueue(bytes);
    }
  };
  const heartbeat = setInterval(() => {
    send(': still here\n\n');
  }, heartbeatMs);
  heartbeat.unref();

  return {
    changed() {
      if (pending !== null || streams.size === 0) return;
      pending = setTimeout(() => {
        pending = null;
        send('data: changed\n\n');
      }, together);
      pending.unref();
    },
    open() {
      if (streams.size >= mostStreams) return null;
      let mine: ReadableStreamDefaultController<Uint8Array> | null = null;
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          mine = controller;
          streams.add(controller);
          controller.enqueue(encoder.encode('retry: 1000\ndata: changed\n\n'));
        },
        cancel() {
          if (mine !== null) streams.delete(mine);
        },
      });
      return new Response(body, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } });
    },
    close() {
      clearInterval(heartbeat);
      if (pending !== null) clearTimeout(pending);
      for (const stream of streams) stream.close();
      streams.clear();
    },
  };
}
