const replacement = '\u{FFFD}';
const ordinary = /^[\x20-\x7e]*$/;
const unfitInLine = /[\p{Cc}\p{Cs}]/gu;
const unfitInText = /[[\p{Cs}\p{Cc}]--[\t\n\r]]/gv;

/** One line of a sender's text: every control character and every lone surrogate becomes U+FFFD. */
export const cleanLine = (text: string): string => (ordinary.test(text) ? text : text.replace(unfitInLine, replacement));

/** Text of several lines: as `cleanLine`, but tab, line feed and carriage return stay. */
export const cleanText = (text: string): string => (ordinary.test(text) ? text : text.replace(unfitInText, replacement));

/** False when a control character or a lone surrogate stands in the text: for keys and ids, where replacing could merge two of them. */
export const isCleanLine = (text: string): boolean => ordinary.test(text) || text.search(unfitInLine) === -1;

const cutMarker = '… [cut]';

/** At most `length` UTF-16 units; a longer text ends in a marker, and no character is split. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  return text.slice(0, length - cutMarker.length).replace(/[\uD800-\uDBFF]$/, '') + cutMarker;
}

// Only what may be kept is cleaned, however long the rest is.

/** One line of at most `most` UTF-16 units, cleaned and cut. */
export const lineOf = (text: string, most: number): string =>
  text.length <= most ? cleanLine(text) : cutText(cleanLine(text.slice(0, most + 1)), most);

/** Text of several lines, of at most `most` UTF-16 units, cleaned and cut. */
export const textOf = (text: string, most: number): string => cutText(cleanText(text.slice(0, most + 1)), most);
