/** One event as the lines that matter here, each unfolded. */
export type EventLines = readonly string[];

interface Refusal {
  readonly ok: false;
  readonly code: string;
  readonly detail: string;
  /** From 1; null: before any. */
  readonly event: number | null;
}

const mostEvents = 2000;
const mostDepth = 8;
const longestLine = 8192;
const kept = /^(?:UID|SUMMARY|DTSTART|DTEND|DURATION|RRULE|EXRULE|RDATE|EXDATE|RECURRENCE-ID|STATUS)[;:]/i;
const bound = /^(BEGIN|END):([A-Z-]{1,32})[ \t]*$/i;

/**
 * The events of an iCalendar text, and of these only what says who and when: zones, alarms and descriptions can be long and hostile, and the library is
 * not asked to read them. At most 2,000 events, and lines of 8,192 characters.
 */
export function eventLines(text: string): { readonly ok: true; readonly events: readonly EventLines[] } | Refusal {
  const unfolded = text
    .replace(/^\uFEFF/, '')
    .replace(/\r?\n[ \t]/g, '')
    .split(/\r?\n/);
  const reading: Reading = { events: [], open: [], begun: false };
  for (const line of unfolded) {
    const problem = takeLine(reading, line);
    if (problem !== null) return { ok: false, ...problem, event: reading.events.length || null };
  }
  const whole = reading.begun && reading.open.length === 0;
  return whole ? { ok: true, events: reading.events } : { ok: false, ...notCalendar, event: null };
}

interface Reading {
  readonly events: string[][];
  /** The parts that have begun and not ended, outermost first. */
  readonly open: string[];
  begun: boolean;
}

type Problem = Pick<Refusal, 'code' | 'detail'>;

const notCalendar: Problem = { code: 'not-icalendar', detail: 'This is no iCalendar file, or not a whole one.' };
const tooManyEvents: Problem = { code: 'too-many-events', detail: `There may be at most ${mostEvents} events.` };
const lineTooLong: Problem = { code: 'line-too-long', detail: `A line that says who or when may have ${longestLine} characters.` };

const isEvent = (open: readonly string[]): boolean => open.length === 2 && open[1] === 'VEVENT';

function takeLine(reading: Reading, line: string): Problem | null {
  const { events, open } = reading;
  const [, edge, name] = bound.exec(line) ?? [];
  if (edge !== undefined && name !== undefined) {
    return edge.toUpperCase() === 'BEGIN' ? begin(reading, name.toUpperCase()) : end(open, name.toUpperCase());
  }
  if (open.length === 0) return line.trim() === '' ? null : notCalendar;
  if (!isEvent(open) || !kept.test(line)) return null;
  if (line.length > longestLine) return lineTooLong;
  events.at(-1)?.push(line);
  return null;
}

function begin(reading: Reading, name: string): Problem | null {
  const { events, open } = reading;
  if (open.length === 0 ? name !== 'VCALENDAR' : open.length >= mostDepth) return notCalendar;
  reading.begun = true;
  open.push(name);
  if (!isEvent(open)) return null;
  if (events.length === mostEvents) return tooManyEvents;
  events.push([]);
  return null;
}

const end = (open: string[], name: string): Problem | null => (open.pop() === name ? null : notCalendar);
