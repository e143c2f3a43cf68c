import { apiHeaders } from './security-headers.ts';

/** An answer that says no, before it becomes RFC 9457 JSON. Nothing of the caller's input may stand in it. */
export interface Problem {
  readonly status: number;
  /** Stable name in kebab-case; also the end of the type URI. */
  readonly code: string;
  /** Short and the same for every problem with this code; left out: the name of the status. */
  readonly title?: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly detail: string; readonly line?: number }[];
  readonly headers?: Readonly<Record<string, string>>;
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Credential needed',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Refused by the present state',
  410: 'Expired',
  412: 'Changed meanwhile',
  413: 'Body too large',
  415: 'Content type not supported',
  422: 'Not valid',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Not available',
};

/** `application/problem+json` with the members type, title, status, detail, code, requestId and, where given, errors. */
export function problemResponse(problem: Problem, requestId: string): Response {
  const body = {
    type: `/problems/${problem.code}`,
    title: problem.title ?? titles[problem.status] ?? 'Error',
    status: problem.status,
    detail: problem.detail,
    code: problem.code,
    requestId,
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
  };
  return new Response(JSON.stringify(body), {
    status: problem.status,
    headers: { ...apiHeaders, 'content-type': 'application/problem+json', 'x-request-id': requestId, ...problem.headers },
  });
}
