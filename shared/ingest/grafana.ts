import { nameWithLabels } from './alert-labels.ts';
import { parseAlertList, type AlertDialect, type SentAlert } from './alert-list.ts';
import type { Format } from './format.ts';
import { isLegacyAlert, parseLegacyAlert } from './grafana-legacy.ts';
import { fieldAt, textAt } from './json-fields.ts';

/** A rule that cannot be judged fires under a name of Grafana's own; one told to alert in that case says so in an annotation. */
const unjudged: Readonly<Record<string, string>> = {
  DatasourceNoData: 'No data',
  NoData: 'No data',
  DatasourceError: 'Rule cannot be evaluated',
  Error: 'Rule cannot be evaluated',
};

function troubleOf({ labels, annotations }: SentAlert): string | null {
  const name = textAt(labels, 'alertname') ?? '';
  const [reason = ''] = (textAt(annotations, 'grafana_state_reason') ?? '').split(',', 1);
  const word = name.startsWith('Datasource') && Object.hasOwn(unjudged, name) ? name : reason.trim();
  return Object.hasOwn(unjudged, word) ? (unjudged[word] ?? null) : null;
}

function titleOf(alert: SentAlert): string | null {
  const trouble = troubleOf(alert);
  if (trouble === null) return null;
  const rule = textAt(alert.labels, 'rulename') ?? textAt(alert.labels, 'alertname');
  return `${trouble}: ${nameWithLabels(rule ?? 'a rule without a name', alert.textLabels)}`;
}

/** Where the title is ours the rule's summary is part of the description. */
function descriptionOf(alert: SentAlert): string | null {
  const { annotations } = alert;
  const text = textAt(annotations, 'description') ?? textAt(annotations, 'message');
  if (troubleOf(alert) === null) return text;
  const parts = [textAt(annotations, 'Error'), textAt(annotations, 'summary'), text].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join('\n');
}

const dialect: AlertDialect = {
  title: titleOf,
  description: descriptionOf,
  links: ({ fields, annotations, body }) => [
    ['Runbook', textAt(annotations, 'runbook_url')],
    ['Panel', textAt(fields, 'panelURL')],
    ['Dashboard', textAt(fields, 'dashboardURL')],
    ['Alert rule', textAt(fields, 'generatorURL')],
    ['Picture', textAt(fields, 'imageURL')],
    ['Silence', textAt(fields, 'silenceURL')],
    ['Grafana', textAt(body, 'externalURL')],
  ],
  details: ({ fields }) => {
    const values = fieldAt(fields, 'values') ?? null;
    const written = textAt(fields, 'valueString');
    if (values !== null) return { values };
    return written === null ? {} : { values: written };
  },
};

/** Grafana's webhook contact point (unified alerting), and the webhook of the dashboard alerts before it. */
export const grafanaFormat: Format = {
  name: 'grafana',
  parse: (value, defaults, options) =>
    isLegacyAlert(value) ? parseLegacyAlert(value, defaults) : parseAlertList(value, defaults, options, dialect),
};
