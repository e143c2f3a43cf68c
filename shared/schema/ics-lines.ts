/** One event as the lines that matter here, each unfolded. */
export interface EventLines {
  /** The line on which it begins, from 1. */
  readonly line: number;
  readonly lines: readonly string[];
}

interface Refusal {
  readonly ok: false;
  readonly code: string;
  readonly detail: string;
  /** Counted from 1; null: before any, or the whole file. */
  readonly event: number | null;
  readonly line: number;
}

const mostEvents = 2000;
const mostDepth = 8;
const longestLine = 8192;
const kept = /^(?:UID|SUMMARY|DTSTART|DTEND|DURATION|RRULE|EXRULE|RDATE|EXDATE|RECURRENCE-ID|STATUS|ATTENDEE)[;:]/i;
const bound = /^(BEGIN|END):([A-Z-]{1,32})[ \t]*$/i;

/**
 * The events of an iCalendar text, and of these only what says who and when: zones, alarms and descriptions can be long and hostile, and the library is
 * not asked to read them. At most 2,000 events, and lines of 8,192 characters.
 */
export function eventLines(text: string): { readonly ok: true; readonly events: readonly EventLines[] } | Refusal {
  const reading: Reading = { events: [], open: [], begun: false };
  let last = 1;
  for (const unfolded of unfoldedLines(text)) {
    last = unfolded.line;
    const problem = takeLine(reading, unfolded);
    if (problem !== null) return { ok: false, ...problem, event: reading.events.length || null, line: last };
  }
  return reading.begun && reading.open.length === 0
    ? { ok: true, events: reading.events }
    : { ok: false, ...notCalendar, event: null, line: last };
}

interface Line {
  /** The line of the file on which it begins, from 1. */
  readonly line: number;
  readonly text: string;
}

/** RFC 5545, section 3.1: what begins with a space or a tab goes on with the line before. */
function* unfoldedLines(text: string): Generator<Line> {
  let line = 0;
  let begun = 1;
  let parts: string[] = [];
  for (const physical of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    line += 1;
    if (line > 1 && /^[ \t]/.test(physical)) {
      parts.push(physical.slice(1));
      continue;
    }
    if (line > 1) yield { line: begun, text: parts.join('') };
    begun = line;
    parts = [physical];
  }
  yield { line: begun, text: parts.join('') };
}

interface Reading {
  readonly events: { readonly line: number; readonly lines: string[] }[];
  /** The parts that have begun and not ended, outermost first. */
  readonly open: string[];
  begun: boolean;
}

type Problem = Pick<Refusal, 'code' | 'detail'>;

const notCalendar: Problem = { code: 'not-icalendar', detail: 'This is no iCalendar file, or not a whole one.' };
const tooManyEvents: Problem = { code: 'too-many-events', detail: `There may be at most ${mostEvents} events.` };
const lineTooLong: Problem = { code: 'line-too-long', detail: `A line that says who or when may have ${longestLine} characters.` };

const isEvent = (open: readonly string[]): boolean => open.length === 2 && open[1] === 'VEVENT';

function takeLine(reading: Reading, { line, text }: Line): Problem | null {
  const { events, open } = reading;
  const [, edge, name] = bound.exec(text) ?? [];
  if (edge !== undefined && name !== undefined) {
    return edge.toUpperCase() === 'BEGIN' ? begin(reading, name.toUpperCase(), line) : end(open, name.toUpperCase());
  }
  if (open.length === 0) return text.trim() === '' ? null : notCalendar;
  if (!isEvent(open) || !kept.test(text)) return null;
  if (text.length > longestLine) return lineTooLong;
  events.at(-1)?.lines.push(text);
  return null;
}

function begin(reading: Reading, name: string, line: number): Problem | null {
  const { events, open } = reading;
  if (open.length === 0 ? name !== 'VCALENDAR' : open.length >= mostDepth) return notCalendar;
  reading.begun = true;
  open.push(name);
  if (!isEvent(open)) return null;
  if (events.length === mostEvents) return tooManyEvents;
  events.push({ line, lines: [] });
  return null;
}

const end = (open: string[], name: string): Problem | null => (open.pop() === name ? null : notCalendar);
