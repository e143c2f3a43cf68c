import { isIcsTime } from './ics-time.ts';

const ruleLine = /^RRULE(?:"[^"]*"|[^":])*:(.*)$/i;
const positive = /^0*[1-9][0-9]*$/;
const list = (one: string): RegExp => new RegExp(`^(?:${one})(?:,(?:${one}))*$`, 'i');

/** What is understood of a rule, and how it is written; RFC 5545, section 3.3.10. */
const patterns: ReadonlyMap<string, RegExp> = new Map([
  ['FREQ', /^[a-z]+$/i],
  ['INTERVAL', positive],
  ['COUNT', positive],
  ['UNTIL', /^[0-9TZ]+$/],
  ['WKST', /^[a-z]{2}$/i],
  ['BYDAY', list('[+-]?[0-9]*[a-z]{2}')],
  ['BYMONTHDAY', list('[+-]?0*[1-9][0-9]*')],
  ['BYMONTH', list('0*[1-9][0-9]*')],
]);

const reasonFor = (name: string, pattern: RegExp): string =>
  pattern === positive ? `The ${name} of a rule is a whole number, 1 or more.` : `The ${name} of its rule cannot be read.`;

/** The parts of a rule by their names, or why one of them is not understood. */
function partsIn(rule: string): ReadonlyMap<string, string> | string {
  const found = new Map<string, string>();
  // Some programs end a rule with a semicolon.
  for (const part of rule.split(';').filter((one) => one !== '')) {
    const [name = '', value = ''] = part.split(/=(.*)/s);
    const known = name.toUpperCase();
    const pattern = patterns.get(known);
    if (pattern === undefined) return `Of the parts of a rule only ${[...patterns.keys()].join(', ')} are understood.`;
    if (found.has(known)) return `Its rule has ${known} twice.`;
    if (!pattern.test(value)) return reasonFor(known, pattern);
    found.set(known, value);
  }
  return found;
}

/**
 * Why the line of a rule is not understood as it is written, as a sentence; null: it is. The library must not be asked: it takes `INTERVAL=0` for 1,
 * `COUNT=5x` for 5, the last of two for both, and passes over parts whose names it does not know.
 */
export function ruleTextRefusal(line: string): string | null {
  const rule = ruleLine.exec(line)?.[1];
  if (rule === undefined) return 'Its rule cannot be read.';
  const parts = partsIn(rule);
  if (typeof parts === 'string') return parts;
  const until = parts.get('UNTIL');
  if (until !== undefined && !isIcsTime(until)) return 'The UNTIL of its rule is no time that there is.';
  if (parts.has('COUNT') && until !== undefined) return 'A rule has COUNT or UNTIL, not both.';
  const counted = /[0-9]/.test(parts.get('BYDAY') ?? '') && !/^(?:MONTH|YEAR)LY$/i.test(parts.get('FREQ') ?? '');
  return counted ? 'Days of the week are counted in monthly and yearly rules alone.' : null;
}
