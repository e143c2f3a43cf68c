import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonDepth } from '../../shared/http/json-depth.ts';
import { cleanLine, cleanText, cutText, isCleanLine } from '../../shared/ingest/clean-text.ts';
import { fingerprint } from '../../shared/ingest/fingerprint.ts';
import { fitJson } from '../../shared/ingest/fit-json.ts';

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

describe('The depth of a JSON text', () => {
  it('is that of its value, whatever its strings hold', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        expect(jsonDepth(JSON.stringify(value))).toBe(depthOf(value));
      }),
    );
    expect(jsonDepth('{"a":"[[[[\\"[[","b":["\\\\"]}')).toBe(2);
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
