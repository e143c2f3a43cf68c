import type { Json } from '../domain/incident.ts';
import {
  cleanText,
  enter,
  enterKey,
  finishReading,
  inside,
  lineCounter,
  newReading,
  type ConfigSource,
  type Reading,
  type Unparsable,
} from './config-source.ts';

interface Scanner {
  readonly text: string;
  readonly reading: Reading;
  at: number;
}

/** Unwinds the scanner; it never leaves this file. */
class NotJson extends Error {
  override readonly name = 'NotJson';
}

const blank = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const words: readonly (readonly [string, Json])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/** Reads JSON as `JSON.parse` does, but refuses what that lets pass (a field twice, unbounded depth) and knows the line of everything. */
export function readJson(text: string): ConfigSource | Unparsable {
  const scanner: Scanner = { text, reading: newReading(), at: 0 };
  try {
    skipBlank(scanner);
    const json = value(scanner, '', 0, null);
    skipBlank(scanner);
    if (!scanner.reading.stopped && scanner.at < text.length) throw new NotJson();
    return finishReading(scanner.reading, json, text);
  } catch (fault) {
    if (!(fault instanceof NotJson)) throw fault;
    const line = lineCounter(text)(scanner.at);
    return { code: 'not-json', detail: `Line ${line} is not valid JSON.`, line };
  }
}

function skipBlank(scanner: Scanner): void {
  blank.lastIndex = scanner.at;
  blank.test(scanner.text);
  scanner.at = blank.lastIndex;
}

function take(scanner: Scanner, character: string): boolean {
  skipBlank(scanner);
  if (scanner.text[scanner.at] !== character) return false;
  scanner.at += 1;
  skipBlank(scanner);
  return true;
}

function expect(scanner: Scanner, character: string): void {
  if (!take(scanner, character)) throw new NotJson();
}

function value(scanner: Scanner, pointer: string, depth: number, key: string | null): Json {
  if (!enter(scanner.reading, pointer, depth, scanner.at)) return null;
  const first = scanner.text[scanner.at];
  if (first === '{') return object(scanner, pointer, depth);
  if (first === '[') return array(scanner, pointer, depth);
  if (first === '"') return cleanText(string(scanner), key);
  for (const [word, meaning] of words) {
    if (!scanner.text.startsWith(word, scanner.at)) continue;
    scanner.at += word.length;
    return meaning;
  }
  return finite(scanner, pointer);
}

function finite(scanner: Scanner, pointer: string): number {
  number.lastIndex = scanner.at;
  const match = number.exec(scanner.text);
  if (match === null) throw new NotJson();
  const found = Number(match[0]);
  if (!Number.isFinite(found)) {
    scanner.reading.errors.push({ pointer, code: 'invalid-value', detail: 'This number is too large.', offset: scanner.at });
  }
  scanner.at += match[0].length;
  return found;
}

function string(scanner: Scanner): string {
  const start = scanner.at;
  for (let at = start + 1; at < scanner.text.length; at += 1) {
    const character = scanner.text[at];
    if (character === '\\') at += 1;
    else if (character === '"') {
      try {
        const parsed: unknown = JSON.parse(scanner.text.slice(start, at + 1));
        scanner.at = at + 1;
        return String(parsed);
      } catch {
        throw new NotJson();
      }
    }
  }
  throw new NotJson();
}

function array(scanner: Scanner, pointer: string, depth: number): Json {
  const items: Json[] = [];
  expect(scanner, '[');
  if (take(scanner, ']')) return items;
  do {
    items.push(value(scanner, inside(pointer, items.length), depth + 1, null));
    if (scanner.reading.stopped) return null;
  } while (take(scanner, ','));
  expect(scanner, ']');
  return items;
}

function object(scanner: Scanner, pointer: string, depth: number): Json {
  const members: Record<string, Json> = {};
  const seen = new Set<string>();
  expect(scanner, '{');
  if (take(scanner, '}')) return members;
  do {
    const offset = scanner.at;
    if (scanner.text[offset] !== '"') throw new NotJson();
    const key = string(scanner);
    const allowed = enterKey(scanner.reading, pointer, key, seen, offset);
    expect(scanner, ':');
    const member = value(scanner, allowed ? inside(pointer, key) : pointer, depth + 1, key);
    if (scanner.reading.stopped) return null;
    if (allowed) members[key] = member;
  } while (take(scanner, ','));
  expect(scanner, '}');
  return members;
}
