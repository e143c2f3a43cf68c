import type { RefusalCode } from '../domain/commands.ts';
import type { ReplyAction } from '../domain/sms-reply.ts';

/** What stood in the way of one of several: the state refused, the incident had moved on by itself, it is gone, or nothing could be saved. */
export type NotDone = RefusalCode | 'asked-before' | 'moved-on' | 'gone' | 'not-saved';

const reasons: Readonly<Record<NotDone, string>> = {
  'already-acknowledged': 'already acknowledged',
  'already-resolved': 'already resolved',
  'already-cancelled': 'already cancelled',
  'already-ended': 'already over',
  'no-further-level': 'without a further level',
  'not-open': 'no longer open',
  'asked-before': 'being escalated already',
  'moved-on': 'had moved on',
  gone: 'removed',
  'not-saved': 'could not be saved, please try again',
};

const done: Readonly<Record<ReplyAction, string>> = { acknowledge: 'Acknowledged', resolve: 'Resolved', escalate: 'Escalated' };

/** What came of an answer to a whole bundle: `Acknowledged 15 incidents. Not done: 2 already resolved.` */
export function allDone(action: ReplyAction, count: number, notDone: ReadonlyMap<NotDone, number>): string {
  const rest = [...notDone].map(([reason, number]) => `${number} ${reasons[reason]}`).join(', ');
  const first = count === 0 ? 'Nothing was changed' : `${done[action]} ${count} incident${count === 1 ? '' : 's'}.`;
  const not = rest === '' ? '' : count === 0 ? `: ${rest}.` : ` Not done: ${rest}.`;
  return first + not;
}

/** The same after a code: `Acknowledged 17 incidents. Reply 4821 R to resolve all.` */
export function allDoneReply(action: ReplyAction, count: number, notDone: ReadonlyMap<NotDone, number>, code: string): string {
  const next = action === 'acknowledge' && count > 0 ? ` Reply ${code} R to resolve all.` : '';
  return allDone(action, count, notDone) + next;
}

/** What follows when other pages of the number are open: ` 3 other pages are open: reply ack for the list.` */
export const othersOpen = (count: number): string =>
  count === 0 ? '' : ` ${count} other page${count === 1 ? ' is' : 's are'} open: reply ack for the list.`;
