import { cutToSeptets, toGsm7 } from './gsm7.ts';

// More than two segments can show, and a bound for the work on a text of any length.
const considered = 600;

/**
 * Foreign text must not pass for ours: no address a handset would make into a link, no code to answer with. Spaces break both and
 * leave the words legible.
 */
const harmless: readonly (readonly [RegExp, string])[] = [
  [/:\/{2,}/g, ': //'],
  [/(?<=[a-z0-9])\.(?=[a-z]{2,24}(?![a-z0-9-])|xn--)/gi, ' .'],
  [/\bwww\./gi, 'www .'],
  [/\b(reply|respond|answer|text|send|ack)(\W{0,10}(?:with|by)?\W{0,10})([0-9]{2})(?=[0-9]{2,4}(?![0-9]))/gi, '$1$2$3 '],
  [/(?<![0-9])([0-9]{2})([0-9]{2,4})(?=\W{1,3}(?:to\W{1,3}(?:ack|resolve|esc)|(?:a|ack|r|resolve|e|esc)(?:\W{1,3}to\b|\W*$)))/gi, '$1 $2'],
];

/** Foreign text as it may stand in an SMS: one line, GSM-7, at most `max` septets, nothing that looks like a link or an instruction. */
export function smsText(text: string, max: number, ifBlank: string): string {
  const line = toGsm7(text.slice(0, considered));
  const safe = harmless.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), line);
  return cutToSeptets(safe === '' ? ifBlank : safe, max);
}
