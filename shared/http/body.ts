import type { Problem } from './problem.ts';

interface BodyRules {
  readonly maxBytes: number;
  /** Media types without parameters, in lower case; any parameter (`charset`) is accepted. */
  readonly contentTypes: readonly string[];
  /** True where all fields are optional: no body is the empty text, and no content type counts as the route's own. */
  readonly allowEmpty?: boolean;
}

type Body =
  { readonly ok: true; readonly text: string; readonly contentType: string | null } | { readonly ok: false; readonly problem: Problem };
type Bytes =
  | { readonly kind: 'read'; readonly bytes: Uint8Array }
  | { readonly kind: 'too-large'; readonly allRead: boolean }
  | { readonly kind: 'broken' };

/** A client that has not yet sent everything would see a reset connection instead of the answer, so the rest is read, within reason. */
const drainedBytes = 8 * 1024 * 1024;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads the body of a request as text. Refusals: 413 above `maxBytes`, 400 when it breaks off, is not UTF-8, or is empty where it may
 * not be, 415 when the content type is not one of the route's, or the body is compressed.
 */
export async function readBody(request: Request, options: BodyRules): Promise<Body> {
  const read = await readBytes(request, options.maxBytes);
  if (read.kind === 'too-large') return tooLarge(options.maxBytes, read.allRead);
  if (read.kind === 'broken') return refuse(400, 'body-incomplete', 'The body ended before it was complete.');
  if (read.bytes.byteLength === 0) {
    return options.allowEmpty === true
      ? { ok: true, text: '', contentType: null }
      : refuse(400, 'empty-body', 'A body is needed and none was sent.');
  }
  const contentType = mediaType(request.headers.get('content-type'));
  const fits = contentType === null ? options.allowEmpty === true : options.contentTypes.includes(contentType);
  if (!fits) return refuse(415, 'unsupported-content-type', `The content type must be ${options.contentTypes.join(' or ')}.`);
  try {
    return { ok: true, text: utf8.decode(read.bytes), contentType };
  } catch {
    return request.headers.has('content-encoding')
      ? refuse(415, 'compressed-body', 'The body is compressed: send it without a Content-Encoding.')
      : refuse(400, 'invalid-utf-8', 'The body is not valid UTF-8.');
  }
}

/** Behind a body that nobody reads to its end no further request can come, so the connection ends with the answer. */
function tooLarge(maxBytes: number, allRead: boolean): Body {
  const problem: Problem = { status: 413, code: 'body-too-large', detail: `The body may have at most ${maxBytes} bytes.` };
  return { ok: false, problem: allRead ? problem : { ...problem, headers: { connection: 'close' } } };
}

const refuse = (status: number, code: string, detail: string): Body => ({ ok: false, problem: { status, code, detail } });

function mediaType(header: string | null): string | null {
  if (header === null) return null;
  const end = header.indexOf(';');
  return (end === -1 ? header : header.slice(0, end)).trim().toLowerCase();
}

async function readBytes(request: Request, maxBytes: number): Promise<Bytes> {
  const announced = request.headers.get('content-length');
  try {
    // One call for the whole body costs far less than a stream, and this is the common case.
    if (announced !== null && Number(announced) <= maxBytes) {
      const bytes = new Uint8Array(await request.arrayBuffer());
      return bytes.byteLength <= maxBytes ? { kind: 'read', bytes } : { kind: 'too-large', allRead: true };
    }
    return request.body === null ? { kind: 'read', bytes: new Uint8Array() } : await readStream(request.body, maxBytes);
  } catch {
    return { kind: 'broken' };
  }
}

async function readStream(stream: ReadableStream<Uint8Array>, maxBytes: number): Promise<Bytes> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size <= maxBytes) chunks.push(value);
    else chunks.length = 0;
    if (size > drainedBytes) {
      // To cancel would end the connection before the answer.
      reader.releaseLock();
      return { kind: 'too-large', allRead: false };
    }
  }
  return size > maxBytes ? { kind: 'too-large', allRead: true } : { kind: 'read', bytes: Buffer.concat(chunks) };
}
