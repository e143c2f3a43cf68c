import type { ReplyAction } from '../domain/sms-reply.ts';
import { ackHeaders } from '../http/page-shell.ts';

/** A web page as an answer. */
export class Page {
  readonly status: number;
  readonly body: string;
  constructor(status: number, body: string) {
    this.status = status;
    this.body = body;
  }

  response(requestId: string): Response {
    const retry = this.status === 503 ? { 'retry-after': '1' } : {};
    return new Response(this.body, {
      status: this.status,
      headers: { ...ackHeaders, 'content-type': 'text/html; charset=utf-8', 'x-request-id': requestId, ...retry },
    });
  }
}

/** What a link leads to: looking changes nothing, pressing a button acts. `press` throws `Unavailable` when nothing could be saved. */
export interface Destination {
  readonly show: () => Promise<Page>;
  readonly press: (action: ReplyAction, requestId: string) => Promise<Page>;
}
