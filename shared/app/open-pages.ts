import { countOf, servicesOf } from '../channels/bundle.ts';
import { openPagesReply } from '../channels/reply-texts.ts';
import { bundleOf, type BundleMember } from '../domain/bundle.ts';
import type { Directory } from '../domain/directory.ts';
import type { IncidentEvent } from '../domain/events.ts';
import { formatIncidentId } from '../domain/incident-id.ts';
import type { Incident } from '../domain/incident.ts';
import { needsSomebody } from '../domain/shown-state.ts';
import type { Ports, ReplyCode } from '../ports.ts';

/** So many of the newest bundles are looked into. */
const bundlesListed = 5;

/** Names the incident of a page. */
export interface Page {
  readonly service: string;
  readonly title: string;
}

/** A page that was answered with a code, or could be. */
interface CodedPage {
  readonly found: ReplyCode;
  readonly incident: Incident;
}

interface CodedBundle {
  readonly found: ReplyCode;
  readonly members: readonly BundleMember[];
}

/** What a number was paged about: each incident once, and the bundles that some of them came in. */
interface CodedPages {
  readonly pages: readonly CodedPage[];
  readonly bundles: readonly CodedBundle[];
}

const nameOf = (service: string, directory: Directory): string => directory.services.get(service)?.name ?? service;

export const pageOf = ({ service, title }: Incident, directory: Directory): Page => ({ service: nameOf(service, directory), title });

export const isOpen = ({ incident }: CodedPage): boolean => needsSomebody(incident) && incident.acknowledged === null;

/** Reads what the codes of a number stand for, the newest first. An incident that came in a bundle has a code of its own, unless it could not be had. */
export async function pagesOf(ports: Pick<Ports, 'incidents' | 'bundles'>, codes: readonly ReplyCode[]): Promise<CodedPages> {
  const coded = codes.filter(({ incident }) => bundleOf(incident) !== null).slice(0, bundlesListed);
  const bundles = await Promise.all(coded.map(async (found) => ({ found, members: await ports.bundles.members(found.incident.key) })));
  const single = codes.filter(({ incident }) => bundleOf(incident) === null);
  const bundled = bundles.flatMap(({ found, members }) =>
    members.map(({ incident, person, cycle, level }) => ({ ...found, incident, person, cycle, level })),
  );
  const each = new Map([...bundled, ...single].map((found) => [formatIncidentId(found.incident), found]));
  const pages = await Promise.all(
    [...each.values()].map(async (found) => ({ found, incident: await ports.incidents.get(found.incident) })),
  );
  return {
    pages: pages.flatMap(({ found, incident }) => (incident === null || 'unreadable' in incident ? [] : [{ found, incident }])),
    bundles,
  };
}

/** More events than an incident files between a page and the answer to it. */
const eventsRead = 200;

/** The page that left in the message which the provider knows by this id; null when none did, or several in one. */
export async function pageIn(
  { incidents }: Pick<Ports, 'incidents'>,
  pages: readonly CodedPage[],
  providerId: string,
): Promise<CodedPage | null> {
  const left = (event: IncidentEvent): boolean =>
    event.type === 'notificationSent' && event.kind === 'page' && event.providerId === providerId;
  const found = await Promise.all(
    pages.map(async (page) => {
      const { incident } = page;
      if (incident.unfiled.some(left)) return page;
      return (await incidents.filedEvents(incident, Math.max(0, incident.seq - eventsRead), eventsRead)).some(left) ? page : null;
    }),
  );
  const [only = null, ...others] = found.filter((page) => page !== null);
  return others.length === 0 ? only : null;
}

/** The open pages in words, those that one code answers together as one. */
export function listOf({ pages, bundles }: CodedPages, directory: Directory): string {
  let rest = pages.filter(isOpen);
  const lines: (Page & { readonly code: string })[] = [];
  for (const { found, members } of bundles) {
    const ids = new Set(members.map(({ incident }) => formatIncidentId(incident)));
    const inside = rest.filter(({ incident }) => ids.has(formatIncidentId(incident)));
    if (inside.length < 2) continue;
    rest = rest.filter((one) => !inside.includes(one));
    lines.push({ code: found.code, service: countOf({ count: inside.length }), title: servicesIn(inside, directory) });
  }
  return openPagesReply([...lines, ...rest.map(({ found, incident }) => ({ ...pageOf(incident, directory), code: found.code }))]);
}

function servicesIn(pages: readonly CodedPage[], directory: Directory): string {
  const counts = new Map<string, number>();
  for (const { incident } of pages) counts.set(incident.service, (counts.get(incident.service) ?? 0) + 1);
  return servicesOf({ services: [...counts].map(([service, count]) => ({ name: nameOf(service, directory), count })) });
}
