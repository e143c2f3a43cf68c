import { excessOf } from '../schema/json-text.ts';

/** A JSON object, with `unknown` members. */
export type JsonFields = Readonly<Record<string, unknown>>;

/** The value as an object; null when it is none. */
export const fieldsOf = (value: unknown): JsonFields | null => (isFields(value) ? value : null);

const isFields = (value: unknown): value is JsonFields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stands at the path through objects and lists; undefined when nothing does. Inherited members are not seen. */
export function fieldAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = Object.getOwnPropertyDescriptor(found, name)?.value;
  }
  return found;
}

/** The text at the path; null when there is none, or none but blanks. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string | null {
  const found = fieldAt(value, ...path);
  return typeof found === 'string' && found.trim() !== '' ? found : null;
}

/** The list at the path; empty when there is none. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = fieldAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

const written = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)$/;

/** The ISO 8601 instant at the path, a zone of `+0000` included; null when there is none, or one that no clock shows any more. */
export function instantAt(value: unknown, ...path: readonly (string | number)[]): number | null {
  const found = textAt(value, ...path);
  if (found === null || !written.test(found)) return null;
  const instant = Date.parse(found.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return instant > 0 ? instant : null;
}

/** The value of a JSON text; undefined when it is none, or more than a body may hold. */
export function readJson(text: string): unknown {
  if (excessOf(text) !== null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
