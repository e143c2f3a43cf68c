import * as z from 'zod/mini';
import { longestDuration, parseDuration } from '../domain/duration.ts';
import { parseSeverity, type Severity } from '../domain/severity.ts';
import type { Seconds } from '../domain/time.ts';
import { inside, type ConfigError, type ConfigSource } from './config-source.ts';
import { idPattern } from './id-pattern.ts';

interface FieldIssue {
  readonly path: readonly PropertyKey[];
  readonly code: string;
  readonly detail: string;
}

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: string; readonly detail: string };

export const taken = <T>(value: T): Read<T> => ({ ok: true, value });
export const refused = (code: string, detail: string): { readonly ok: false; readonly code: string; readonly detail: string } => ({
  ok: false,
  code,
  detail,
});
export const notSupported = (what: string) => refused('not-supported', `${what} will come with a later release.`);

const mostErrors = 1000;

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const required = refused('required', 'This field is needed.');

const anything = z.unknown();

/** One value read by a function of ours. */
export const leaf = <T>(read: (value: unknown) => Read<T>, absent: Read<T> = required) =>
  z.pipe(
    anything,
    z.transform((value, ctx): T => {
      const result = value === undefined ? absent : read(value);
      if (result.ok) return result.value;
      ctx.issues.push({ code: 'custom', message: result.detail, params: { code: result.code }, input: value });
      return z.NEVER;
    }),
  );

/** Everything the schema finds, and what `others` finds in the value as it was written. */
export const alongside = <T>(schema: (value: unknown) => z.ZodMiniType<T>, others: (value: unknown) => readonly FieldIssue[]) =>
  z.pipe(
    anything,
    z.transform((value, ctx): T => {
      const result = schema(value).safeParse(value);
      for (const issue of [...(result.success ? [] : fieldIssues(result.error, value)), ...others(value)]) {
        ctx.issues.push({ code: 'custom', path: [...issue.path], message: issue.detail, params: { code: issue.code }, input: value });
      }
      return result.success ? result.data : z.NEVER;
    }),
  );

/** A shorthand beside a long form: objects go to the one schema, everything else to the other. */
export const shorthand = <T>(short: z.ZodMiniType<T>, long: z.ZodMiniType<T>) =>
  alongside(
    (value) => (isObject(value) ? long : short),
    () => [],
  );

/** An object with these fields and no others; `later` names fields that a later release brings. */
export function fields<Shape extends z.core.$ZodShape>(shape: Shape, later: readonly string[] = []) {
  const known = Object.keys(shape);
  return z.looseObject(shape).check(
    z.superRefine(
      (value, ctx) => {
        for (const key of Object.keys(value)) {
          if (known.includes(key)) continue;
          const found = later.includes(key)
            ? notSupported('This field')
            : refused('unknown-field', `There is no such field${didYouMean(key, known)}`);
          ctx.addIssue({ code: 'custom', path: [key], message: found.detail, params: { code: found.code } });
        }
      },
      { when: ({ value }) => isObject(value) },
    ),
  );
}

/** A field that may be left out, or be null: then it is `otherwise`. */
export const or = <T, Otherwise>(schema: z.ZodMiniType<T>, otherwise: Otherwise) =>
  z.pipe(
    z.nullish(schema),
    z.transform((value): T | Otherwise => value ?? otherwise),
  );

/** A list in which no two things may have the same id. */
export const distinct = <T>(item: z.ZodMiniType<T>, most: number) =>
  z.array(item).check(
    z.maxLength(most),
    z.superRefine(
      (list, ctx) => {
        const seen = new Set<string>();
        list.forEach((thing, index) => {
          const id = isObject(thing) ? thing['id'] : undefined;
          if (typeof id !== 'string') return;
          if (seen.has(id))
            ctx.addIssue({ code: 'custom', path: [index, 'id'], message: 'This id stands here twice.', params: { code: 'duplicate-id' } });
          seen.add(id);
        });
      },
      { when: ({ value }) => Array.isArray(value) },
    ),
  );

/** Ids that can be referred to. */
export interface Names {
  readonly has: (name: string) => boolean;
  /** As `didYouMean`, for the first few unknown names: enough for a person, and nothing that could take for ever. */
  readonly suggestion: (name: string) => string;
}

const mostSuggestions = 20;
const mostCandidates = 500;
const longestSuggested = 32;

export function names(ids: Iterable<string>): Names {
  const known = new Set(ids);
  let left = known.size > mostCandidates ? 0 : mostSuggestions;
  return {
    has: (name) => known.has(name),
    suggestion: (name) => {
      left -= 1;
      return left < 0 ? '.' : didYouMean(name, known);
    },
  };
}

/** The nearest known name as the end of a sentence; just the end when none is near. */
export function didYouMean(name: string, known: Iterable<string>): string {
  let best: string | null = null;
  let least = name.length > longestSuggested ? 0 : Math.min(3, name.length);
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), least);
    if (distance >= least) continue;
    best = candidate;
    least = distance;
  }
  return best === null ? '.' : `; did you mean "${best}"?`;
}

/** Insertions, deletions and replacements from one word to the other; `limit` when there are that many or more. */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) return limit;
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    if (Math.min(...next) >= limit) return limit;
    row = next;
  }
  return Math.min(limit, row[to.length] ?? limit);
}

const wrongText = refused('wrong-type', 'This must be text; put numbers and single words that YAML takes for something else in quotes.');

export const id = leaf((value) => {
  if (typeof value !== 'string') return wrongText;
  return idPattern.test(value)
    ? taken(value)
    : refused('invalid-id', 'An id has 1 to 64 letters, digits, dots, underscores and hyphens, the first one a letter or a digit.');
});

/** Text that is not blank. */
export const text = (most: number) =>
  leaf((value) => {
    if (typeof value !== 'string') return wrongText;
    if (value.length > most) return refused('too-long', `This may have at most ${most} characters.`);
    return value.trim() === '' ? refused('blank', 'This must not be blank.') : taken(value);
  });

export const duration = (least: Seconds, most: Seconds = longestDuration) =>
  leaf((value) => {
    const seconds = typeof value === 'string' || typeof value === 'number' ? parseDuration(value, most) : null;
    return seconds !== null && seconds >= least
      ? taken(seconds)
      : refused(
          'invalid-duration',
          `A duration is written 30s, 15m, 1h30m, PT15M or as whole seconds, from ${least} s to ${most / 86_400} days.`,
        );
  });

export const severity = leaf((value): Read<Severity> => {
  const found = typeof value === 'string' ? parseSeverity(value) : null;
  return found === null
    ? refused('invalid-severity', 'A severity is one of critical, high, medium, low and info, or one of their usual names.')
    : taken(found);
});

/** Each severity once; an empty list means all, which is null. */
export const severityList = z.pipe(
  z.array(severity).check(z.maxLength(50)),
  z.transform((list) => (list.length === 0 ? null : [...new Set(list)])),
);

/** Refuses a name that nothing has; `what` says what is looked for. */
export const unknownReference = (what: string, name: string, known: Names) =>
  refused('unknown-reference', `There is no ${what} with this id${known.suggestion(name)}`);

/** The id of something in the document; `absent` says what its absence means. */
export const reference = (what: string, known: Names, absent: Read<string> = required) =>
  leaf((value) => {
    if (value === null) return absent;
    if (typeof value !== 'string') return wrongText;
    return known.has(value) ? taken(value) : unknownReference(what, value, known);
  }, absent);

function at(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Object.getOwnPropertyDescriptor(value, key)?.value;
  }
  return value;
}

const expectations: Readonly<Record<string, string>> = {
  string: wrongText.detail,
  number: 'This must be a number.',
  int: 'This must be a whole number.',
  boolean: 'This must be true or false.',
  array: 'This must be a list.',
  object: 'This must hold fields.',
  record: 'This must hold fields.',
};

function meaning(issue: z.core.$ZodIssue, root: unknown): { readonly code: string; readonly detail: string } {
  if (issue.code === 'custom') return { code: String(issue.params?.['code'] ?? 'invalid-value'), detail: issue.message };
  if (at(root, issue.path) === undefined) return required;
  if (issue.code === 'invalid_type') return refused('wrong-type', expectations[issue.expected] ?? 'This has the wrong type.');
  if (issue.code === 'invalid_value') return refused('invalid-value', `This must be one of ${issue.values.map(String).join(', ')}.`);
  if (issue.code === 'too_big') {
    const most = Number(issue.maximum);
    return issue.origin === 'array'
      ? refused('too-many', `There may be at most ${most} here.`)
      : refused('out-of-range', `This may be at most ${most}.`);
  }
  if (issue.code === 'too_small') {
    const least = Number(issue.minimum);
    return issue.origin === 'array'
      ? refused('too-few', `At least ${least} is needed here.`)
      : refused('out-of-range', `This must be at least ${least}.`);
  }
  return refused('invalid-value', 'This value is not valid.');
}

const fieldIssues = (error: z.core.$ZodError, root: unknown): readonly FieldIssue[] =>
  error.issues.map((issue) => ({ path: issue.path, ...meaning(issue, root) }));

/** Every error with pointer and line, in the order of the document; at most 1,000. */
export function configErrors(error: z.core.$ZodError | null, source: ConfigSource): readonly ConfigError[] {
  const found = error === null ? [] : fieldIssues(error, source.json);
  const located = found.map(({ path, code, detail }): ConfigError => {
    const pointer = path.reduce<string>(inside, '');
    const line = source.lineOf(pointer);
    return { pointer, code, detail, ...(line === null ? {} : { line }) };
  });
  return [...source.errors, ...located].sort((a, b) => (a.line ?? 0) - (b.line ?? 0)).slice(0, mostErrors);
}
