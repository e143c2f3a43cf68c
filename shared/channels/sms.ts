import * as z from 'zod/mini';
import type { Severity } from '../domain/severity.ts';
import { countOf, servicesOf } from './bundle.ts';
import type { BundleContent, Channel, PageContent, PlainContent, Rendered } from './channel.ts';
import { isGsm7, oneSegment, septets, twoSegments } from './gsm7.ts';
import { smsText } from './sms-text.ts';
import { noService, noTitle, outcomeOf, reasonOf } from './wording.ts';

const tags: Readonly<Record<Severity, string>> = { critical: '[CRIT]', high: '[HIGH]', medium: '[MED]', low: '[LOW]', info: '[INFO]' };
const serviceSeptets = 40;
const nameSeptets = 40;
const nameInBundle = 24;
// The title gives way to the link down to this length; below it, the words are worth more, above all to somebody who can answer with a code.
const leastTitle = { withCode: 40, withoutCode: 10 };

/** A text message of at most two segments, in GSM-7: instructions always whole, the link when it fits. */
export const smsChannel: Channel = {
  name: 'sms',
  address: z.string().check(
    z.refine((text) => /^\+[1-9][0-9]{6,14}$/.test(text), {
      error: 'A phone number is written "+15555550100": a plus and 7 to 15 digits, in quotes.',
      params: { code: 'invalid-phone' },
    }),
  ),
  render: (content) => message(content.kind === 'outcome' ? outcomeText(content) : pageText(content)),
  renderBundle: (content) => message(bundleText(content)),
  plain: (content) => message(plainText(content)),
};

function message(text: string): Rendered {
  return { subject: null, text, html: null, send: (to, transports, about) => transports.sms({ to, text, about }) };
}

function pageText(content: PageContent): string {
  const before = `${tags[content.severity]} ${smsText(content.service, serviceSeptets, noService)}: `;
  const after = `${why(content)}.${instructions(content)}`;
  const room = twoSegments - septets(before + after);
  const title = smsText(content.title, room, noTitle);
  const link = linkOf(content);
  const least = Math.min(septets(title), content.code === null ? leastTitle.withoutCode : leastTitle.withCode);
  return room - septets(link) < least
    ? before + title + after
    : before + smsText(content.title, room - septets(link), noTitle) + after + link;
}

/**
 * `[CRIT] 17 pages: checkout 9, search 8. Reply 4821 to ack all, 4821 R to resolve all`, and where it fits behind that the link that shows which they
 * are. It stands in for a code that could not be had.
 */
function bundleText(content: BundleContent): string {
  const { severity, purpose, code } = content;
  const reason = reasonOf[purpose];
  const before = `${tags[severity]} ${countOf(content)}${reason === null ? '' : ` - ${reason}`}: `;
  const link = linkOf(content);
  const withoutCode = septets(before + link) + leastTitle.withoutCode < twoSegments ? `.${link}` : '.';
  const after = code === null ? withoutCode : `. Reply ${code} to ack all, ${code} R to resolve all`;
  const services = content.services.map(({ name, count }) => ({ name: smsText(name, nameInBundle, noService), count }));
  const text = before + smsText(servicesOf({ services }), twoSegments - septets(before + after), noService) + after;
  return code !== null && septets(text + link) <= twoSegments ? text + link : text;
}

function outcomeText(content: PageContent): string {
  const by = content.by === null ? '' : ` by ${smsText(content.by, nameSeptets, 'somebody')}`;
  const before = `${smsText(content.service, serviceSeptets, noService)}: `;
  const after = ` ${outcomeOf(content.purpose)}${by}`;
  return before + smsText(content.title, oneSegment - septets(before + after), noTitle) + after;
}

function plainText(content: PlainContent): string {
  if (content.kind === 'outcome') return `Incident ${content.incidentId} ${outcomeOf(content.purpose)}`;
  const text = `${tags[content.severity]} Incident ${content.incidentId}${why(content)}.${instructions(content)}`;
  const link = linkOf(content);
  return septets(text + link) <= twoSegments ? text + link : text;
}

function why(content: PlainContent): string {
  const reason = reasonOf[content.purpose];
  if (reason !== null) return ` - ${reason}`;
  return content.level === 0 ? '' : ` (L${content.level})`;
}

const instructions = ({ code }: PlainContent): string => (code === null ? '' : ` Reply ${code} to ack, ${code} R to resolve`);

const linkOf = ({ ackUrl }: Pick<PlainContent, 'ackUrl'>): string => (ackUrl !== null && isGsm7(ackUrl) ? ` ${ackUrl}` : '');
