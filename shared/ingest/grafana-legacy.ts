import { parseSeverity } from '../domain/severity.ts';
import { beginning, nameWithLabels, oneLine, textLabels, webLinks } from './alert-labels.ts';
import { fingerprint } from './fingerprint.ts';
import { fitTitle, fitTrigger, type Told } from './fit-signal.ts';
import type { EventDefaults, ParsedBody, RecordedEvent, SentEvent } from './format.ts';
import { fieldAt, fieldsOf, textAt, type JsonFields } from './json-fields.ts';

/** An alert of a dashboard panel, as Grafana sent them up to version 8: a rule and its state, no list. */
export const isLegacyAlert = (value: unknown): boolean =>
  fieldAt(value, 'alerts') === undefined && ['ruleId', 'ruleName', 'ruleUrl'].some((name) => (fieldAt(value, name) ?? null) !== null);

/** `ok` resolves, `paused` and `pending` are recorded, all else pages. The body holds no instant: arrival order counts. */
export function parseLegacyAlert(value: unknown, defaults: EventDefaults): ParsedBody {
  return { ok: true, events: [eventOf(value, defaults)] };
}

function eventOf(value: unknown, defaults: EventDefaults): SentEvent | RecordedEvent {
  const { service } = defaults;
  const dedupKey = keyOf(value);
  const state = textAt(value, 'state')?.trim().toLowerCase() ?? '';
  const tags = fieldsOf(fieldAt(value, 'tags')) ?? {};
  const name = textAt(value, 'ruleName') ?? textAt(value, 'title') ?? 'a rule without a name';
  const title = fitTitle(oneLine(nameWithLabels(name, textLabels(tags))));
  switch (state) {
    case 'ok':
      return { action: 'resolve', service, dedupKey, title, occurredAt: null };
    case 'paused':
    case 'pending':
      return { action: 'record', service, dedupKey, title, reason: state };
    default:
      return fitTrigger(told(value, { dedupKey, title: state === 'no_data' ? `No data: ${title}` : title, tags }), defaults);
  }
}

/** The id of a rule is its key; where it is missing, its name and its address are. */
function keyOf(value: unknown): string {
  const rule = numberAt(value, 'ruleId');
  const organisation = numberAt(value, 'orgId');
  return rule === null
    ? fingerprint(['rule', organisation, textAt(value, 'ruleName'), textAt(value, 'ruleUrl')])
    : `grafana-rule-${organisation ?? '1'}-${rule}`;
}

function numberAt(value: unknown, name: string): string | null {
  const found = fieldAt(value, name);
  return typeof found === 'number' && Number.isSafeInteger(found) ? String(found) : null;
}

function told(value: unknown, known: { readonly dedupKey: string; readonly title: string; readonly tags: JsonFields }): Told {
  const { dedupKey, title, tags } = known;
  const severity = textAt(tags, 'severity');
  const matches = fieldAt(value, 'evalMatches') ?? null;
  return {
    dedupKey,
    title,
    severity: parseSeverity(severity ?? ''),
    severityText: severity,
    source: textAt(tags, 'instance'),
    type: 'dashboard alert',
    description: beginning(textAt(value, 'message')),
    labels: textLabels(tags),
    links: webLinks([
      ['Alert rule', textAt(value, 'ruleUrl')],
      ['Picture', textAt(value, 'imageUrl')],
    ]),
    details: matches === null ? null : { evalMatches: matches },
    occurredAt: null,
  };
}
