import type { RefusalCode } from '../domain/commands.ts';
import { shortLocalTime } from '../domain/local-time.ts';
import type { ReplyAction } from '../domain/sms-reply.ts';
import type { Instant } from '../domain/time.ts';
import { oneSegment, septets, twoSegments } from './gsm7.ts';
import { smsText } from './sms-text.ts';
import { noService, noTitle } from './wording.ts';

/** Names the incident an answer is about; texts as the sender and the configuration gave them. */
interface AnsweredPage {
  readonly service: string;
  readonly title: string;
}

const nameSeptets = 40;

/** After an acknowledgement took effect. */
export const acknowledgedReply = (page: AnsweredPage, code: string): string =>
  around('Acknowledged: ', page, `. Reply ${code} R to resolve.`);

/** After a resolve took effect. */
export const resolvedReply = (page: AnsweredPage): string => around('Resolved: ', page, '.');

/** After an escalate-now took effect. */
export const escalatedReply = (page: AnsweredPage): string => around('Escalated, the next level is being told: ', page, '.');

/** After an escalate-now that somebody had asked for before. */
export const escalatedBeforeReply = (page: AnsweredPage): string => around('Already escalated, the next level is being told: ', page, '.');

/** After an escalate-now for a level that is over. */
export const movedOnReply = (page: AnsweredPage): string => around('Already moved on from that level, nothing was changed: ', page, '.');

/** An answer that the state refused: what stands in the way, by whom and since when in the receiver's zone, where that is known. */
export function refusedReply(
  page: AnsweredPage,
  code: RefusalCode,
  act: { readonly by: string; readonly at: Instant } | null,
  zone: string,
  action: ReplyAction,
): string {
  const who = act === null ? '' : ` by ${smsText(act.by, nameSeptets, 'somebody')}, ${shortLocalTime(act.at, zone)}`;
  const help = action === 'escalate' && code === 'already-acknowledged' ? '. For help: escalate with force by the API.' : '.';
  return around(`${refusalWords(code)}${who}: `, page, help);
}

function refusalWords(code: RefusalCode): string {
  switch (code) {
    case 'already-acknowledged':
      return 'Already acknowledged';
    case 'already-resolved':
      return 'Already resolved';
    case 'already-cancelled':
      return 'Already cancelled';
    case 'already-ended':
      return 'Already over';
    case 'no-further-level':
      return 'Not escalated, there is no further level';
    case 'not-open':
      return 'No longer open';
    default:
      return code satisfies never;
  }
}

/** A code that no page to this number has, or one too old. */
export const unknownCodeReply = (): string => 'Unknown or expired code, nothing was changed. Please send the code that stands in the page.';

/** The last answer before a number is not listened to for a while. */
export const tooManyWrongReply = (): string =>
  'Too many wrong codes. This number is not listened to for 10 minutes; use the link in the page.';

/** Nothing was saved. */
export const unavailableReply = (): string =>
  'Your answer could not be saved. Please send it again in a minute, or use the link in the page.';

/** The pages open for a number, a line each, as many as two segments hold. */
export function openPagesReply(pages: readonly (AnsweredPage & { readonly code: string })[]): string {
  if (pages.length === 0) return 'No page is open for this number.';
  const first = 'Reply with a code to ack:';
  const room = twoSegments - septets(`${first}\nand 9999 more`);
  // Two lines of any length fit, and many short ones.
  const longest = Math.floor(room / Math.min(pages.length, 4)) - 1;
  const lines: string[] = [];
  let used = 0;
  for (const page of pages) {
    const line = named(`\n${page.code} `, page, '', longest);
    if (used + septets(line) > room) break;
    used += septets(line);
    lines.push(line);
  }
  const rest = pages.length - lines.length;
  return `${first}${lines.join('')}${rest === 0 ? '' : `\nand ${Math.min(rest, 9999)} more`}`;
}

const around = (before: string, page: AnsweredPage, after: string): string => named(before, page, after, oneSegment);

function named(before: string, page: AnsweredPage, after: string, max: number): string {
  const room = max - septets(before + after) - 2;
  const service = smsText(page.service, Math.min(nameSeptets, Math.floor(room / 3)), noService);
  return `${before}${service}: ${smsText(page.title, room - septets(service), noTitle)}${after}`;
}
