import type { Json } from '../domain/incident.ts';
import { checkDocument } from '../schema/config-check.ts';
import { isJsonObject, maxDocumentBytes, sourceOf, type CheckedDocument, type JsonObject } from '../schema/config-document.ts';
import type { AddressSchemas } from '../schema/config-targets.ts';
import { inside, type ConfigError, type ConfigSource } from '../schema/config-source.ts';

/** The lists of a document whose things can be read and written one by one. */
export const configKinds = ['services', 'policies', 'people', 'teams', 'schedules'] as const;
export type ConfigKind = (typeof configKinds)[number];

/** The things of one kind as they were written, in the order of the document. */
export function thingsIn(document: JsonObject, kind: ConfigKind): readonly JsonObject[] {
  const list = document[kind];
  return Array.isArray(list) ? list.filter((thing: Json) => isJsonObject(thing)) : [];
}

/** The thing of this name: its id, or for a schedule its UUID; null when it is not there. */
export function thingNamed(document: JsonObject, kind: ConfigKind, name: string): JsonObject | null {
  const things = thingsIn(document, kind);
  const lower = name.toLowerCase();
  const isUuid = ({ uuid }: JsonObject): boolean => kind === 'schedules' && typeof uuid === 'string' && uuid.toLowerCase() === lower;
  return things.find(({ id }) => id === name) ?? things.find(isUuid) ?? null;
}

/** The id by which a thing of this name stands in the document, or will when it is new. */
export function idOfThing(document: JsonObject, kind: ConfigKind, name: string): string {
  const id = thingNamed(document, kind, name)?.['id'];
  return typeof id === 'string' ? id : name;
}

/** The document without one thing; null when it is not there. */
export function withoutThing(document: JsonObject, kind: ConfigKind, id: string): JsonObject | null {
  const things = thingsIn(document, kind);
  const rest = things.filter((thing) => thing['id'] !== id);
  return rest.length === things.length ? null : { ...document, [kind]: rest };
}

/**
 * The document with one thing replaced or added. Pointers of errors in the thing are relative to its own text and have lines; all others are
 * relative to the document.
 */
export function putThing(
  document: JsonObject,
  kind: ConfigKind,
  id: string,
  source: ConfigSource,
  channels: AddressSchemas,
): CheckedDocument {
  const written = source.json;
  if (source.stopped) return { ok: false, errors: source.errors };
  if (!isJsonObject(written)) return refuse(source, '', 'wrong-type', 'This must hold fields.');
  if (written['id'] !== undefined && written['id'] !== id)
    return refuse(source, '/id', 'id-differs', 'The id here differs from the one in the path.');
  const things = thingsIn(document, kind);
  const found = things.findIndex((thing) => thing['id'] === id);
  const index = found === -1 ? things.length : found;
  const edited = { ...document, [kind]: things.toSpliced(index, 1, ownFields(written, kind, id)) };
  const place = inside(inside('', kind), index);
  const relative = (pointer: string): string | null =>
    pointer === place || pointer.startsWith(`${place}/`) ? pointer.slice(place.length) : null;
  if (sizeOf(edited) > Math.max(maxDocumentBytes, sizeOf(document))) return refuse(source, '', 'too-large', tooLarge);
  const checked = checkDocument(sourceOf(edited), channels);
  const errors = [...source.errors, ...(checked.ok ? [] : checked.errors.map((error) => locate(error, relative(error.pointer), source)))];
  return checked.ok && errors.length === 0 ? checked : { ok: false, errors };
}

const tooLarge = 'With this the whole configuration would have more than 1 MB, and could not be applied again.';

const sizeOf = (document: JsonObject): number => Buffer.byteLength(JSON.stringify(document));

function locate(error: ConfigError, pointer: string | null, source: ConfigSource): ConfigError {
  if (pointer === null) return { ...error, detail: `Elsewhere in the configuration: ${error.detail}` };
  const line = source.lineOf(pointer);
  return { ...error, pointer, ...(line === null ? {} : { line }) };
}

/** What a policy is shown with and is ours to say; sent back it means nothing. */
const saidByUs: readonly string[] = ['version', 'createdAt', 'updatedAt'];

function ownFields(written: JsonObject, kind: ConfigKind, id: string): JsonObject {
  const entries = Object.entries(written).filter(([key]) => key !== 'id' && (kind !== 'policies' || !saidByUs.includes(key)));
  return Object.fromEntries([['id', id], ...entries]);
}

function refuse(source: ConfigSource, pointer: string, code: string, detail: string): CheckedDocument {
  const line = source.lineOf(pointer);
  return { ok: false, errors: [...source.errors, { pointer, code, detail, ...(line === null ? {} : { line }) }] };
}
