import type { BundleMember } from '../domain/bundle.ts';
import type { ClaimOutcome } from '../domain/commands.ts';
import { cut } from '../domain/display-text.ts';
import { gatheredFor } from '../domain/flood.ts';
import { formatIncidentId } from '../domain/incident-id.ts';
import type { Incident } from '../domain/incident.ts';
import type { Notification } from '../domain/notification.ts';
import type { Seconds } from '../domain/time.ts';
import { askAdmission } from './admission.ts';
import { takeBundle, type CarryPorts } from './bundle-carrying.ts';
import { inTime } from './in-time.ts';
import { answering, deliver, mayBegin, wayOf, type Sending, type Way } from './send.ts';
import type { Ports } from '../ports.ts';

/** More of a title than a list of pages shows. */
const longestTitle = 200;

type SendPorts = CarryPorts & Pick<Ports, 'random'>;

function memberOf({ key, generation, service, title, severity }: Incident, one: Notification): BundleMember {
  const { n, person, madeAt, cycle, level } = one;
  return { incident: { key, generation }, n, person, madeAt, cycle, level, service, title: cut(title, longestTitle), severity };
}

/** What is sent in the place of a reminder, or again, waits no longer than any page. */
const isReminder = ({ purpose, failures, tried }: Notification): boolean => purpose === 'reminder' && failures === 0 && tried.length === 0;

/** How long a page has until its time. */
const earlyBy = (one: Notification, { policy }: Sending): Seconds => (isReminder(one) ? gatheredFor(policy.reminder) : 0);

/** Whether a page has to wait in a bundle, and what it then waits for. It never waits for a fault of this, and none is thrown. */
async function admission(ports: SendPorts, sending: Sending, one: Notification, { contact, channel }: Way): Promise<ClaimOutcome | null> {
  const { incident } = sending;
  const holder = `${formatIncidentId(incident)}-${String(one.n)}`;
  const page = {
    // What is never bundled waits by itself.
    contact: `${contact.channel} ${contact.address}${channel.bundles === false ? ` ${holder}` : ''}`,
    lane: isReminder(one) ? 'reminder' : 'page',
    severity: incident.severity,
    early: earlyBy(one, sending),
    holder,
    member: () => memberOf(incident, one),
  } as const;
  const waiting = await inTime(ports, 'admission-failed', () => askAdmission(ports, page));
  return waiting === null ? null : { n: one.n, sent: 'bundled', ...waiting };
}

/** Sends one claimed notification, by itself or in a bundle with others; null when its lease is too short to begin. */
export async function send(ports: SendPorts, sending: Sending, one: Notification): Promise<ClaimOutcome | null> {
  if (!mayBegin(ports, one)) return null;
  const way = wayOf(sending, one);
  if (way === null) return { n: one.n, sent: false, permanent: true, code: 'contact-gone', retryAfter: null };
  if (one.bundle !== null) {
    const taken = await takeBundle(ports, { sending, one, way }, one.bundle);
    if (taken !== 'alone') return taken;
  }
  // A program takes each page by itself: it is people who are to be spared.
  const asks = one.kind === 'page' && one.bundle === null && (way.channel.bundles !== false || earlyBy(one, sending) > 0);
  // Together, so that a page waits for one commit of the store and not for two.
  const waits = asks ? admission(ports, sending, one, way) : null;
  const answer = await answering(ports, sending, one, way);
  return (await waits) ?? deliver(ports, sending, one, way, answer);
}
