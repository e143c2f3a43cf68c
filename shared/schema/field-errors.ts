import type * as z from 'zod/mini';

/** What is wrong with one member of a body: where (JSON pointer), a stable code, and a sentence. None repeats what the caller sent. */
export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

const maxErrors = 20;
const plainName = /^[A-Za-z0-9_.-]{1,64}$/;

/** The first 20 findings of a schema. */
export const fieldErrors = (error: z.core.$ZodError): readonly FieldError[] => error.issues.slice(0, maxErrors).map(fieldError);

function fieldError(issue: z.core.$ZodIssue): FieldError {
  return { pointer: pointerTo(issue.path), ...finding(issue) };
}

function finding(issue: z.core.$ZodIssue): Omit<FieldError, 'pointer'> {
  switch (issue.code) {
    case 'invalid_type':
      return { code: 'invalid-type', detail: `Must be ${article(issue.expected)}.` };
    case 'too_big':
      return { code: 'too-large', detail: `Must be at most ${String(issue.maximum)}${unit(issue.origin)}.` };
    case 'too_small':
      return { code: 'too-small', detail: `Must be at least ${String(issue.minimum)}${unit(issue.origin)}.` };
    case 'invalid_value':
      return { code: 'unknown-value', detail: `Must be one of: ${issue.values.map(String).join(', ')}.` };
    case 'custom':
      return { code: codeOf(issue.params), detail: issue.message };
    case 'invalid_format':
      return { code: 'invalid-format', detail: formatted(issue) };
    case 'invalid_element':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return { code: 'invalid', detail: 'Is not valid.' };
  }
}

/** A pattern says itself what it wants. */
const formatted = ({ format, message }: z.core.$ZodIssueInvalidStringFormat): string =>
  format === 'datetime' ? 'Must be an instant with its zone, such as 2026-03-02T02:00:00Z.' : message;

function codeOf(params: Readonly<Record<string, unknown>> | undefined): string {
  const code = params?.['code'];
  return typeof code === 'string' ? code : 'invalid';
}

/** Names come from the caller too, so a pointer stops at one that is not plain. */
function pointerTo(path: readonly PropertyKey[]): string {
  let pointer = '';
  for (const part of path) {
    const name = String(part);
    if (!plainName.test(name)) break;
    pointer += `/${name}`;
  }
  return pointer;
}

const article = (type: string): string => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);

function unit(origin: string): string {
  if (origin === 'string') return ' characters long';
  return origin === 'array' ? ' entries long' : '';
}
