import { parseAlertList, type AlertDialect } from './alert-list.ts';
import type { Format } from './format.ts';
import { textAt } from './json-fields.ts';

const dialect: AlertDialect = {
  title: () => null,
  description: ({ annotations }) => textAt(annotations, 'description') ?? textAt(annotations, 'message'),
  links: ({ fields, annotations, body }) => [
    ['Runbook', textAt(annotations, 'runbook_url') ?? textAt(annotations, 'runbook')],
    ['Dashboard', textAt(annotations, 'dashboard_url') ?? textAt(annotations, 'dashboard')],
    ['Query', textAt(fields, 'generatorURL')],
    ['Alertmanager', textAt(body, 'externalURL')],
  ],
  details: () => ({}),
};

/** Prometheus Alertmanager's webhook, version 4: each alert by its fingerprint, or one incident per group. */
export const alertmanagerFormat: Format = {
  name: 'alertmanager',
  parse: (value, defaults, options) => parseAlertList(value, defaults, options, dialect),
};
