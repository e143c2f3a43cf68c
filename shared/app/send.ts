import type { Channel, PageContent, PlainContent, Rendered } from '../channels/channel.ts';
import { channels } from '../channels/registry.ts';
import type { SendOutcome } from '../domain/commands.ts';
import type { Contact, Directory } from '../domain/directory.ts';
import { formatIncidentId, type IncidentId } from '../domain/incident-id.ts';
import type { Incident } from '../domain/incident.ts';
import type { Notification } from '../domain/notification.ts';
import { levelAt, type Policy } from '../domain/policy.ts';
import { recipientById } from '../domain/recipients.ts';
import { nameOfActor } from '../domain/actor-name.ts';
import { after } from '../domain/time.ts';
import { ackLinkValidity, personHash, signAckToken } from '../http/ack-link.ts';
import type { MessageContext, Ports, SendResult, SigningKey } from '../ports.ts';
import { inTime } from './in-time.ts';
import { incidentInMessage } from './incident-view.ts';
import { takeReplyCode } from './reply-code.ts';

/** A provider that has not answered by then may or may not have taken the message. */
const sendLimitMs = 5000;
/** No send starts with less of its lease left, so that a lease never ends during one. */
const leaseReserveMs = 10_000;

/** What a message needs besides the notification. */
export interface Sending {
  readonly incident: Incident;
  readonly policy: Policy;
  readonly directory: Directory;
  readonly occurrences: number;
  readonly baseUrl: string;
}

/** The ways to answer that a message carries. */
interface Answering {
  readonly ackUrl: string | null;
  readonly code: string | null;
}

/** How a notification leaves. */
export interface Way {
  readonly contact: Contact;
  readonly channel: Channel;
}

type SendPorts = Pick<Ports, 'replies' | 'clock' | 'secrets' | 'transports' | 'timers' | 'log'>;

/** The contact and its channel as they are now; null: one of them is gone. */
export function wayOf({ directory }: Pick<Sending, 'directory'>, one: Notification): Way | null {
  const contact = recipientById(one.person, directory)?.contacts.find((candidate) => candidate.id === one.contact);
  const channel = contact === undefined ? undefined : channels.get(contact.channel);
  return contact === undefined || channel === undefined ? null : { contact, channel };
}

/** What links and codes are made with; null when it cannot be had now, which is told: nobody can answer what goes out without it. */
export async function signingKey(ports: SendPorts): Promise<SigningKey | null> {
  const key = await inTime(ports, 'signing-key-failed', async () => (await ports.secrets.signingKeys())[0] ?? null);
  if (key === null) ports.log.alarm('page-without-answer', {});
  return key;
}

/** The link that answers one notification of an incident. */
export function ackUrlOf(key: SigningKey, baseUrl: string, id: IncidentId, one: Pick<Notification, 'n' | 'person' | 'madeAt'>): string {
  const fields = { id, notification: one.n, personHash: personHash(one.person), expiresAt: after(one.madeAt, ackLinkValidity) };
  return `${baseUrl}/a/${signAckToken(fields, key)}`;
}

/** The ways to answer that a page carries. One that cannot be had now leaves the page with the other: a page goes out in any case. */
export async function answering(ports: SendPorts, { incident, baseUrl }: Sending, one: Notification, { contact }: Way): Promise<Answering> {
  const key = one.kind === 'page' ? await signingKey(ports) : null;
  if (key === null) return { ackUrl: null, code: null };
  const id = { key: incident.key, generation: incident.generation };
  const ackUrl = ackUrlOf(key, baseUrl, id, one);
  if (one.channel !== 'sms') return { ackUrl, code: null };
  const wanted = { incident: id, number: contact.address, person: one.person, cycle: one.cycle, level: one.level };
  return { ackUrl, code: await inTime(ports, 'reply-code-failed', () => takeReplyCode(ports, key, wanted)) };
}

function contentFor({ incident, policy, directory, occurrences }: Sending, one: Notification, answer: Answering): PageContent {
  const { service, title, severity, description, source, environment, labels, links, createdAt } = incident;
  const levelLabel = levelAt(policy, one.level)?.label ?? null;
  return {
    ...answer,
    kind: one.kind,
    purpose: one.purpose,
    severity,
    service: directory.services.get(service)?.name ?? service,
    title,
    level: one.level,
    levelLabel,
    cycle: one.cycle,
    repeat: one.repeat,
    description,
    source,
    environment,
    labels,
    links,
    createdAt,
    zone: one.zone,
    personName: one.name,
    by: one.by === null ? null : nameOfActor(one.by, directory),
    reason: one.kind === 'outcome' && one.purpose === 'cancelled' ? (incident.cancelled?.reason ?? null) : null,
    occurrences,
    incidentId: formatIncidentId(incident),
    notificationId: `${formatIncidentId(incident)}-${String(one.n)}`,
    at: one.madeAt,
    incident: () => incidentInMessage(incident, { occurrences, levelLabel, now: one.madeAt }),
  };
}

/** The message in words; in plain words without any foreign text should the first not work. */
function rendered(
  ports: Pick<Ports, 'log'>,
  channel: Pick<Channel, 'render' | 'plain' | 'name'>,
  content: PageContent,
): { readonly message: Rendered; readonly plain: boolean } {
  try {
    return { message: channel.render(content), plain: false };
  } catch (cause) {
    ports.log.error('rendering-failed', { channel: channel.name }, cause);
    const { kind, purpose, severity, level, incidentId, at, ackUrl, code } = content;
    const words: PlainContent = { kind, purpose, severity, level, incidentId, at, ackUrl, code };
    return { message: channel.plain(words), plain: true };
  }
}

/** Hands a message to its provider, within the time a send may take. A throw or a silence is transient: the message may have left. */
export async function handOver(
  ports: Pick<Ports, 'transports' | 'timers' | 'log'>,
  message: Rendered,
  address: string,
  about: MessageContext,
): Promise<SendResult> {
  try {
    const result = await ports.timers.within(sendLimitMs, () => message.send(address, ports.transports, about));
    return result === 'timeout' ? { ok: false, permanent: false, code: 'timeout', retryAfter: null } : result;
  } catch (cause) {
    ports.log.error('send-failed', { kind: about.kind }, cause);
    return { ok: false, permanent: false, code: 'unknown', retryAfter: null };
  }
}

/** Whether enough is left of the lease to begin. */
export const mayBegin = ({ clock }: Pick<Ports, 'clock'>, { lease }: Notification): boolean =>
  lease !== null && lease.until - clock.real() >= leaseReserveMs;

/** The code if the receiver can see it. */
export const codeIn = (message: Rendered, code: string | null): string | null =>
  code !== null && message.text.includes(code) ? code : null;

/** Sends one claimed notification by itself; null when its lease is too short to begin. */
export async function deliver(
  ports: SendPorts,
  sending: Sending,
  one: Notification,
  { contact, channel }: Way,
  answer: Answering,
): Promise<SendOutcome | null> {
  const content = contentFor(sending, one, answer);
  const { message, plain } = rendered(ports, channel, content);
  const { incidentId, notificationId } = content;
  const code = codeIn(message, answer.code);
  const about = { kind: one.kind, person: one.person, incidentId, notificationId, ackUrl: answer.ackUrl, code };
  if (!mayBegin(ports, one)) return null;
  return outcomeOf(one.n, await handOver(ports, message, contact.address, about), plain);
}

/** What the provider said, of the notification with that number. */
export const outcomeOf = (n: number, result: SendResult, plain: boolean): SendOutcome =>
  result.ok
    ? { n, sent: true, providerId: result.providerId, plain }
    : { n, sent: false, permanent: result.permanent, code: result.code, retryAfter: result.retryAfter };
