import type { Severity } from '../domain/severity.ts';
import type { Link, Signal } from '../domain/signal.ts';
import type { Instant } from '../domain/time.ts';
import { isCleanLine, lineOf, textOf } from './clean-text.ts';
import { fingerprint } from './fingerprint.ts';
import { fitJson } from './fit-json.ts';
import type { EventDefaults, SentEvent } from './format.ts';

/** A problem as a sender tells it: foreign text of any length, nothing cleaned. */
export interface Told {
  readonly dedupKey: string;
  readonly title: string;
  /** Null: the service's own. */
  readonly severity: Severity | null;
  readonly severityText: string | null;
  readonly source: string | null;
  readonly type: string | null;
  readonly description: string | null;
  /** What is no text is left out; of two with one name the later counts. */
  readonly labels: readonly (readonly [name: string, value: unknown])[];
  readonly links: readonly { readonly href: string; readonly text: string }[];
  readonly details: object | null;
  readonly occurredAt: Instant | null;
}

const longestKey = 1024;
const longestTitle = 1024;
const longestLine = 1024;
const longestText = 16 * 1024;
const longestLink = 2048;
const longestName = 255;
const mostLabels = 64;
const maxDetailBytes = 32 * 1024;

/** A dedup key that may be stored; one too long, or with characters a key may not have, is replaced by its fingerprint. */
export const fitKey = (key: string): string =>
  key.length > 0 && key.length <= longestKey && isCleanLine(key) ? key : fingerprint(['key', key]);

/** A title on one line. */
export const fitTitle = (title: string): string =>
  lineOf(
    title
      .trim()
      .slice(0, longestTitle + 1)
      .replace(/[\t\n\r]/g, ' '),
    longestTitle,
  );

/** The trigger for a problem: all text cleaned, and cut where it is too long. */
export function fitTrigger(told: Told, defaults: EventDefaults): Extract<SentEvent, { action: 'trigger' }> {
  const signal: Signal = {
    service: defaults.service,
    dedupKey: fitKey(told.dedupKey),
    title: fitTitle(told.title),
    severity: told.severity ?? defaults.severity ?? 'high',
    severityText: fitLine(told.severityText),
    source: fitLine(told.source),
    type: fitLine(told.type),
    environment: null,
    description: told.description === null ? null : textOf(told.description, longestText),
    labels: fitLabels(told.labels),
    links: told.links.filter(({ href }) => href.length <= longestLink && isCleanLine(href) && URL.canParse(href)).map(fitLink),
    details: told.details === null ? null : fitJson(told.details, maxDetailBytes),
    context: null,
    occurredAt: told.occurredAt,
  };
  return { action: 'trigger', signal };
}

const fitLine = (text: string | null): string | null => (text === null ? null : lineOf(text, longestLine));

const fitLink = ({ href, text }: Told['links'][number]): Link => ({ href, text: fitLine(text) });

function fitLabels(labels: Told['labels']): Readonly<Record<string, string>> {
  const fit = new Map<string, string>();
  for (const [name, value] of labels) {
    if (typeof value !== 'string' || value === '' || name === '' || name === '__proto__') continue;
    if (fit.size >= mostLabels && !fit.has(name)) continue;
    fit.set(lineOf(name, longestName), lineOf(value, longestLine));
  }
  return Object.fromEntries(fit);
}
