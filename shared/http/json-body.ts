import { readBody } from './body.ts';
import { deepestJson, excessOf, mostMembers, mostValues } from '../schema/json-text.ts';
import type { Problem } from './problem.ts';

type JsonBody = { readonly ok: true; readonly text: string; readonly value: unknown } | { readonly ok: false; readonly problem: Problem };

interface JsonRules {
  readonly maxBytes: number;
  readonly allowEmpty: boolean;
  /** `application/json` alone when they are not given. */
  readonly contentTypes?: readonly string[];
  /** True for a body that is taken as the text it is, JSON or not. */
  readonly isText?: (headers: Headers) => boolean;
}

/**
 * Reads a JSON body; where it may be empty, nothing counts as `{}`. Refusals: those of `readBody`, 400 when it is not JSON, 422 when it
 * is nested deeper than 16 or holds too many values, whether or not it is JSON.
 */
export async function readJson(request: Request, options: JsonRules): Promise<JsonBody> {
  const body = await readBody(request, { contentTypes: ['application/json'], ...options });
  if (!body.ok) return body;
  if (body.text === '') return { ok: true, text: '', value: {} };
  if (options.isText?.(request.headers) === true) return { ok: true, text: body.text, value: body.text };
  // Before parsing: what is too much takes long to parse, too.
  const excess = excessOf(body.text);
  if (excess !== null) return refuse(422, excess, excesses[excess]);
  try {
    return { ok: true, text: body.text, value: JSON.parse(body.text) };
  } catch {
    return refuse(400, 'invalid-json', 'The body is not valid JSON.');
  }
}

const excesses: Readonly<Record<NonNullable<ReturnType<typeof excessOf>>, string>> = {
  'too-deep': `The body is nested deeper than ${deepestJson} levels.`,
  'too-many-values': `The body holds more than ${mostValues} values, or an object of more than ${mostMembers} members.`,
};

const refuse = (status: number, code: string, detail: string): JsonBody => ({ ok: false, problem: { status, code, detail } });
