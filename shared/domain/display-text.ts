/**
 * What nobody sees and some use to deceive: controls, direction overrides, zero-width characters, tags. The joiners stay, because
 * scripts and emoji need them.
 */
const unseen = /(?![\n\u200C\u200D])[\p{Cc}\p{Bidi_Control}\u00AD\u180E\u200B\u2060-\u2065\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu;
const lineBreak = /\r\n|[\r\n\v\f\u0085\u2028\u2029]/gu;
// Stacked marks paint over the neighbouring lines, a button among them.
const stackedMarks = /(\p{M}{4})\p{M}+/gu;
const blank = /^[\s\p{Default_Ignorable_Code_Point}\p{M}\u2800]*$/u;

/** Foreign text without invisible or deceiving characters; its line breaks become `\n`. */
export const severalLines = (text: string): string =>
  text.toWellFormed().replace(lineBreak, '\n').replace(/\t/g, '  ').replace(unseen, '').replace(stackedMarks, '$1');

/** Foreign text as one line, without invisible or deceiving characters, spaces collapsed; `ifBlank` when nothing can be seen of it. */
export function oneLine(text: string, ifBlank = ''): string {
  const line = severalLines(text).replace(/\s+/gu, ' ').trim();
  return blank.test(line) ? ifBlank : line;
}

/** At most `max` UTF-16 units, the last of them an ellipsis when something was left out; never half a character. */
export function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
