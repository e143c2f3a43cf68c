import type { Channel, PageContent, PlainContent, Rendered } from '../channels/channel.ts';
import { channels } from '../channels/registry.ts';
import type { SendOutcome } from '../domain/commands.ts';
import type { Directory } from '../domain/directory.ts';
import { formatIncidentId } from '../domain/incident-id.ts';
import type { Incident } from '../domain/incident.ts';
import type { Notification } from '../domain/notification.ts';
import { levelAt, type Policy } from '../domain/policy.ts';
import { recipientById } from '../domain/recipients.ts';
import { personOf } from '../domain/person-of.ts';
import { after } from '../domain/time.ts';
import { ackLinkValidity, personHash, signAckToken } from '../http/ack-link.ts';
import type { MessageContext, Ports, SendResult } from '../ports.ts';
import { takeReplyCode } from './reply-code.ts';

/** A provider that has not answered by then may or may not have taken the message. */
const sendLimitMs = 5000;
/** How long a page waits for a link or a code; without, it leaves. */
const answerLimitMs = 3000;
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

interface Answering {
  readonly ackUrl: string | null;
  readonly code: string | null;
}

type SendPorts = Pick<Ports, 'replies' | 'clock' | 'secrets' | 'transports' | 'timers' | 'log'>;

/** The ways to answer that a page carries. One that cannot be had now leaves the page with the other: a page goes out in any case. */
async function answering(ports: SendPorts, sending: Sending, one: Notification, address: string): Promise<Answering> {
  if (one.kind !== 'page') return { ackUrl: null, code: null };
  const key = await inTime(ports, 'signing-key-failed', async () => (await ports.secrets.signingKeys())[0] ?? null);
  if (key === null) return { ackUrl: null, code: null };
  const { incident, baseUrl } = sending;
  const id = { key: incident.key, generation: incident.generation };
  const fields = { id, notification: one.n, personHash: personHash(one.person), expiresAt: after(one.madeAt, ackLinkValidity) };
  const ackUrl = `${baseUrl}/a/${signAckToken(fields, key)}`;
  if (one.channel !== 'sms') return { ackUrl, code: null };
  const wanted = { incident: id, number: address, person: one.person, cycle: one.cycle, level: one.level };
  return { ackUrl, code: await inTime(ports, 'reply-code-failed', () => takeReplyCode(ports, key, wanted)) };
}

/** What a page can do without: asked for twice, and null when it cannot be had or not soon enough. */
async function inTime<T>(ports: SendPorts, event: string, get: () => Promise<T | null>): Promise<T | null> {
  try {
    const got = await ports.timers.within(answerLimitMs, () => get().catch(get));
    if (got !== 'timeout') return got;
    ports.log.error(event, { timeout: true });
  } catch (cause) {
    ports.log.error(event, { timeout: false }, cause);
  }
  return null;
}

/** The name to show for whoever acted. */
function nameOf(by: string | null, directory: Directory): string | null {
  if (by === null) return null;
  const person = personOf(by);
  return person === null ? by : (directory.people.get(person)?.name ?? person);
}

function contentFor({ incident, policy, directory, occurrences }: Sending, one: Notification, answer: Answering): PageContent {
  const { service, title, severity, description, source, environment, labels, links, createdAt } = incident;
  return {
    ...answer,
    kind: one.kind,
    purpose: one.purpose,
    severity,
    service: directory.services.get(service)?.name ?? service,
    title,
    level: one.level,
    levelLabel: levelAt(policy, one.level)?.label ?? null,
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
    by: nameOf(one.by, directory),
    occurrences,
    incidentId: formatIncidentId(incident),
    notificationId: `${formatIncidentId(incident)}-${String(one.n)}`,
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
    const { kind, purpose, severity, level, incidentId, ackUrl, code } = content;
    const words: PlainContent = { kind, purpose, severity, level, incidentId, ackUrl, code };
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
const mayBegin = ({ clock }: SendPorts, { lease }: Notification): boolean => lease !== null && lease.until - clock.real() >= leaseReserveMs;

/** Sends one claimed notification; null when its lease is too short to begin. */
export async function send(ports: SendPorts, sending: Sending, one: Notification): Promise<SendOutcome | null> {
  if (!mayBegin(ports, one)) return null;
  const contact = recipientById(one.person, sending.directory)?.contacts.find((candidate) => candidate.id === one.contact);
  const channel = contact === undefined ? undefined : channels.get(contact.channel);
  if (contact === undefined || channel === undefined)
    return { n: one.n, sent: false, permanent: true, code: 'contact-gone', retryAfter: null };
  const answer = await answering(ports, sending, one, contact.address);
  const content = contentFor(sending, one, answer);
  const { message, plain } = rendered(ports, channel, content);
  const { incidentId, notificationId } = content;
  const shownCode = answer.code !== null && message.text.includes(answer.code) ? answer.code : null;
  const about = { kind: one.kind, person: one.person, incidentId, notificationId, ackUrl: answer.ackUrl, code: shownCode };
  if (!mayBegin(ports, one)) return null;
  const result = await handOver(ports, message, contact.address, about);
  return result.ok
    ? { n: one.n, sent: true, providerId: result.providerId, plain }
    : { n: one.n, sent: false, permanent: result.permanent, code: result.code, retryAfter: result.retryAfter };
}
