import { cut, oneLine } from '../domain/display-text.ts';
import { countOf, servicesOf } from './bundle.ts';
import type { BundleContent, PageContent, PlainContent } from './channel.ts';
import { noService, noTitle, outcomeOf, reasonOf } from './wording.ts';

const longest = 200;
const longestService = 60;

/** The message in one line of at most 200 characters: `[CRITICAL] checkout: error rate 12% (level 2)`. */
export function headline(content: PageContent): string {
  const before = `${tag(content)} ${cut(oneLine(content.service, noService), longestService)}: `;
  const after = why(content);
  return before + cut(oneLine(content.title, noTitle), longest - before.length - after.length) + after;
}

/** The same without any foreign text. */
export const plainHeadline = (content: PlainContent): string => `${tag(content)} Incident ${content.incidentId}${why(content)}`;

/** A bundle in one line of at most 200 characters: `[CRITICAL] 17 pages: checkout 9, search 8`. */
export function bundleHeadline(content: BundleContent): string {
  const reason = reasonOf[content.purpose];
  const before = `[${content.severity.toUpperCase()}] ${countOf(content)}: `;
  const after = reason === null ? '' : ` (${reason})`;
  return before + cut(oneLine(servicesOf(content), noService), longest - before.length - after.length) + after;
}

const tag = (content: PlainContent): string =>
  `[${(content.kind === 'outcome' ? outcomeOf(content.purpose) : content.severity).toUpperCase()}]`;

function why(content: PlainContent): string {
  if (content.kind === 'outcome') return '';
  const reason = reasonOf[content.purpose];
  if (reason !== null) return ` (${reason})`;
  return content.level === 0 ? '' : ` (level ${content.level})`;
}
