import * as z from 'zod';
import type { Person, Service, Settings, Team } from '../domain/directory.ts';
import type { Json } from '../domain/incident.ts';
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
  type Names,
} from './config-fields.ts';
import { readJson } from './config-json.ts';
import { personSchema, teamSchema, zone } from './config-people.ts';
import { catchAllSchema, policySchema, type AddressSchemas, type KnownIds, type PolicyContent } from './config-policy.ts';
import type { ConfigError, ConfigSource, Unparsable } from './config-source.ts';
import { readYaml } from './config-yaml.ts';

export type JsonObject = Readonly<Record<string, Json>>;

/** A configuration that holds: as it was written, and what that means with every default filled in. */
export interface ConfigDocument {
  readonly written: JsonObject;
  readonly settings: Settings;
  readonly services: readonly Service[];
  readonly policies: readonly PolicyContent[];
  readonly people: readonly Person[];
  readonly teams: readonly Team[];
}

export type CheckedDocument =
  { readonly ok: true; readonly document: ConfigDocument } | { readonly ok: false; readonly errors: readonly ConfigError[] };

/** At most this many bytes of text. */
export const maxDocumentBytes = 1024 * 1024;
export const yamlTypes = ['application/yaml', 'application/x-yaml', 'text/yaml'] as const;
export const configTypes: readonly string[] = ['application/json', ...yamlTypes];

const mostThings = 2000;
// Links to acknowledge live 7 days and reply codes 30: what they name must still be there.
const shortestRetention = 31 * 86_400;
const longestRetention = 3660 * 86_400;

/** Reads a configuration, or one thing of it, as text. */
export const readConfigText = (written: string, contentType: string | null): ConfigSource | Unparsable =>
  contentType === 'application/json' ? readJson(written) : readYaml(written);

/** The address under which people reach us; a path may follow, never a slash at the end. */
const baseUrl = leaf((value) => {
  const plain = typeof value === 'string' && value.length <= 2048 && /^https?:\/\/[^\s?#@\\\uFFFD]+$/.test(value) && URL.canParse(value);
  return plain
    ? taken(value.replace(/\/+$/, ''))
    : refused('invalid-url', 'This must be an http or https URL without credentials, query and fragment.');
});

const retention = fields({
  incidents: or(duration(shortestRetention, longestRetention), 400 * 86_400),
  messages: or(duration(1, longestRetention), 30 * 86_400),
});

const settingsSchema = (known: KnownIds): z.ZodType<Settings> =>
  fields({
    catchAll: or(catchAllSchema(known), null),
    zone: or(zone, 'UTC'),
    baseUrl: or(baseUrl, null),
    retention: retention.nullish().transform((value) => value ?? retention.parse({})),
    enabled: or(z.boolean(), true),
    maxOpen: or(z.int().min(1).max(1_000_000), null),
    acknowledgementTimeout: or(duration(1), 3600),
  });

const label = leaf((value) =>
  typeof value === 'string' && value.length <= 1024
    ? taken(value)
    : refused('wrong-type', 'A label is text of at most 1024 characters, in quotes.'),
);

const withoutPolicy = refused('not-supported', 'Services without a policy will come with routing, in a later release; name a policy.');

const serviceSchema = (known: KnownIds): z.ZodType<Service> =>
  fields({
    id,
    name: or(text(255), null),
    policy: reference('policy', known.policies, withoutPolicy),
    severity: or(severity, null),
    labels: or(z.record(z.string(), label), {}),
    enabled: or(z.boolean(), true),
  });

const documentSchema = (known: KnownIds, settingsCatchAll: boolean) =>
  fields(
    {
      settings: settingsSchema(known).nullish(),
      services: or(distinct(serviceSchema(known), mostThings), []),
      policies: or(distinct(policySchema(known, settingsCatchAll), mostThings), []),
      people: or(distinct(personSchema(known), mostThings), []),
      teams: or(distinct(teamSchema(known), mostThings), []),
    },
    ['channels', 'schedules', 'rules'],
  );

function idsIn(written: Json, kind: string): Names {
  const list = isObject(written) ? written[kind] : undefined;
  const ids = Array.isArray(list) ? list.map((thing: unknown) => (isObject(thing) ? thing['id'] : null)) : [];
  return names(ids.filter((found) => typeof found === 'string'));
}

const knownIn = (written: Json, channels: AddressSchemas | null): KnownIds => ({
  people: idsIn(written, 'people'),
  teams: idsIn(written, 'teams'),
  policies: idsIn(written, 'policies'),
  channels,
});

const hasCatchAll = (settings: unknown): boolean => isObject(settings) && (settings['catchAll'] ?? null) !== null;

/** The document that a text stands for, or everything that is wrong with it. A contact can name these channels and no others. */
export const checkDocument = (source: ConfigSource, channels: AddressSchemas): CheckedDocument => check(source, channels);

function check(source: ConfigSource, channels: AddressSchemas | null): CheckedDocument {
  if (source.stopped) return { ok: false, errors: configErrors(null, source) };
  const written = source.json;
  const known = knownIn(written, channels);
  const settingsCatchAll = hasCatchAll(isObject(written) ? written['settings'] : null);
  const result = documentSchema(known, settingsCatchAll).safeParse(written);
  if (!result.success || source.errors.length > 0 || !isJsonObject(written)) {
    return { ok: false, errors: configErrors(result.error ?? null, source) };
  }
  const { settings: given, services, policies, people, teams } = result.data;
  return { ok: true, document: { written, settings: given ?? emptyDocument.settings, services, policies, people, teams } };
}

/** What stands before anything was saved: every setting at its default, and nobody. */
export const emptyDocument: ConfigDocument = {
  written: {},
  settings: settingsSchema(knownIn({}, null)).parse({}),
  services: [],
  policies: [],
  people: [],
  teams: [],
};

/** JSON as a source: no text was sent, so nothing has a line. */
export const sourceOf = (json: JsonObject): ConfigSource => ({ json, errors: [], stopped: false, lineOf: () => null });

/** As `checkDocument`, for what was saved: its channels and addresses were judged then. */
export const checkWritten = (written: JsonObject): CheckedDocument => check(sourceOf(written), null);

/** JSON that is an object. */
export const isJsonObject = (value: Json): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
