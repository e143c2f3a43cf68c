import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLine, cleanText, cutText, isCleanLine } from '../../shared/ingest/clean-text.ts';
import { fingerprint } from '../../shared/ingest/fingerprint.ts';
import { fitJson } from '../../shared/ingest/fit-json.ts';
import { deepestJson, excessOf, mostMembers, mostValues } from '../../shared/schema/json-text.ts';

const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)), maxLength: 40 });

describe('Text of a sender', () => {
  it('keeps its length and every ordinary character when cleaned', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const line = cleanLine(text);
        expect(line).toHaveLength(text.length);
        expect(line.isWellFormed()).toBe(true);
        expect(isCleanLine(line)).toBe(true);
        expect(cleanLine(line)).toBe(line);
      }),
    );
  });

  it('loses control characters and halves of characters, but not line breaks, tabs or emoji', () => {
    expect(cleanLine('a\u0000b\nc\u007f\u009f\ud800')).toBe('a\ufffdb\ufffdc\ufffd\ufffd\ufffd');
    expect(cleanText('a\u0000\tb\r\nc \u{1F525} \udc00')).toBe('a\ufffd\tb\r\nc \u{1F525} \ufffd');
  });

  it('is cut with a marker and never within a character', () => {
    expect(cutText('short', 5)).toBe('short');
    for (let length = 10; length < 30; length++) {
      const cut = cutText('\u{1F525}'.repeat(20), length);
      expect(cut.length).toBeLessThanOrEqual(length);
      expect(cut.isWellFormed()).toBe(true);
      expect(cut).toMatch(/\[cut\]$/);
    }
  });
});

describe('A JSON text', () => {
  const depthOf = (value: unknown): number =>
    typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
  const nested = (depth: number): string => '{"a":['.repeat(depth / 2) + (depth % 2 === 1 ? '{}' : '') + ']}'.repeat(depth / 2);
  const listOf = (count: number): string => JSON.stringify(Array.from({ length: count }, () => 1));
  const objectOf = (count: number): string => JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_none, n) => [`k${n}`, 1])));

  it('is too deep above 16 levels, whatever its strings hold and however it is laid out', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 20, depthSize: 'max' }), fc.constantFrom(0, 2), (value, indent) => {
        expect(excessOf(JSON.stringify(value, null, indent))).toBe(depthOf(value) > deepestJson ? 'too-deep' : null);
      }),
    );
    for (const depth of [deepestJson - 1, deepestJson, deepestJson + 1, deepestJson + 2]) {
      expect(excessOf(nested(depth)), String(depth)).toBe(depth > deepestJson ? 'too-deep' : null);
    }
    expect(excessOf(`{"a":"${'['.repeat(20)}\\"${'{'.repeat(20)}","b":["\\"]}`)).toBeNull();
  });

  it('is too much above 100,000 values, or 10,000 members of one object', () => {
    for (const more of [-1, 0, 1]) {
      const excess = more > 0 ? 'too-many-values' : null;
      expect(excessOf(listOf(mostValues - 1 + more))).toBe(excess);
      expect(excessOf(objectOf(mostMembers + more))).toBe(excess);
      expect(excessOf(`[{"b":1},${objectOf(mostMembers + more)},{"c":1}]`)).toBe(excess);
    }
    const commas = JSON.stringify({ text: ',{['.repeat(mostValues), quoted: '"\\"'.repeat(mostValues) });
    expect(excessOf(commas)).toBeNull();
  });

  it('that is none is looked through without a fault', () => {
    for (const text of ['', '"', '"\\', ']'.repeat(1000), `${']'.repeat(20)}${'['.repeat(16)}`, '{"a"']) expect(excessOf(text)).toBeNull();
    expect(excessOf(`${']'.repeat(20)}${'['.repeat(17)}`)).toBe('too-deep');
    expect(excessOf(','.repeat(mostValues))).toBe('too-many-values');
  });
});

describe('Details', () => {
  it('within their limit are kept as they are', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'grapheme-ascii' }), fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme-ascii' })),
        (details) => {
          const text = JSON.stringify(details);
          // A member of that name is dropped, which the next test shows.
          fc.pre(!text.includes('__proto__'));
          expect(JSON.stringify(fitJson(details, 1_000_000))).toEqual(text);
        },
      ),
    );
  });

  it('lose a member named __proto__, at any depth, and nothing else', () => {
    expect(fitJson(JSON.parse('{"__proto__":{"a":1},"b":{"__proto__":2,"c":3}}') as object, 1000)).toEqual({ b: { c: 3 } });
  });

  it.each([
    ['one text', (n: number) => ({ text: 'x'.repeat(n - 11) })],
    ['numbers', (n: number) => ({ n: [...Array.from({ length: (n - 9) >> 1 }, () => 1), ...(n % 2 === 0 ? [10] : [1])] })],
    [
      'many members',
      (n: number) => ({ ...Object.fromEntries(Array.from({ length: 99 }, (_, i) => [`k${i + 100}`, null])), x: 'y'.repeat(n - 1196) }),
    ],
    ['lists and objects within', (n: number) => ({ a: [[], {}, [true, false, { b: [{}] }]], x: 'é'.repeat(10), y: 'z'.repeat(n - 71) })],
  ])('of a size that is just the limit stay whole, and one byte more is cut: %s', (_, shape) => {
    const limit = 32 * 1024;
    for (const size of [limit - 1, limit]) {
      const details = shape(size);
      expect(Buffer.byteLength(JSON.stringify(details))).toBe(size);
      expect(fitJson(details, limit)).toEqual(details);
    }
    expect(Buffer.byteLength(JSON.stringify(shape(limit + 1)))).toBe(limit + 1);
    expect(fitJson(shape(limit + 1), limit)).toHaveProperty('_cut');
  });

  it('of any shape above the limit come out near it, with the marker', () => {
    const shapes = [
      { text: 'x'.repeat(100_000) },
      { emoji: '\u{1F525}'.repeat(50_000) },
      Object.fromEntries(Array.from({ length: 20_000 }, (_none, index) => [`k${index}`, index])),
      { list: Array.from({ length: 50_000 }, () => [null]) },
      { ['k'.repeat(100_000)]: 1 },
    ];
    for (const shape of shapes) {
      const fitted = fitJson(shape, 32 * 1024);
      expect(fitted).toHaveProperty('_cut');
      expect(Buffer.byteLength(JSON.stringify(fitted))).toBeLessThan(34 * 1024);
    }
  });
});

describe('A fingerprint', () => {
  it('differs when its parts are divided in another way', () => {
    const prints = [['a', 'bc'], ['ab', 'c'], ['abc'], ['abc', null], ['abc', ''], [null, 'abc']].map(fingerprint);
    expect(new Set(prints).size).toBe(prints.length);
    expect(fingerprint(['checkout', null, null, 'disk full'])).toMatch(/^fp-[a-z2-7]{26}$/);
  });
});
