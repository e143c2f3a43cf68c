import { renderBundle } from '../channels/bundle.ts';
import type { BundleContent, Rendered } from '../channels/channel.ts';
import { bundleAsIncident, bySeverity, isCarried, type Bundle, type BundleMember, type BundleResult } from '../domain/bundle.ts';
import { leaseMs, type ClaimOutcome, type SendOutcome } from '../domain/commands.ts';
import { formatIncidentId } from '../domain/incident-id.ts';
import type { Notification } from '../domain/notification.ts';
import { pagesWanted } from '../domain/pages-wanted.ts';
import type { Ports } from '../ports.ts';
import { inTime } from './in-time.ts';
import { takeReplyCode } from './reply-code.ts';
import { ackUrlOf, codeIn, handOver, mayBegin, outcomeOf, signingKey, type Sending, type Way } from './send.ts';

/** Of so many pages it is looked up whether they are still wanted; those beyond count as wanted. */
const mostRead = 500;
const readAtOnce = 25;
/** A send takes less than this, nearly always; after that there is no use in looking before the carrier's time is up. */
const soonMs = 2000;
const attempts = 4;

export type CarryPorts = Pick<
  Ports,
  'bundles' | 'incidents' | 'replies' | 'clock' | 'secrets' | 'transports' | 'timers' | 'log' | 'leasesVoidBefore'
>;

/** A claimed notification that waited in a bundle, and how it leaves. */
interface Passenger {
  readonly sending: Sending;
  readonly one: Notification;
  readonly way: Way;
}

/** What there is to do: carry the bundle, wait for who carries it, take what came of it, or go alone. */
type Turn =
  | { readonly kind: 'carry'; readonly bundle: Bundle }
  | { readonly kind: 'wait'; readonly until: number }
  | { readonly kind: 'over'; readonly result: BundleResult }
  | { readonly kind: 'alone' };

/** Looks at the bundle again when a send should be done, and after that when the carrier's time is up. */
function waitFor({ clock }: CarryPorts, until: number): number {
  const left = until - clock.real();
  const young = left > leaseMs - soonMs;
  return clock.now() + clock.toPolicy(young ? soonMs : Math.max(0, left));
}

async function takeTurn(ports: CarryPorts, id: string, claim: string): Promise<Turn> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const found = await ports.bundles.find(id);
    if (found === null) return { kind: 'alone' };
    if (found.result !== null) return { kind: 'over', result: found.result };
    if (found.carrier?.claim === claim) return { kind: 'carry', bundle: found };
    const real = ports.clock.real();
    if (found.carrier !== null && isCarried(found, { real, leasesVoidBefore: ports.leasesVoidBefore }))
      return { kind: 'wait', until: waitFor(ports, found.carrier.until) };
    const closed: Bundle = { ...found, version: found.version + 1, carrier: { claim, until: real + leaseMs } };
    if (await ports.bundles.save(closed)) return { kind: 'carry', bundle: closed };
  }
  return { kind: 'alone' };
}

/** What came of the bundle came of each of its pages. */
function outcomeBy(n: number, bundle: string, result: Exclude<BundleResult, { kind: 'dissolved' }>): SendOutcome {
  switch (result.kind) {
    case 'sent':
      return { n, sent: true, providerId: result.providerId, plain: result.plain, bundle };
    case 'failed':
      return { n, sent: false, permanent: result.permanent, code: result.code, retryAfter: result.retryAfter };
    default:
      return result satisfies never;
  }
}

async function isWanted(ports: CarryPorts, { incident }: BundleMember): Promise<boolean> {
  const found = await ports.incidents.get(incident);
  return found === null || 'unreadable' in found || pagesWanted(found);
}

/** The pages that somebody still has to answer, most severe first. Where it cannot be known, they are: a page too many beats one too few. */
async function standing(ports: CarryPorts, members: readonly BundleMember[]): Promise<readonly BundleMember[]> {
  const ordered = bySeverity(members);
  const wanted = await inTime(ports, 'bundle-not-judged', async () => {
    const found: boolean[] = [];
    for (let from = 0; from < Math.min(ordered.length, mostRead); from += readAtOnce) {
      const some = ordered.slice(from, Math.min(from + readAtOnce, mostRead));
      found.push(...(await Promise.all(some.map((member) => isWanted(ports, member)))));
    }
    return found;
  });
  return ordered.filter((_, index) => wanted?.[index] ?? true);
}

/** How many pages each service has; the services in the order in which the pages name them, those with as severe a page by their number. */
function servicesOf(pages: readonly BundleMember[], names: (service: string) => string): BundleContent['services'] {
  const counts = new Map<string, { readonly name: string; readonly severity: string; count: number }>();
  for (const { service, severity } of pages) {
    const known = counts.get(service) ?? { name: names(service), severity, count: 0 };
    known.count += 1;
    counts.set(service, known);
  }
  const all = [...counts.values()];
  const order = [...new Set(all.map(({ severity }) => severity))];
  return all.sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity) || b.count - a.count);
}

/** Makes the message of the bundle. The code and the links are left out when they cannot be had now. */
async function contentOf(
  ports: CarryPorts,
  { sending, one, way }: Passenger,
  bundle: Bundle,
  pages: readonly BundleMember[],
): Promise<BundleContent> {
  const { directory, baseUrl } = sending;
  const key = await signingKey(ports);
  const nameOf = (service: string): string => directory.services.get(service)?.name ?? service;
  const all = bundleAsIncident(bundle.id);
  const wanted = { incident: all, number: way.contact.address, person: one.person, cycle: 0, level: 0 };
  const code =
    key === null || one.channel !== 'sms' ? null : await inTime(ports, 'reply-code-failed', () => takeReplyCode(ports, key, wanted));
  return {
    id: bundle.id,
    purpose: one.purpose === 'reminder' ? 'reminder' : 'level',
    severity: pages[0]?.severity ?? sending.incident.severity,
    count: pages.length,
    services: servicesOf(pages, nameOf),
    pages: pages.slice(0, mostRead).map((page) => ({
      severity: page.severity,
      service: nameOf(page.service),
      title: page.title,
      incidentId: formatIncidentId(page.incident),
      ackUrl: key === null || one.channel === 'sms' ? null : ackUrlOf(key, baseUrl, page.incident, page),
    })),
    at: bundle.sendAt,
    zone: one.zone,
    personName: one.name,
    // Number 0 is no notification's: the link is the bundle's.
    ackUrl: key === null ? null : ackUrlOf(key, baseUrl, all, { n: 0, person: one.person, madeAt: bundle.sendAt }),
    code,
  };
}

/** The message in words; should they not be to be had, in plain words about the page of the carrier. */
function rendered(ports: CarryPorts, { sending, one, way }: Passenger, content: BundleContent): { message: Rendered; plain: boolean } {
  try {
    return { message: renderBundle(way.channel, content), plain: false };
  } catch (cause) {
    ports.log.error('rendering-failed', { channel: way.channel.name }, cause);
    const { at, ackUrl, code, severity, purpose } = content;
    const incidentId = formatIncidentId(sending.incident);
    return {
      message: way.channel.plain({ kind: 'page', purpose, severity, level: one.level, incidentId, at, ackUrl, code }),
      plain: true,
    };
  }
}

/** Writes what came of the bundle. Without it the next one whose turn it is sends again. */
async function conclude(ports: CarryPorts, bundle: Bundle, result: BundleResult): Promise<void> {
  await inTime(ports, 'bundle-not-concluded', async () => {
    const now = await ports.bundles.find(bundle.id);
    if (now?.version !== bundle.version) return true;
    return ports.bundles.save({ ...bundle, version: bundle.version + 1, result });
  });
}

const isOf =
  ({ sending: { incident } }: Passenger) =>
  (member: BundleMember): boolean =>
    member.incident.key === incident.key && member.incident.generation === incident.generation;

/** Sends the bundle, or finds that there is nothing to bundle. */
async function carry(ports: CarryPorts, passenger: Passenger, bundle: Bundle): Promise<ClaimOutcome | 'alone' | null> {
  const { one, way } = passenger;
  const members = await inTime(ports, 'bundle-not-read', () => ports.bundles.members(bundle.id));
  if (members === null) {
    // Nobody knows what is in it, so nobody waits for it either.
    await conclude(ports, bundle, { kind: 'dissolved' });
    return 'alone';
  }
  const pages = await standing(ports, members);
  const own = pages.some(isOf(passenger));
  if (pages.length < 2) {
    await conclude(ports, bundle, { kind: 'dissolved' });
    return own ? 'alone' : { n: one.n, sent: 'bundled', bundle: bundle.id, until: null };
  }
  const content = await contentOf(ports, passenger, bundle, pages);
  const { message, plain } = rendered(ports, passenger, content);
  const code = codeIn(message, content.code);
  const { ackUrl } = content;
  const about = { kind: 'page', person: one.person, incidentId: null, notificationId: `bundle-${bundle.id}`, ackUrl, code } as const;
  if (!mayBegin(ports, one)) return null;
  const result = await handOver(ports, message, way.contact.address, about);
  await conclude(
    ports,
    bundle,
    result.ok
      ? { kind: 'sent', at: ports.clock.now(), providerId: result.providerId, plain }
      : { kind: 'failed', permanent: result.permanent, code: result.code, retryAfter: result.retryAfter },
  );
  if (!own) return { n: one.n, sent: 'bundled', bundle: bundle.id, until: null };
  const outcome = outcomeOf(one.n, result, plain);
  return outcome.sent ? { ...outcome, bundle: bundle.id } : outcome;
}

/**
 * The turn of a page that waited in a bundle: the first of them carries it, the others find what came of it. `alone`: it is to be sent by itself;
 * null: its lease is too short to begin.
 */
export async function takeBundle(ports: CarryPorts, passenger: Passenger, id: string): Promise<ClaimOutcome | 'alone' | null> {
  const { one } = passenger;
  const claim = `${one.lease?.claim ?? ''}-${formatIncidentId(passenger.sending.incident)}-${String(one.n)}`;
  const turn = await inTime(ports, 'bundle-not-found', () => takeTurn(ports, id, claim));
  switch (turn?.kind) {
    case undefined:
    case 'alone':
      return 'alone';
    case 'wait':
      return { n: one.n, sent: 'bundled', bundle: id, until: turn.until };
    case 'over':
      return turn.result.kind === 'dissolved' ? 'alone' : outcomeBy(one.n, id, turn.result);
    case 'carry':
      return carry(ports, passenger, turn.bundle);
    default:
      return turn satisfies never;
  }
}
