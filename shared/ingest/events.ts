import * as z from 'zod/mini';
import { parseSeverity } from '../domain/severity.ts';
import type { Link, Signal } from '../domain/signal.ts';
import type { Instant } from '../domain/time.ts';
import { fieldErrors, type FieldError } from '../schema/field-errors.ts';
import { cleanLine, isCleanLine, lineOf, textOf } from './clean-text.ts';
import { fingerprint } from './fingerprint.ts';
import { fitJson } from './fit-json.ts';
import type { EventDefaults, SentEvent } from './format.ts';

type ParsedEvent = { readonly ok: true; readonly event: SentEvent } | { readonly ok: false; readonly errors: readonly FieldError[] };

const maxDetailBytes = 32 * 1024;
const maxTitle = 1024;
/** Longer texts are cut, not refused: an alarm with a long text is still an alarm. */
const maxLine = 1024;
const maxText = 16 * 1024;
const maxLabels = 64;
const maxLinks = 32;
/** More are not looked at. */
const mostLinksRead = 256;
const longestLink = 2048;

const refusal = (code: string, message: string) => ({ message, params: { code } });
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
const object = () => z.custom<object>(isObject, refusal('invalid-type', 'Must be an object.'));
const line = z.nullish(z.string());

// Whoever sends in another format needs none of it.
const eventBody = z.lazy(() =>
  z.object({
    action: z.nullish(z.enum(['trigger', 'acknowledge', 'resolve'])),
    dedupKey: z.nullish(
      z
        .string()
        .check(
          z.minLength(1),
          z.maxLength(255),
          z.refine(isCleanLine, refusal('control-character', 'May not hold control characters or lone surrogates.')),
        ),
    ),
    title: z.nullish(
      z.string().check(
        z.refine((text) => text.trim() !== '', refusal('blank', 'May not be blank.')),
        z.refine(
          (text) => text.length <= maxTitle || hasAtMost(text.trim(), maxTitle),
          refusal('too-large', `Must be at most ${maxTitle} characters long.`),
        ),
      ),
    ),
    severity: z.nullish(
      z
        .string()
        .check(
          z.refine(
            (text) => parseSeverity(text) !== null,
            refusal('unknown-severity', 'Must be critical, high, medium, low or info, or one of their aliases.'),
          ),
        ),
    ),
    source: line,
    description: line,
    type: line,
    environment: line,
    labels: z.nullish(z.record(z.string(), z.string())),
    details: z.nullish(object()),
    links: z.nullish(
      z.pipe(
        z.pipe(
          z.array(z.unknown()),
          z.transform((links) => links.slice(0, mostLinksRead)),
        ),
        z.array(
          z.object({
            href: z
              .string()
              .check(z.refine(isWebAddress, refusal('invalid-link', 'Must be an address that starts with http:// or https://.'))),
            text: line,
          }),
        ),
      ),
    ),
    context: z.nullish(object()),
    occurredAt: z.nullish(z.iso.datetime({ offset: true })),
  }),
);

type EventBody = z.infer<typeof eventBody>;

/** A character has at most two units: of a longer text none need be counted. */
const hasAtMost = (text: string, most: number): boolean => text.length <= 2 * most && Array.from(text).length <= most;

function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text) && isCleanLine(text);
}

/** Understands parsed JSON as an event of the service. Refused: what the schema does not allow, and a trigger without a title. */
export function parseEvent(value: unknown, defaults: EventDefaults): ParsedEvent {
  const parsed = eventBody.safeParse(value);
  if (!parsed.success) return { ok: false, errors: fieldErrors(parsed.error) };
  const body = parsed.data;
  const title = typeof body.title === 'string' ? cleanLine(body.title.trim()) : null;
  const occurredAt = instantOf(body);
  const action = body.action ?? 'trigger';
  if (action === 'trigger') {
    if (title === null) return missing('/title', 'A trigger needs a title.');
    return { ok: true, event: { action, signal: toSignal(body, { title, occurredAt }, defaults) } };
  }
  if (title === null && typeof body.dedupKey !== 'string')
    return missing('/dedupKey', 'Without a dedupKey the title of the trigger is needed.');
  const dedupKey = body.dedupKey ?? fingerprintOf(body, title ?? '', defaults);
  return { ok: true, event: { action, service: defaults.service, dedupKey, title: title ?? '', occurredAt } };
}

/** What a program sends that never set it, the zero time of Go above all, counts as absent. */
function instantOf({ occurredAt }: EventBody): Instant | null {
  const instant = typeof occurredAt === 'string' ? Date.parse(occurredAt) : 0;
  return instant > 0 ? instant : null;
}

const missing = (pointer: string, detail: string): ParsedEvent => ({ ok: false, errors: [{ pointer, code: 'required', detail }] });

const fingerprintOf = (body: EventBody, title: string, defaults: EventDefaults): string =>
  fingerprint([defaults.service, body.source ?? null, body.type ?? null, title]);

function toSignal(body: EventBody, known: { title: string; occurredAt: Instant | null }, defaults: EventDefaults): Signal {
  const severity = typeof body.severity === 'string' ? parseSeverity(body.severity) : defaults.severity;
  return {
    service: defaults.service,
    dedupKey: body.dedupKey ?? fingerprintOf(body, known.title, defaults),
    title: known.title,
    severity: severity ?? 'high',
    severityText: fitLine(body.severity),
    source: fitLine(body.source),
    type: fitLine(body.type),
    environment: fitLine(body.environment),
    description: typeof body.description === 'string' ? textOf(body.description, maxText) : null,
    labels: toLabels(body.labels ?? {}),
    // A link too long to be of use in a message is left out: the alarm is worth more.
    links: (body.links ?? [])
      .filter(({ href }) => href.length <= longestLink)
      .slice(0, maxLinks)
      .map((link): Link => ({ href: link.href, text: fitLine(link.text) })),
    details: body.details ? fitJson(body.details, maxDetailBytes) : null,
    context: body.context ? fitJson(body.context, maxDetailBytes) : null,
    occurredAt: known.occurredAt,
  };
}

const fitLine = (text: string | null | undefined): string | null => (typeof text === 'string' ? lineOf(text, maxLine) : null);

function toLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(labels).slice(0, maxLabels);
  return Object.fromEntries(entries.map(([name, value]) => [lineOf(name, 255), lineOf(value, maxLine)]));
}
