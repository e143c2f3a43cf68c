export type ReplyAction = 'acknowledge' | 'resolve' | 'escalate';

/** What an SMS asks for. `none`: nothing we act on, words that carriers take as opt-out among it. */
type Reply =
  { readonly kind: 'code'; readonly code: string; readonly action: ReplyAction } | { readonly kind: 'bareAck' } | { readonly kind: 'none' };

// Longer than any command with all its quotes and spaces: what exceeds it is prose.
const maxLength = 64;
const invisible = /(?!\s)[\p{Cc}\p{Default_Ignorable_Code_Point}]/gu;
const edge = '["\'`\\p{Pi}\\p{Pf}\u201A\u201E\u300C-\u300F\u301D-\u301F\\s]';
const leading = new RegExp(`^${edge}+`, 'u');
const trailing = new RegExp(`(?:${edge}|[.!,;\u3002])+$`, 'u');
const codeFirst = /^([0-9]{4,6})(?:\s*(a|ack|r|resolve|e|esc))?$/;
const ackFirst = /^ack\s*([0-9]{4,6})$/;

const actions: Readonly<Record<string, ReplyAction>> = {
  a: 'acknowledge',
  ack: 'acknowledge',
  r: 'resolve',
  resolve: 'resolve',
  e: 'escalate',
  esc: 'escalate',
};

/** Words that carriers take for themselves: as an opt-out, as its end, or as a call for help. */
const carrierKeywords: ReadonlySet<string> = new Set(
  (
    'stop, stopall, stop all, unsubscribe, cancel, end, quit, revoke, optout, opt out, opt-out, td, remove, arret, arrêt, ' +
    'start, unstop, help, info, aide, ayuda'
  ).split(', '),
);

function wordsOf(text: string): string {
  return text.replaceAll('\u00B4', "'").normalize('NFKC').replace(invisible, '').replace(leading, '').replace(trailing, '').toLowerCase();
}

/** Whether an SMS is a word that the carrier acts on and answers itself. */
export const isCarrierKeyword = (text: string): boolean => text.length <= maxLength && carrierKeywords.has(wordsOf(text));

/** Reads the answer to a page. It is matched whole: a code among other words is none, since nobody may be taken at a word not meant. */
export function parseReply(text: string): Reply {
  if (text.length > maxLength) return { kind: 'none' };
  const words = wordsOf(text);
  if (words === 'ack') return { kind: 'bareAck' };
  const [, code, action] = codeFirst.exec(words) ?? ackFirst.exec(words) ?? [];
  return code === undefined ? { kind: 'none' } : { kind: 'code', code, action: actions[action ?? 'ack'] ?? 'acknowledge' };
}
