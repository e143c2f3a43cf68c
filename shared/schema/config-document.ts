import * as z from 'zod/mini';
import { roomId, type Person, type Room, type Service, type Settings, type Team } from '../domain/directory.ts';
import type { Json } from '../domain/incident.ts';
import type { Schedule } from '../domain/on-call/schedule.ts';
import {
  configErrors,
  distinct,
  duration,
  fields,
  id,
  isObject,
  leaf,
  names,
  or,
  reference,
  refused,
  severity,
  taken,
  text,
} from './config-fields.ts';
import { personSchema, roomSchema, teamSchema, zone } from './config-people.ts';
import { catchAllSchema, policySchema, type PolicyContent } from './config-policy.ts';
import type { ConfigError, ConfigSource } from './config-source.ts';
import { snsTopicsSchema } from './config-sns.ts';
import type { AddressSchemas, KnownIds } from './config-targets.ts';

export type JsonObject = Readonly<Record<string, Json>>;

/** A configuration that holds: as it was written, and what that means with every default filled in. */
export interface ConfigDocument {
  readonly written: JsonObject;
  readonly settings: Settings;
  readonly services: readonly Service[];
  readonly policies: readonly PolicyContent[];
  readonly people: readonly Person[];
  readonly teams: readonly Team[];
  readonly channels: readonly Room[];
  readonly schedules: readonly Schedule[];
}

/** How on-call schedules are read. Null: they are not, where nobody asks who is on call. */
type SchedulesSchema = ((known: KnownIds) => z.ZodMiniType<readonly Schedule[]>) | null;

export type CheckedDocument =
  { readonly ok: true; readonly document: ConfigDocument } | { readonly ok: false; readonly errors: readonly ConfigError[] };

/** At most this many bytes of text. */
export const maxDocumentBytes = 1024 * 1024;

const mostThings = 2000;
// Links to acknowledge live 7 days and reply codes 30: what they name must still be there.
const shortestRetention = 31 * 86_400;
const longestRetention = 3660 * 86_400;

/** The address under which people reach us; a path may follow, never a slash at the end. */
const baseUrl = leaf((value) => {
  const plain = typeof value === 'string' && value.length <= 2048 && /^https?:\/\/[^\s?#@\\\uFFFD]+$/.test(value) && URL.canParse(value);
  return plain
    ? taken(value.replace(/\/+$/, ''))
    : refused('invalid-url', 'This must be an http or https URL without credentials, query and fragment.');
});

/** A part that may be left out, or be null: then every field in it is at its default. */
const orDefaults = <T>(schema: z.ZodMiniType<T>) =>
  z.pipe(
    z.nullish(schema),
    z.transform((value): T => value ?? schema.parse({})),
  );

const retention = () =>
  fields({
    incidents: or(duration(shortestRetention, longestRetention), 400 * 86_400),
    messages: or(duration(1, longestRetention), 30 * 86_400),
  });

/** What one ingest key may send: so many alarms a second for ever, and so many at once after a quiet time. */
const ingest = () =>
  fields({
    perSecond: or(z.int().check(z.minimum(1), z.maximum(1_000_000)), 120),
    burst: or(z.int().check(z.minimum(1), z.maximum(1_000_000)), 1000),
  });

const settingsSchema = (known: KnownIds): z.ZodMiniType<Settings> =>
  fields({
    catchAll: or(catchAllSchema(known), null),
    zone: or(zone(known), 'UTC'),
    baseUrl: or(baseUrl, null),
    retention: orDefaults(retention()),
    enabled: or(z.boolean(), true),
    maxOpen: or(z.int().check(z.minimum(1), z.maximum(1_000_000)), null),
    acknowledgementTimeout: or(duration(1), 3600),
    ingest: orDefaults(ingest()),
    snsTopics: or(snsTopicsSchema, []),
  });

const label = leaf((value) =>
  typeof value === 'string' && value.length <= 1024
    ? taken(value)
    : refused('wrong-type', 'A label is text of at most 1024 characters, in quotes.'),
);

const withoutPolicy = refused('not-supported', 'Services without a policy will come with routing, in a later release; name a policy.');

const serviceSchema = (known: KnownIds): z.ZodMiniType<Service> =>
  fields({
    id,
    name: or(text(255), null),
    policy: reference('policy', known.policies, withoutPolicy),
    severity: or(severity, null),
    labels: or(z.record(z.string(), label), {}),
    enabled: or(z.boolean(), true),
  });

const unread = z.pipe(
  z.unknown(),
  z.transform((): readonly Schedule[] => []),
);

const documentSchema = (known: KnownIds, settingsCatchAll: boolean, schedules: SchedulesSchema) =>
  fields(
    {
      settings: orDefaults(settingsSchema(known)),
      services: or(distinct(serviceSchema(known), mostThings), []),
      policies: or(distinct(policySchema(known, settingsCatchAll), mostThings), []),
      people: or(distinct(personSchema(known), mostThings), []),
      teams: or(distinct(teamSchema(known), mostThings), []),
      channels: or(distinct(roomSchema(known), mostThings), []),
      schedules: or(schedules?.(known) ?? unread, []),
    },
    ['rules'],
  );

function idsIn(written: Json, kind: string, field = 'id'): readonly string[] {
  const list = isObject(written) ? written[kind] : undefined;
  const ids = Array.isArray(list) ? list.map((thing: unknown) => (isObject(thing) ? thing[field] : null)) : [];
  return ids.filter((found) => typeof found === 'string');
}

const knownIn = (written: Json, channels: AddressSchemas | null): KnownIds => ({
  people: names(idsIn(written, 'people')),
  teams: names(idsIn(written, 'teams')),
  policies: names(idsIn(written, 'policies')),
  schedules: names([...idsIn(written, 'schedules'), ...idsIn(written, 'schedules', 'uuid').map((uuid) => uuid.toLowerCase())]),
  rooms: names(idsIn(written, 'channels').flatMap((id) => roomId(id) ?? [])),
  channels,
});

const hasCatchAll = (settings: unknown): boolean => isObject(settings) && (settings['catchAll'] ?? null) !== null;

/** The document that a text stands for, or everything that is wrong with it. A contact can name these channels and no others. */
export function checkSource(source: ConfigSource, channels: AddressSchemas | null, schedules: SchedulesSchema): CheckedDocument {
  if (source.stopped) return { ok: false, errors: configErrors(null, source) };
  const written = source.json;
  const known = knownIn(written, channels);
  const settingsCatchAll = hasCatchAll(isObject(written) ? written['settings'] : null);
  const result = documentSchema(known, settingsCatchAll, schedules).safeParse(written);
  if (!result.success || source.errors.length > 0 || !isJsonObject(written)) {
    return { ok: false, errors: configErrors(result.error ?? null, source) };
  }
  return { ok: true, document: { ...result.data, written } };
}

/** What stands before anything was saved: every setting at its default, and nobody. */
export const emptyDocument = (): ConfigDocument => ({
  written: {},
  settings: settingsSchema(knownIn({}, null)).parse({}),
  services: [],
  policies: [],
  people: [],
  teams: [],
  channels: [],
  schedules: [],
});

/** JSON as a source: no text was sent, so nothing has a line. */
export const sourceOf = (json: JsonObject): ConfigSource => ({ json, errors: [], stopped: false, lineOf: () => null });

/** The same for what was saved: its channels and addresses were judged then. */
export const checkWritten = (written: JsonObject, schedules: SchedulesSchema): CheckedDocument =>
  checkSource(sourceOf(written), null, schedules);

/** JSON that is an object. */
export const isJsonObject = (value: Json): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
