import { problemResponse, type Problem } from './problem.ts';
import { apiHeaders } from './security-headers.ts';

/** What a route says, before it becomes a response: JSON, a file, nothing (204), or a problem. */
export type Answer =
  | { readonly kind: 'json'; readonly status: 200 | 201 | 202; readonly body: unknown }
  | { readonly kind: 'file'; readonly type: string; readonly text: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'problem'; readonly problem: Problem };

export const json = (body: unknown, status: 200 | 201 | 202 = 200): Answer => ({ kind: 'json', status, body });
export const file = (type: string, text: string): Answer => ({ kind: 'file', type, text });
export const noContent: Answer = { kind: 'empty' };
export const refuse = (problem: Problem): Answer => ({ kind: 'problem', problem });

/** The response for an answer, with the request id in `x-request-id`. */
export function respond(answer: Answer, requestId: string): Response {
  switch (answer.kind) {
    case 'json':
      return new Response(JSON.stringify(answer.body), {
        status: answer.status,
        headers: { ...apiHeaders, 'content-type': 'application/json', 'x-request-id': requestId },
      });
    case 'file':
      return new Response(answer.text, { headers: { ...apiHeaders, 'content-type': answer.type, 'x-request-id': requestId } });
    case 'empty':
      return new Response(null, { status: 204, headers: { ...apiHeaders, 'x-request-id': requestId } });
    case 'problem':
      return problemResponse(answer.problem, requestId);
  }
}
