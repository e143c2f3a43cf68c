import { Composer, isAlias, isMap, isPair, isScalar, isSeq, Lexer, Parser, type CST, type Document, type Pair } from 'yaml';
import type { Json } from '../domain/incident.ts';
import {
  cleanText,
  enter,
  enterKey,
  finishReading,
  inside,
  lineCounter,
  newReading,
  stop,
  type ConfigSource,
  type Reading,
  type Unparsable,
} from './config-source.ts';

/** Unwinds the library at its first complaint; it never leaves this file. */
class NotYaml extends Error {
  override readonly name = 'NotYaml';
  readonly offset: number;
  constructor(offset: number) {
    super('not YAML');
    this.offset = offset;
  }
}

const mostTokens = 500_000;
const mostAliases = 100;
/** The parser holds up to three tokens for one level of nesting. */
const deepestStack = 64;

/** Reads one YAML 1.2 document; anchors and aliases are followed within bounds. */
export function readYaml(text: string): ConfigSource | Unparsable {
  const reading = newReading();
  try {
    const document = compose(text, reading);
    const walk: Walk = { reading, anchors: new Map(), aliases: 0 };
    return finishReading(reading, document === null ? null : toJson(walk, document.contents, '', 0, null), text);
  } catch (fault) {
    if (!(fault instanceof NotYaml)) throw fault;
    const line = lineCounter(text)(fault.offset);
    return { code: 'not-yaml', detail: `Line ${line} is not valid YAML, or uses what is not supported (tags, several documents).`, line };
  }
}

function offsetOf(source: unknown): number {
  if (typeof source === 'number') return source;
  if (Array.isArray(source)) return offsetOf(source[0]);
  return typeof source === 'object' && source !== null && 'offset' in source ? offsetOf(source.offset) : 0;
}

/** Null when the reading was stopped. The steps of the library are taken one by one, so that no text keeps it busy for long. */
function compose(text: string, reading: Reading): Document.Parsed | null {
  const documents: Document.Parsed[] = [];
  const parser = new Parser();
  // Comparing all keys of a mapping with each other takes for ever on many keys; they are checked with a set instead.
  const composer = new Composer({ schema: 'core', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  // The library gathers complaints without end, each with a stack trace; one is enough.
  let first: NotYaml | null = null;
  const onError = (source: unknown): never => {
    // The library catches what is thrown and complains again about everything around it; the innermost place is the right one.
    first ??= new NotYaml(offsetOf(source));
    throw first;
  };
  Object.defineProperty(composer, 'onError', { value: onError });
  let tokens = 0;
  for (const lexeme of new Lexer().lex(text)) {
    tokens += 1;
    for (const token of parser.next(lexeme)) feed(composer, token, documents);
    if (parser.stack.length > deepestStack) stop(reading, '', parser.offset, 'too-deep', 'The document is nested too deeply.');
    if (tokens > mostTokens) stop(reading, '', parser.offset, 'too-large', 'The document holds too many values.');
    if (reading.stopped) return null;
  }
  for (const token of parser.end()) feed(composer, token, documents);
  documents.push(...composer.end(true, text.length));
  return documents[0] ?? null;
}

function feed(composer: Composer, token: CST.Token, documents: Document.Parsed[]): void {
  if (token.type === 'error') throw new NotYaml(token.offset);
  documents.push(...composer.next(token));
  // A document is handed out when the next one begins.
  if (documents.length > 0 && token.type === 'document') throw new NotYaml(token.offset);
}

interface Walk {
  readonly reading: Reading;
  readonly anchors: Map<string, unknown>;
  aliases: number;
}

const startOf = (node: unknown, otherwise: number): number =>
  (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)) && node.range ? node.range[0] : otherwise;

function toJson(walk: Walk, node: unknown, pointer: string, depth: number, key: string | null): Json {
  const offset = startOf(node, walk.reading.offsets.get(pointer) ?? 0);
  if (!enter(walk.reading, pointer, depth, offset)) return null;
  if (isAlias(node)) return followAlias(walk, node.source, pointer, depth, key, offset);
  const json = isMap(node)
    ? fromMap(walk, node.items, pointer, depth, offset)
    : isSeq(node)
      ? fromSequence(walk, node.items, pointer, depth)
      : fromScalar(walk, isScalar(node) ? node.value : node, pointer, key, offset);
  // Only what is complete can be named again, so that nothing contains itself.
  if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined) walk.anchors.set(node.anchor, node);
  return json;
}

function followAlias(walk: Walk, name: string, pointer: string, depth: number, key: string | null, offset: number): Json {
  walk.aliases += 1;
  if (walk.aliases > mostAliases) {
    stop(walk.reading, pointer, offset, 'too-many-aliases', `A document may use at most ${mostAliases} aliases.`);
  } else if (!walk.anchors.has(name)) {
    walk.reading.errors.push({ pointer, code: 'unknown-alias', detail: 'No anchor of this name stands before this place.', offset });
  } else {
    return toJson(walk, walk.anchors.get(name), pointer, depth, key);
  }
  return null;
}

function fromSequence(walk: Walk, items: readonly unknown[], pointer: string, depth: number): Json {
  const values: Json[] = [];
  for (const item of items) {
    if (walk.reading.stopped) return null;
    values.push(isPair(item) ? null : toJson(walk, item, inside(pointer, values.length), depth + 1, null));
  }
  return values;
}

function fromMap(walk: Walk, items: readonly Pair[], pointer: string, depth: number, offset: number): Json {
  const members: Record<string, Json> = {};
  const seen = new Set<string>();
  for (const { key: name, value } of items) {
    if (walk.reading.stopped) return null;
    const keyOffset = startOf(name, offset);
    if (!isScalar(name)) {
      walk.reading.errors.push({ pointer, code: 'invalid-name', detail: 'The name of a field must be text.', offset: keyOffset });
      continue;
    }
    const key = typeof name.value === 'symbol' ? '<<' : String(name.value);
    const allowed = enterKey(walk.reading, pointer, key, seen, keyOffset);
    const member = toJson(walk, value, allowed ? inside(pointer, key) : pointer, depth + 1, key);
    if (allowed) members[key] = member;
  }
  return members;
}

function fromScalar(walk: Walk, value: unknown, pointer: string, key: string | null, offset: number): Json {
  if (typeof value === 'string') return cleanText(value, key);
  if (typeof value === 'boolean' || value === null || value === undefined) return value ?? null;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  walk.reading.errors.push({ pointer, code: 'invalid-value', detail: 'This kind of value is not supported; put it in quotes.', offset });
  return null;
}
