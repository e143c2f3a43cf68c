import * as z from 'zod/mini';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html, payload 2.0 */
const httpEvent = z.object({
  rawPath: z.string().check(z.startsWith('/')),
  rawQueryString: z._default(z.string(), ''),
  headers: z._default(z.record(z.string(), z.string()), {}),
  body: z.nullish(z.string()),
  isBase64Encoded: z._default(z.boolean(), false),
  requestContext: z.object({ http: z.object({ method: z.string().check(z.regex(/^[A-Za-z]+$/)) }) }),
});

interface HttpResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The request that an event of the HTTP API stands for; null when the event is something else. */
export function readHttpEvent(event: unknown): Request | null {
  const parsed = httpEvent.safeParse(event);
  if (!parsed.success) return null;
  const { rawPath, rawQueryString, headers, body, isBase64Encoded, requestContext } = parsed.data;
  const method = methodOf(requestContext.http.method);
  const query = rawQueryString === '' ? '' : `?${rawQueryString}`;
  const bytes = body === undefined || body === null ? null : Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  const mayHaveBody = method !== 'GET' && method !== 'HEAD';
  // The name that was asked for is not looked at: links are made from the settings.
  return new Request(`https://tocsin.invalid${rawPath}${query}`, {
    method,
    headers: headersOf(headers),
    body: mayHaveBody ? bytes : null,
  });
}

/** No `Request` may have these. Nothing of ours serves them, nor OPTIONS, so all are answered alike. */
const forbiddenMethods: readonly string[] = ['CONNECT', 'TRACE', 'TRACK'];
const methodOf = (method: string): string => (forbiddenMethods.includes(method.toUpperCase()) ? 'OPTIONS' : method);

/** Headers that HTTP does not allow are left out: whoever sends them must not make a function fail. */
function headersOf(given: Readonly<Record<string, string>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    try {
      headers.append(name, value);
    } catch {
      continue;
    }
  }
  return headers;
}

/** The answer as the HTTP API takes it. All of ours are text. */
export async function toHttpResult(response: Response): Promise<HttpResult> {
  return { statusCode: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}
