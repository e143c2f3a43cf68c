import type { JsonFields } from './json-fields.ts';

/** Where something is, told most briefly: these first. */
const telling = ['service', 'job', 'namespace', 'deployment', 'pod', 'instance', 'node', 'host', 'device', 'mountpoint', 'cluster'];
/** What stands elsewhere in the message, or helps nobody at night. */
const untelling = new Set(['alertname', 'severity', 'rulename', 'grafana_folder', 'datasource_uid', 'ref_id', 'prometheus', 'receiver']);
const mostShown = 3;
const longestShown = 100;
// Well above what is kept: so much of a text is looked at, however long it is.
const longestLineRead = 4096;
const longestTextRead = 64 * 1024;
/** Well above what is kept, too. */
const mostLabelsRead = 500;

/** The beginning of a text, on one line. */
export const oneLine = (text: string): string =>
  text
    .slice(0, longestLineRead)
    .trim()
    .replace(/[\t\n\r]+/g, ' ');

/** The beginning of a text of several lines. */
export const beginning = (text: string | null): string | null => text?.slice(0, longestTextRead) ?? null;

/** Links to what a browser opens; a sender that does not know its own outside address sends bare paths. */
export const webLinks = (links: readonly (readonly [text: string, href: string | null])[]) =>
  links.flatMap(([text, href]) => (href !== null && /^https?:\/\//i.test(href) ? [{ text, href }] : []));

/** Labels that are text, in the sender's order. */
export type TextLabels = readonly (readonly [name: string, value: string])[];

/** The labels that are text; of very many the first. Listing them takes long where they are very many: once for each alert. */
export function textLabels(labels: JsonFields): TextLabels {
  const found: (readonly [string, string])[] = [];
  for (const name of Object.keys(labels).slice(0, mostLabelsRead)) {
    const value = labels[name];
    if (typeof value === 'string' && value.trim() !== '') found.push([name, value]);
  }
  return found;
}

/** The name of an alert with the labels that tell it from its neighbours: `InstanceDown (job=api, instance=web-1)`. */
export function nameWithLabels(name: string, labels: TextLabels): string {
  const known = telling.flatMap((label) => labels.filter(([other]) => other === label));
  const shown = known.length > 0 ? known : labels.filter(([label]) => !untelling.has(label) && !label.startsWith('__'));
  if (shown.length === 0) return name;
  const list = shown.slice(0, mostShown).map(([label, value]) => `${label.slice(0, longestShown)}=${value.slice(0, longestShown)}`);
  return `${name} (${list.join(', ')})`;
}
