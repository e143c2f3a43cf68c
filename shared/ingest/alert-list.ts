import { parseSeverity, rank } from '../domain/severity.ts';
import { beginning, nameWithLabels, oneLine, textLabels, webLinks, type TextLabels } from './alert-labels.ts';
import { fingerprint } from './fingerprint.ts';
import { fitKey, fitTitle, fitTrigger, type Told } from './fit-signal.ts';
import type { EventDefaults, FormatOptions, ParsedBody, RecordedEvent, SentEvent } from './format.ts';
import { fieldAt, fieldsOf, instantAt, textAt, type JsonFields } from './json-fields.ts';

/** One alert of a body, as Alertmanager and what is built upon it send it. */
export interface SentAlert {
  /** The alert itself. */
  readonly fields: JsonFields;
  readonly labels: JsonFields;
  /** Those of the labels that are text. */
  readonly textLabels: TextLabels;
  readonly annotations: JsonFields;
  /** The whole body. */
  readonly body: JsonFields;
}

/** A link that may be missing. */
type PossibleLink = readonly [text: string, href: string | null];

/** In what the senders of this shape differ. */
export interface AlertDialect {
  /** The title where the sender's own summary would mislead; else null. */
  readonly title: (alert: SentAlert) => string | null;
  readonly description: (alert: SentAlert) => string | null;
  readonly links: (alert: SentAlert) => readonly PossibleLink[];
  /** What else is worth keeping. */
  readonly details: (alert: SentAlert) => Readonly<Record<string, unknown>>;
}

const maxAlerts = 2000;
const mostListed = 20;
/** More than fit into the details, however short they are. */
const mostAnnotationsRead = 4096;
const noFields: JsonFields = {};
/** Annotations that have a place of their own. */
const placed = new Set(['summary', 'description', 'message', 'runbook_url', 'dashboard_url']);

/** A body with a list of alerts: one event for each, or one for the whole group. */
export function parseAlertList(value: unknown, defaults: EventDefaults, options: FormatOptions, dialect: AlertDialect): ParsedBody {
  const body = fieldsOf(value);
  if (body === null) return wrong('', 'invalid-type', 'Must be an object.');
  const list = fieldAt(body, 'alerts');
  if (list === undefined) return wrong('/alerts', 'required', 'The list of alerts is missing.');
  if (!Array.isArray(list)) return wrong('/alerts', 'invalid-type', 'Must be a list.');
  if (list.length > maxAlerts) return wrong('/alerts', 'too-large', `Must be at most ${maxAlerts} entries long.`);
  const found = list.map((one: unknown) => sentAlert(one, body));
  const alerts = found.flatMap((alert) => alert ?? []);
  const teller = { dialect, defaults, body };
  const unreadable = found.flatMap((alert, index) => (alert === null ? [unreadableAlert(index, defaults)] : []));
  if (options.group) return { ok: true, events: [...groupEvents(alerts, teller), ...unreadable] };
  return { ok: true, events: [...alerts.map((alert) => alertEvent(alert, teller)), ...unreadable, ...truncationOf(teller)] };
}

const wrong = (pointer: string, code: string, detail: string): ParsedBody => ({ ok: false, errors: [{ pointer, code, detail }] });

interface Teller {
  readonly dialect: AlertDialect;
  readonly defaults: EventDefaults;
  readonly body: JsonFields;
}

function sentAlert(value: unknown, body: JsonFields): SentAlert | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  const part = (own: string, common: string): JsonFields => fieldsOf(fieldAt(fields, own)) ?? fieldsOf(fieldAt(body, common)) ?? noFields;
  const labels = part('labels', 'commonLabels');
  return { fields, labels, textLabels: textLabels(labels), annotations: part('annotations', 'commonAnnotations'), body };
}

/** A status that nobody knows counts as firing: a page too many is better than none. */
function isResolved({ fields, body }: SentAlert): boolean {
  const status = textAt(fields, 'status') ?? textAt(body, 'status');
  return status?.trim().toLowerCase() === 'resolved';
}

const sorted = (labels: TextLabels): readonly string[] => labels.map(([name, value]) => `${name.length}:${name}=${value}`).sort();

/** The sender's fingerprint; where there is none, ours of the labels, which firing and resolved have in common. */
function keyOf(alert: SentAlert): string {
  const own = textAt(alert.fields, 'fingerprint');
  if (own !== null) return fitKey(own);
  const labels = sorted(alert.textLabels);
  return fingerprint(['alert', ...(labels.length > 0 ? labels : [textAt(alert.fields, 'generatorURL')])]);
}

function titleOf(alert: SentAlert, dialect: AlertDialect): string {
  const name = textAt(alert.labels, 'alertname');
  const title =
    dialect.title(alert) ??
    textAt(alert.annotations, 'summary') ??
    (name === null ? null : nameWithLabels(name, alert.textLabels)) ??
    dialect.description(alert) ??
    nameWithLabels('Alert without a name', alert.textLabels);
  return oneLine(title);
}

const severityWord = (alert: SentAlert): string | null => textAt(alert.labels, 'severity');

const severityOf = (alert: SentAlert): Told['severity'] => parseSeverity(severityWord(alert) ?? '');

function detailsOf(alert: SentAlert, teller: Teller): Readonly<Record<string, unknown>> {
  const annotations = Object.keys(alert.annotations)
    .slice(0, mostAnnotationsRead)
    .filter((name) => !placed.has(name) && name !== '__proto__');
  const receiver = textAt(alert.body, 'receiver');
  const truncated = truncatedIn(teller.body);
  return {
    ...(receiver === null ? {} : { receiver }),
    ...(truncated === 0 ? {} : { truncatedAlerts: truncated }),
    ...teller.dialect.details(alert),
    ...(annotations.length === 0 ? {} : { annotations: Object.fromEntries(annotations.map((name) => [name, alert.annotations[name]])) }),
  };
}

function told(alert: SentAlert, teller: Teller): Told {
  const { dialect } = teller;
  return {
    dedupKey: keyOf(alert),
    title: titleOf(alert, dialect),
    severity: severityOf(alert),
    severityText: severityWord(alert),
    source: textAt(alert.labels, 'instance') ?? textAt(alert.labels, 'job'),
    type: textAt(alert.labels, 'alertname'),
    description: beginning(dialect.description(alert)),
    labels: alert.textLabels,
    links: webLinks(dialect.links(alert)),
    details: detailsOf(alert, teller),
    occurredAt: instantAt(alert.fields, 'startsAt'),
  };
}

function alertEvent(alert: SentAlert, teller: Teller): SentEvent {
  if (!isResolved(alert)) return { ...fitTrigger(told(alert, teller), teller.defaults), instantOf: 'beginning' };
  const title = fitTitle(titleOf(alert, teller.dialect));
  return {
    action: 'resolve',
    service: teller.defaults.service,
    dedupKey: keyOf(alert),
    title,
    occurredAt: instantAt(alert.fields, 'endsAt'),
  };
}

// ── one incident for the group ───────────────────────────────────────────────────────────────────────────────────────

function groupKeyOf({ body }: Teller): string {
  const own = textAt(body, 'groupKey');
  if (own !== null) return fitKey(own);
  return fingerprint(['group', textAt(body, 'receiver'), ...sorted(textLabels(fieldsOf(fieldAt(body, 'groupLabels')) ?? noFields))]);
}

const rankOf = (alert: SentAlert, { defaults }: Teller): number => rank(severityOf(alert) ?? defaults.severity ?? 'high');

/**
 * A group has no instant of its own: an alert that began before the last one ended may join it only now (a silence is over), and must not
 * look late. Arrival order counts; Alertmanager sends the notifications of one group one after the other.
 */
function groupEvents(alerts: readonly SentAlert[], teller: Teller): readonly (SentEvent | RecordedEvent)[] {
  const firing = alerts.filter((alert) => !isResolved(alert));
  const [lead] = firing.toSorted((a, b) => rankOf(a, teller) - rankOf(b, teller));
  const dedupKey = groupKeyOf(teller);
  if (lead !== undefined) return [groupTrigger(lead, firing, teller)];
  const [first] = alerts;
  if (first === undefined) return [];
  const { service } = teller.defaults;
  const title = fitTitle(titleOf(first, teller.dialect));
  // Those that were left out may still fire: the sender calls the group resolved after a look at the rest only.
  if (truncatedIn(teller.body) > 0) return [{ action: 'record', service, dedupKey, title, reason: 'truncated-alerts' }];
  return [{ action: 'resolve', service, dedupKey, title, occurredAt: null }];
}

function groupTrigger(lead: SentAlert, firing: readonly SentAlert[], teller: Teller): SentEvent {
  const alone = told(lead, teller);
  const dedupKey = groupKeyOf(teller);
  const others = firing.length - 1;
  if (others === 0) return fitTrigger({ ...alone, dedupKey, occurredAt: null }, teller.defaults);
  const titles = firing.slice(0, mostListed).map((alert) => `- ${titleOf(alert, teller.dialect).slice(0, 200)}`);
  const rest = firing.length - titles.length;
  const labels = fieldsOf(fieldAt(teller.body, 'commonLabels')) ?? fieldsOf(fieldAt(teller.body, 'groupLabels')) ?? noFields;
  const group: Told = {
    ...alone,
    dedupKey,
    title: `${alone.title.slice(0, 900)} and ${others} more ${others === 1 ? 'alert' : 'alerts'}`,
    description: [...titles, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n'),
    labels: textLabels(labels),
    details: { ...alone.details, firing: firing.length, groupLabels: fieldAt(teller.body, 'groupLabels') ?? null },
    occurredAt: null,
  };
  return fitTrigger(group, teller.defaults);
}

// ── what made no event of its own ────────────────────────────────────────────────────────────────────────────────────

function truncatedIn(body: JsonFields): number {
  const count = fieldAt(body, 'truncatedAlerts');
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : 0;
}

/** Alerts that the sender left out page nobody, so it must not go unsaid. */
function truncationOf(teller: Teller): readonly RecordedEvent[] {
  const count = truncatedIn(teller.body);
  if (count === 0) return [];
  const title = `${count} ${count === 1 ? 'alert was' : 'alerts were'} left out by the sender (max_alerts)`;
  return [{ action: 'record', service: teller.defaults.service, dedupKey: groupKeyOf(teller), title, reason: 'truncated-alerts' }];
}

const unreadableAlert = (index: number, { service }: EventDefaults): RecordedEvent => ({
  action: 'record',
  service,
  dedupKey: `unreadable-alert-${index}`,
  title: 'An entry of the list of alerts is no alert',
  reason: 'unreadable-alert',
});
