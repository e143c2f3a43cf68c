import { parseSeverity } from '../domain/severity.ts';
import type { Signal } from '../domain/signal.ts';
import type { Instant } from '../domain/time.ts';
import type { FieldError } from '../schema/field-errors.ts';
import { cutText, isCleanLine } from './clean-text.ts';
import { fingerprint } from './fingerprint.ts';
import { fitTitle, fitTrigger } from './fit-signal.ts';
import type { EventDefaults, RecordedEvent, SentEvent } from './format.ts';
import { fieldAt, fieldsOf, listAt } from './json-fields.ts';

type Parsed<Event> = { readonly ok: true; readonly event: Event } | { readonly ok: false; readonly errors: readonly FieldError[] };

const maxDedupKey = 255;
const maxLinks = 32;

interface Payload {
  readonly summary: string;
  readonly source: string | null;
  readonly severity: string | null;
  readonly timestamp: string | null;
  readonly component: string | null;
  readonly group: string | null;
  readonly class: string | null;
  readonly custom_details: unknown;
}

interface EventBody {
  readonly event_action: string;
  readonly dedup_key: string | null;
  readonly client: string | null;
  readonly client_url: string | null;
  readonly links: readonly unknown[];
  readonly images: readonly unknown[];
  readonly payload: Payload;
}

/** Text, or what can stand for it. Only what the alarm stands on can be refused; a field of an odd type counts as not sent. */
function textAsSent(value: unknown, ...path: readonly string[]): string | null {
  const found = fieldAt(value, ...path);
  if (typeof found === 'string') return found.trim() === '' ? null : found;
  return typeof found === 'number' || typeof found === 'boolean' ? String(found) : null;
}

const wordsAt = (value: unknown, ...path: readonly string[]): string | null => textAsSent(value, ...path)?.trim() ?? null;

function read(value: unknown): EventBody | null {
  if (fieldsOf(value) === null) return null;
  return {
    event_action: wordsAt(value, 'event_action') ?? '',
    dedup_key: textAsSent(value, 'dedup_key'),
    client: wordsAt(value, 'client'),
    client_url: wordsAt(value, 'client_url'),
    links: listAt(value, 'links'),
    images: listAt(value, 'images'),
    payload: {
      summary: wordsAt(value, 'payload', 'summary') ?? '',
      source: wordsAt(value, 'payload', 'source'),
      severity: wordsAt(value, 'payload', 'severity'),
      timestamp: wordsAt(value, 'payload', 'timestamp'),
      component: wordsAt(value, 'payload', 'component'),
      group: wordsAt(value, 'payload', 'group'),
      class: wordsAt(value, 'payload', 'class'),
      custom_details: fieldAt(value, 'payload', 'custom_details'),
    },
  };
}

/** The credential that stands in a body, if any. */
export const routingKeyOf = (value: unknown): string | null => wordsAt(value, 'routing_key');

/**
 * Understands parsed JSON as an event of PagerDuty's Events API v2. Refused: no object, no action or an unknown one, a trigger without a
 * summary, an acknowledge or resolve without a dedup key, and a dedup key that is too long or holds control characters.
 */
export function parsePagerDutyEvent(value: unknown, defaults: EventDefaults): Parsed<SentEvent> {
  const body = read(value);
  if (body === null) return { ok: false, errors: [notAnObject] };
  const { dedup_key: dedupKey } = body;
  const action = actionOf(body);
  const title = titleOf(body.payload);
  const errors = [
    ...actionErrors(body, action),
    ...dedupKeyErrors(dedupKey, action),
    ...(action === 'trigger' && title === '' ? [missing('payload.summary')] : []),
  ];
  if (errors.length > 0 || action === null) return { ok: false, errors };
  if (action === 'trigger') return { ok: true, event: triggerOf(body, { title, dedupKey }, defaults) };
  const occurredAt = instantOf(body.payload);
  return { ok: true, event: { action, service: defaults.service, dedupKey: dedupKey ?? '', title, occurredAt } };
}

/** Understands parsed JSON as a change event: something to know of, never an alarm. Refused: no object, no summary. */
export function parsePagerDutyChange(value: unknown, defaults: EventDefaults): Parsed<RecordedEvent> {
  const body = read(value);
  if (body === null) return { ok: false, errors: [notAnObject] };
  const title = titleOf(body.payload);
  if (title === '') return { ok: false, errors: [missing('payload.summary')] };
  const dedupKey = fingerprintOf(body.payload, defaults.service);
  return { ok: true, event: { action: 'record', service: defaults.service, dedupKey, title, reason: 'change-event' } };
}

const knownSeverities: readonly string[] = ['critical', 'error', 'warning', 'info'];

/** What to tell about a severity that is none of PagerDuty's and was taken for another; null when there is nothing to tell. */
export function severityWarning({ severity, severityText }: Signal): string | null {
  if (severityText === null || knownSeverities.includes(severityText.trim().toLowerCase())) return null;
  const allowed = knownSeverities.join(', ');
  return `Warning: the sender's severity “${cutText(severityText, 100)}” is none of ${allowed}. It was taken as ${severity}.`;
}

const notAnObject: FieldError = { pointer: '', code: 'invalid-type', detail: 'The event must be a JSON object.' };

const pointerTo = (name: string): string => `/${name.replace('.', '/')}`;
const missing = (name: string): FieldError => ({
  pointer: pointerTo(name),
  code: 'required',
  detail: `'${name}' is missing or blank.`,
});

function actionOf({ event_action }: EventBody): SentEvent['action'] | null {
  const word = event_action.toLowerCase();
  return word === 'trigger' || word === 'acknowledge' || word === 'resolve' ? word : null;
}

function actionErrors({ event_action }: EventBody, action: SentEvent['action'] | null): readonly FieldError[] {
  if (action !== null) return [];
  if (event_action === '') return [missing('event_action')];
  return [{ pointer: '/event_action', code: 'unknown-value', detail: "'event_action' must be trigger, acknowledge or resolve." }];
}

function dedupKeyErrors(dedupKey: string | null, action: SentEvent['action'] | null): readonly FieldError[] {
  if (dedupKey === null) return action === 'acknowledge' || action === 'resolve' ? [missing('dedup_key')] : [];
  const refuse = (code: string, detail: string): readonly FieldError[] => [{ pointer: '/dedup_key', code, detail }];
  if (dedupKey.length > maxDedupKey) return refuse('too-large', `'dedup_key' may have at most ${maxDedupKey} characters.`);
  if (!isCleanLine(dedupKey)) return refuse('control-character', "'dedup_key' may not hold control characters or lone surrogates.");
  return [];
}

/** Well above what a title keeps. */
const longestSummaryRead = 4096;
/** The beginning of a summary; its line breaks are spaces to whoever reads it on a phone. */
const inOneLine = (summary: string): string => summary.slice(0, longestSummaryRead).replace(/\s+/g, ' ');
const titleOf = ({ summary }: Payload): string => fitTitle(inOneLine(summary));

/** The summary as it was sent, where the title is less than that. */
const descriptionOf = ({ summary }: Payload, title: string): string | null =>
  summary.length > longestSummaryRead || summary.includes('\n') || inOneLine(summary) !== title ? summary : null;

/** What repeats of one problem have in common; details and severity change from one to the next. */
const fingerprintOf = (sent: Payload, service: string): string =>
  fingerprint([service, sent.source, sent.class, sent.component, sent.group, sent.summary]);

function triggerOf(
  body: EventBody,
  { title, dedupKey }: { readonly title: string; readonly dedupKey: string | null },
  defaults: EventDefaults,
): SentEvent {
  const { payload, client } = body;
  const { severity: severityText, component, group } = payload;
  return fitTrigger(
    {
      dedupKey: dedupKey ?? fingerprintOf(payload, defaults.service),
      title,
      severity: severityText === null ? null : parseSeverity(severityText),
      severityText,
      source: payload.source,
      type: payload.class,
      description: descriptionOf(payload, title),
      labels: Object.entries({ component, group, client }),
      links: linksOf(body),
      details: detailsOf(payload.custom_details),
      occurredAt: instantOf(payload),
    },
    defaults,
  );
}

interface SentLink {
  readonly href: string;
  readonly text: string;
}

/** The sender's links, its own page, and its pictures, in this order; what is no address that opens in a browser is left out. */
function linksOf({ links, images, client, client_url }: EventBody): readonly SentLink[] {
  const found = [
    ...links
      .slice(0, maxLinks)
      .map((link) => (typeof link === 'string' ? toLink(link.trim(), null) : toLink(wordsAt(link, 'href'), wordsAt(link, 'text')))),
    toLink(client_url, client),
    ...images.slice(0, maxLinks).flatMap((image) => {
      const words = wordsAt(image, 'alt');
      return [toLink(wordsAt(image, 'href'), words), toLink(wordsAt(image, 'src'), words ?? 'Image')];
    }),
  ].filter((link) => link !== null);
  return found.filter(({ href }, place) => found.findIndex((other) => other.href === href) === place).slice(0, maxLinks);
}

function toLink(href: string | null, words: string | null): SentLink | null {
  return href !== null && /^https?:\/\//i.test(href) ? { href, text: words ?? href } : null;
}

/** An object as it is; any other value under the sender's own name for it. */
function detailsOf(sent: unknown): object | null {
  if (sent === undefined || sent === null || sent === '') return null;
  const object = typeof sent === 'object' && !Array.isArray(sent) ? sent : { custom_details: sent };
  return Object.keys(object).length === 0 ? null : object;
}

const longestTimestamp = 64;
const writtenInstant = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\d)?(?:[.,](\d{1,3})\d*)? ?(?:Z|([+-]\d\d):?(\d\d)?Z?)?$/i;
const latestInstant = 8.64e15;

/** ISO 8601 with or without a zone (then UTC), or a number of seconds (milliseconds, microseconds …) since 1970; zero counts as none. */
function instantOf({ timestamp }: Payload): Instant | null {
  const sent = timestamp ?? '';
  if (sent.length > longestTimestamp) return null;
  const instant = /^[\d.e+]+$/.test(sent) ? fromNumber(Number(sent)) : fromText(sent);
  return instant > 0 && instant <= latestInstant ? instant : null;
}

/** Not a number when it is no instant. */
function fromText(sent: string): number {
  const [, date, time, seconds = ':00', fraction = '0', hours, minutes = '00'] = writtenInstant.exec(sent) ?? [];
  if (date === undefined || time === undefined) return NaN;
  const zone = hours === undefined ? 'Z' : `${hours}:${minutes}`;
  return Date.parse(`${date}T${time}${seconds}.${fraction.padEnd(3, '0')}${zone}`);
}

/** The unit is told by the size: all four are in use, and each is a thousand times the next. */
function fromNumber(sent: number): number {
  return Math.floor(sent < 1e11 ? sent * 1e3 : sent < 1e14 ? sent : sent < 1e17 ? sent / 1e3 : sent / 1e6);
}
