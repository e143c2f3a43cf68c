import * as z from 'zod';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html, payload 2.0 */
const httpEvent = z.object({
  rawPath: z.string(),
  rawQueryString: z.string().default(''),
  headers: z.record(z.string(), z.string()).default({}),
  cookies: z.array(z.string()).optional(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({ http: z.object({ method: z.string() }) }),
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
  const { method } = requestContext.http;
  const query = rawQueryString === '' ? '' : `?${rawQueryString}`;
  const bytes = body === undefined ? null : Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  const mayHaveBody = method !== 'GET' && method !== 'HEAD';
  // The name that was asked for is not looked at: links are made from the settings.
  return new Request(`https://tocsin.invalid${rawPath}${query}`, {
    method,
    headers,
    body: mayHaveBody ? bytes : null,
  });
}

/** The answer as the HTTP API takes it. All of ours are text. */
export async function toHttpResult(response: Response): Promise<HttpResult> {
  return { statusCode: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
}
