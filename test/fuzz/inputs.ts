import fc from 'fast-check';
import hostile from '../hostile-strings.json' with { type: 'json' };
import { changed, pathsOf, withMember } from '../contract/format-bodies.ts';

/** What many repeats of are slow for a pattern that goes back and forth. */
const repeated = [
  ...['x', ' ', '\n', '\t', '\0', '1', '.', 'a.', '-', '/', '\\', '"', "'", '<', '&', '@here', '](', 'www.', '://', 'ack ', '4821 '],
  ...[
    'é',
    'é ',
    'a\u0301',
    '\u0301',
    '\u200b',
    '\u202e',
    '\u{1F525}',
    '\ud800',
    '\udfff',
    '\u05d4',
    'arn:aws:',
    '[1 (',
    '{"a":',
    '=?utf-8?',
  ],
];
const bytesInJson = (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2;
const units = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));

/** Any text of some length: words, hostile strings, anything that UTF-16 holds; once in a while up to `longest` units of the same. */
export const anyText = (longest: number): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 800, arbitrary: fc.constantFrom(...hostile) },
    { weight: 400, arbitrary: fc.string({ unit: units, maxLength: 60 }) },
    { weight: 200, arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }) },
    { weight: 200, arbitrary: fc.tuple(fc.constantFrom(...hostile), fc.constantFrom(...hostile)).map((two) => two.join('')) },
    {
      weight: 100,
      arbitrary: fc.constantFrom('__proto__', 'constructor', 'toString', 'prototype', '', ' ', '0', '-1', '1e400', 'NaN', 'null'),
    },
    {
      weight: 60,
      arbitrary: fc.tuple(fc.constantFrom(...repeated), fc.integer({ min: 1, max: 1200 })).map(([unit, times]) => unit.repeat(times)),
    },
    { weight: 1, arbitrary: fc.constantFrom(...repeated).map((unit) => unit.repeat(Math.floor(longest / bytesInJson(unit)))) },
  );

const deep = fc
  .tuple(fc.integer({ min: 1, max: 24 }), fc.boolean())
  .map(([depth, list]) => Array.from({ length: depth }).reduce<unknown>((inner) => (list ? [inner] : { a: inner }), null));

const wide = (most: number): fc.Arbitrary<unknown> =>
  fc.tuple(fc.integer({ min: 1, max: most }), fc.constantFrom<unknown>(1, '', 'é', null, {}, [], { a: 'b' })).chain(([count, value]) =>
    fc.constantFrom<unknown>(
      Array.from({ length: count }, () => value),
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, value])),
      Object.fromEntries(Array.from({ length: count }, (_, index) => [index * 3, value])),
    ),
  );

const named = fc
  .tuple(fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'), fc.jsonValue({ maxDepth: 2 }))
  .map((pair): unknown => Object.fromEntries([pair]));

/** Any JSON: of every type, deep, wide, with the names that every object has. */
export const anyJson = (longest: number): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 300, arbitrary: anyText(longest) },
    { weight: 100, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
    { weight: 60, arbitrary: fc.constantFrom<unknown>(null, 0, -1.5, 1e308, -0, true, false, '', [], {}, [[]], [null], { a: { b: [] } }) },
    { weight: 30, arbitrary: deep },
    { weight: 30, arbitrary: wide(40) },
    { weight: 1, arbitrary: wide(10_100) },
    { weight: 30, arbitrary: named },
  );

/** Makes one change to a value. */
type Mutation = (value: unknown) => unknown;

function mutation(paths: ReturnType<typeof pathsOf>, longest: number): fc.Arbitrary<Mutation> {
  const path = fc.constantFrom(...paths);
  const json = anyJson(longest);
  return fc.oneof(
    {
      weight: 12,
      arbitrary: fc.tuple(path, json).map(
        ([at, other]): Mutation =>
          (value) =>
            changed(value, at, other),
      ),
    },
    {
      weight: 3,
      arbitrary: path.map(
        (at): Mutation =>
          (value) =>
            changed(value, at),
      ),
    },
    {
      weight: 3,
      arbitrary: fc.tuple(anyText(64), json).map(
        ([name, member]): Mutation =>
          (value) =>
            withMember(value, name, member),
      ),
    },
    {
      weight: 3,
      arbitrary: fc.tuple(path, fc.integer({ min: 2, max: 40 })).map(([at, times]): Mutation => (value) => {
        const found = at.reduce<unknown>(
          (inner, name) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : null),
          value,
        );
        return changed(
          value,
          at,
          Array.from({ length: times }, () => found),
        );
      }),
    },
  );
}

/** JSON texts: real bodies with a few things changed, any JSON, and what is none. Texts within may be up to `longest` bytes long. */
export function jsonTexts(bodies: readonly unknown[], longest: number): fc.Arbitrary<string> {
  const changedBodies = bodies.map((body) =>
    fc.array(mutation(pathsOf(body), longest), { minLength: 1, maxLength: 3 }).map((changes) => {
      const result = changes.reduce<unknown>((value, change) => change(value), body);
      return JSON.stringify(result === undefined ? null : result);
    }),
  );
  const cutText = fc
    .tuple(fc.constantFrom(...bodies), fc.double({ min: 0, max: 1, noNaN: true }), anyText(200))
    .map(([body, share, text]) => {
      const whole = JSON.stringify(body);
      return whole.slice(0, Math.floor(share * whole.length)) + text;
    });
  return fc.oneof(
    { weight: 20, arbitrary: fc.oneof(...changedBodies) },
    { weight: 3, arbitrary: anyJson(longest).map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: cutText },
  );
}
