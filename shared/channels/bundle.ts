import type { BundleContent, Channel, PageContent, Rendered } from './channel.ts';
import { noService, noTitle } from './wording.ts';

/** So many pages a message lists at most; how many there are it says in any case. */
export const mostListed = 50;

/** `17 pages`. */
export const countOf = ({ count }: Pick<BundleContent, 'count'>): string => `${count} page${count === 1 ? '' : 's'}`;

/** `checkout 9, search 8`: texts as the configuration gave them. */
export const servicesOf = ({ services }: Pick<BundleContent, 'services'>): string =>
  services.map(({ name, count }) => `${name.trim() === '' ? noService : name} ${count}`).join(', ');

/** How many pages a message does not list, in words; null when it lists them all. */
export function restOf({ count, pages }: BundleContent): string | null {
  const rest = count - Math.min(pages.length, mostListed);
  return rest > 0 ? `and ${rest} more` : null;
}

/** The message in the form that the channel has for it; without one, as a page whose description lists the pages. */
export const renderBundle = (channel: Pick<Channel, 'render' | 'renderBundle'>, content: BundleContent): Rendered =>
  channel.renderBundle?.(content) ?? channel.render(asPage(content));

function asPage(content: BundleContent): PageContent {
  const { id, purpose, severity, at, zone, personName, ackUrl: all, code } = content;
  const listed = content.pages.slice(0, mostListed).map(({ severity: own, service, title, ackUrl }) => {
    const line = `[${own.toUpperCase()}] ${service}: ${title === '' ? noTitle : title}`.replace(/\s+/gu, ' ');
    return ackUrl === null ? line : `${line}\n  ${ackUrl}`;
  });
  const rest = restOf(content);
  return {
    ...{ kind: 'page', purpose, severity, level: 0, incidentId: id, notificationId: id, at, createdAt: at, ackUrl: all, code },
    ...{ service: countOf(content), title: servicesOf(content), description: [...listed, ...(rest === null ? [] : [rest])].join('\n') },
    ...{ levelLabel: null, cycle: 0, repeat: 0, source: null, environment: null, labels: {}, links: [] },
    ...{ zone, personName, by: null, reason: null, occurrences: 1, incident: () => null },
  };
}
