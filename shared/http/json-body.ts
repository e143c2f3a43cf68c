import { readBody } from './body.ts';
import { jsonDepth } from './json-depth.ts';
import type { Problem } from './problem.ts';

type JsonBody = { readonly ok: true; readonly text: string; readonly value: unknown } | { readonly ok: false; readonly problem: Problem };

const maxDepth = 16;

/**
 * Reads a JSON body; where it may be empty, nothing counts as `{}`. Refusals: those of `readBody`, 400 when it is not JSON, 422 when it
 * is nested deeper than 16.
 */
export async function readJson(request: Request, options: { readonly maxBytes: number; readonly allowEmpty: boolean }): Promise<JsonBody> {
  const body = await readBody(request, { ...options, contentTypes: ['application/json'] });
  if (!body.ok) return body;
  if (body.text === '') return { ok: true, text: '', value: {} };
  let value: unknown;
  try {
    value = JSON.parse(body.text);
  } catch {
    return refuse(400, 'invalid-json', 'The body is not valid JSON.');
  }
  if (jsonDepth(body.text) > maxDepth) return refuse(422, 'too-deep', `The body is nested deeper than ${maxDepth} levels.`);
  return { ok: true, text: body.text, value };
}

const refuse = (status: number, code: string, detail: string): JsonBody => ({ ok: false, problem: { status, code, detail } });
