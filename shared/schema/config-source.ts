import type { Json } from '../domain/incident.ts';

/** One thing that is wrong with a configuration; `pointer` is RFC 6901, `line` counts from 1 and is left out where no text was sent. */
export interface ConfigError {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
  readonly line?: number;
}

/** A text turned into JSON: free text cleaned, and every place known by its line. */
export interface ConfigSource {
  readonly json: Json;
  /** What is wrong already without knowing what the fields mean. */
  readonly errors: readonly ConfigError[];
  /** The text could not be read to its end; what `json` holds means nothing. */
  readonly stopped: boolean;
  /** The line of a place, or of the nearest one around it. */
  readonly lineOf: (pointer: string) => number | null;
}

/** The text is not of its format at all. */
export interface Unparsable {
  readonly code: 'not-yaml' | 'not-json' | 'not-icalendar';
  readonly detail: string;
  readonly line: number;
}

/** What is gathered while a text is read. */
export interface Reading {
  readonly offsets: Map<string, number>;
  readonly errors: { readonly pointer: string; readonly code: string; readonly detail: string; readonly offset: number }[];
  values: number;
  stopped: boolean;
}

const deepest = 16;
const mostValues = 250_000;
const longestKey = 128;
const forbidden: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const controls = /\p{Cc}/gu;
const controlsButLineBreaks = /(?![\n\r\t])\p{Cc}/gu;

export const newReading = (): Reading => ({ offsets: new Map(), errors: [], values: 0, stopped: false });

/** A place inside another, as a pointer. */
export const inside = (pointer: string, key: PropertyKey): string =>
  `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** Gives up on the text, because going on could take for ever. */
export function stop(reading: Reading, pointer: string, offset: number, code: string, detail: string): void {
  if (!reading.stopped) reading.errors.push({ pointer, code, detail, offset });
  reading.stopped = true;
}

/** Counts one more value; false: there is nothing more to read. */
export function enter(reading: Reading, pointer: string, depth: number, offset: number): boolean {
  if (!reading.offsets.has(pointer)) reading.offsets.set(pointer, offset);
  reading.values += 1;
  if (depth > deepest) stop(reading, pointer, offset, 'too-deep', `Nothing may be nested deeper than ${deepest} levels.`);
  else if (reading.values > mostValues) stop(reading, pointer, offset, 'too-large', `The document may hold at most ${mostValues} values.`);
  return !reading.stopped;
}

/** Whether a field may be taken; if so its place is remembered. */
export function enterKey(reading: Reading, pointer: string, key: string, seen: Set<string>, offset: number): boolean {
  const refuse = (place: string, code: string, detail: string): false => {
    reading.errors.push({ pointer: place, code, detail, offset });
    return false;
  };
  if (key.length > longestKey) return refuse(pointer, 'too-long', `The name of a field may have at most ${longestKey} characters.`);
  if (key !== cleanText(key, null)) return refuse(pointer, 'invalid-name', 'The name of a field may not hold control characters.');
  const place = inside(pointer, key);
  if (forbidden.has(key)) return refuse(place, 'reserved-name', 'This name is reserved and cannot be used.');
  if (seen.has(key)) return refuse(place, 'duplicate-key', 'This field stands here twice.');
  seen.add(key);
  reading.offsets.set(place, offset);
  return true;
}

/** Text with control characters and lone surrogates replaced by U+FFFD; a description keeps its line breaks. */
export const cleanText = (text: string, key: string | null): string =>
  text.toWellFormed().replace(key === 'description' ? controlsButLineBreaks : controls, '\uFFFD');

/** Line numbers, from 1, of offsets in a text. */
export function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

export function finishReading(reading: Reading, json: Json, text: string): ConfigSource {
  const line = lineCounter(text);
  return {
    json,
    stopped: reading.stopped,
    errors: reading.errors.map(({ offset, ...error }) => ({ ...error, line: line(offset) })),
    lineOf: (pointer) => {
      for (let place = pointer; ; place = place.slice(0, place.lastIndexOf('/'))) {
        const offset = reading.offsets.get(place);
        if (offset !== undefined) return line(offset);
        if (place === '') return 1;
      }
    },
  };
}
