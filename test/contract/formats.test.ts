import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ParsedBody } from '../../shared/ingest/format.ts';
import { formats } from '../../shared/ingest/registry.ts';
import hostile from '../hostile-strings.json' with { type: 'json' };
import { bodyOfFixture, changed, expectedOf, faultsOf, fixturesOf, keysOf, pathsOf, toldShortly, withMember } from './format-bodies.ts';

// What a service with the severity `low` makes of it: no sender means that by accident.
const defaults = { service: 'checkout', severity: 'low' } as const;
const otherTypes = [null, 0, -1.5, 1e308, true, '', ' ', 'text', [], {}, [[]], [null], { a: { b: [] } }];

describe.each([...formats.values()])('the format $name', ({ name, parse }) => {
  const read = (value: unknown, group = false): ParsedBody => parse(value, defaults, { group });
  const readFixture = (asked: string): ParsedBody => {
    const [fixture = '', query] = asked.split('?');
    return read(bodyOfFixture(name, fixture), query === 'group=true');
  };

  /** What is wrong with anything that is read from a body; the parser throwing is a failure of the test. */
  const wrongIn = (value: unknown): readonly string[] =>
    [read(value), read(value, true)].flatMap((parsed) => (parsed.ok ? parsed.events.flatMap((event) => faultsOf(event, 'checkout')) : []));

  test('reads every fixture as the table beside it says, the sender’s own instants included', () => {
    const { expected } = expectedOf(name);
    expect(Object.keys(expected)).toEqual(expect.arrayContaining([...fixturesOf(name)]));
    for (const [asked, events] of Object.entries(expected)) {
      const parsed = readFixture(asked);
      expect(parsed.ok && parsed.events.map(toldShortly), asked).toEqual(events);
      expect(wrongIn(bodyOfFixture(name, asked.split('?')[0] ?? '')), asked).toEqual([]);
    }
  });

  test('gives a trigger and its resolve the same dedup key', () => {
    for (const [firing, resolved] of expectedOf(name).pairs) {
      const started = keysOf(readFixture(firing), 'trigger');
      const ended = keysOf(readFixture(resolved), 'resolve');
      expect(ended.length, resolved).toBeGreaterThan(0);
      expect(started, `${firing} and ${resolved}`).toEqual(expect.arrayContaining([...ended]));
    }
  });

  test('gives the same answer to the same body', () => {
    for (const fixture of fixturesOf(name)) expect(readFixture(fixture)).toEqual(readFixture(fixture));
  });

  test('reads every fixture with any one field left out or of another type', () => {
    for (const fixture of fixturesOf(name)) {
      const body = bodyOfFixture(name, fixture);
      for (const path of pathsOf(body)) {
        expect(wrongIn(changed(body, path)), `${fixture} without ${path.join('/')}`).toEqual([]);
        for (const other of otherTypes) {
          expect(wrongIn(changed(body, path, other)), `${fixture} with ${JSON.stringify(other)} at ${path.join('/')}`).toEqual([]);
        }
      }
    }
  });

  test('reads every fixture with any hostile text in any field', () => {
    const [fixture = ''] = fixturesOf(name);
    const body = bodyOfFixture(name, fixture);
    for (const path of pathsOf(body)) {
      for (const text of hostile) expect(wrongIn(changed(body, path, text)), `${path.join('/')}: ${text.slice(0, 60)}`).toEqual([]);
    }
  });

  test('takes no harm from members that every object has', () => {
    for (const fixture of fixturesOf(name)) {
      const body = bodyOfFixture(name, fixture);
      for (const member of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
        for (const value of ['x', { severity: 'critical', alerts: [] }, null]) {
          expect(wrongIn(withMember(body, member, value)), `${fixture} with ${member}`).toEqual([]);
        }
      }
    }
    expect(Object.hasOwn(Object.prototype, 'severity')).toBe(false);
  });

  test('reads any JSON at all', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => wrongIn(value).length === 0));
    const paths = fixturesOf(name).flatMap((fixture) => {
      const body = bodyOfFixture(name, fixture);
      return pathsOf(body).map((path) => ({ body, path }));
    });
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 3 }), ({ body, path }, value) => {
        return wrongIn(changed(body, path, value)).length === 0;
      }),
    );
  });

  test('reads a text of megabytes, or thousands of members, without being held up', () => {
    const [fixture = ''] = fixturesOf(name);
    const body = bodyOfFixture(name, fixture);
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`label-${String(index)}`, 'é'.repeat(20)]));
    for (const path of pathsOf(body)) {
      for (const large of ['é '.repeat(200_000), '\n'.repeat(200_000), many, Array.from({ length: 20_000 }, () => ({}))]) {
        const start = performance.now();
        read(changed(body, path, large));
        // Well above what it takes; a parser that goes back and forth over the text takes minutes.
        expect(performance.now() - start, path.join('/')).toBeLessThan(2000);
      }
    }
  });
});
