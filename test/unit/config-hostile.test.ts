import { performance } from 'node:perf_hooks';
import { describe, expect, test } from 'vitest';
import { errorsOf } from './config-documents.ts';

const json = 'application/json';
const million = 1_000_000;
const letters = 'a b c d e f g h i j'.split(' ');
const bomb = letters
  .map((name, index) => `${name}: &${name} [${index === 0 ? 'x' : `*${letters[index - 1] ?? ''},`.repeat(9)}]`)
  .join('\n');

const deepYaml = Array.from({ length: 100 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n');
const deepJson = '{"a":'.repeat(100) + '1' + '}'.repeat(100);

const people = Array.from({ length: 450 }, (_, n) => ({ id: `p${n}`, name: 'P' }));
const team = { id: 'a', members: Array(1000).fill('p999') };

/** What each text is answered with; the code is that of the first error. */
const hostile: readonly (readonly [title: string, text: string, contentType: string | undefined, code: string])[] = [
  ['an alias bomb', bomb, undefined, 'too-many-aliases'],
  ['a list of a hundred thousand aliases', `a: &a 1\nb: [${'*a,'.repeat(100_000)}]`, undefined, 'too-many-aliases'],
  ['an alias to what contains it', 'a: &a [*a]', undefined, 'unknown-field'],
  ['YAML nested 100 deep', deepYaml, undefined, 'too-deep'],
  ['JSON nested 100 deep', deepJson, json, 'too-deep'],
  ['YAML nested 17 deep', `people: ${'['.repeat(16)}x${']'.repeat(16)}`, undefined, 'too-deep'],
  ['a million brackets', '['.repeat(million), undefined, 'too-deep'],
  ['a million brackets as JSON', '['.repeat(million), json, 'too-deep'],
  ['half a million dashes', '- '.repeat(million / 2), undefined, 'too-deep'],
  ['half a million question marks', '? '.repeat(million / 2), undefined, 'too-deep'],
  ['a million closing brackets', ']'.repeat(million), undefined, 'not-yaml'],
  ['a million commas', `[${','.repeat(million)}`, undefined, 'too-large'],
  ['half a million bad escapes', `"${'\\x'.repeat(million / 2)}"`, undefined, 'not-yaml'],
  ['half a million empty lists', '[]'.repeat(million / 2), undefined, 'not-yaml'],
  ['half a million directives', '%a\n'.repeat(million / 3), undefined, 'not-yaml'],
  ['a quarter million documents', '---\n'.repeat(million / 4), undefined, 'not-yaml'],
  ['half a million numbers', `[${'1,'.repeat(million / 2)}1]`, json, 'too-large'],
  [
    'a hundred thousand unknown fields',
    JSON.stringify(Object.fromEntries(Array.from({ length: 70_000 }, (_, n) => [`settingz${n}`, 1]))),
    json,
    'unknown-field',
  ],
  ['a hundred thousand unknown people', JSON.stringify({ people, teams: Array(100).fill(team) }), json, 'unknown-reference'],
  ['prototype keys in YAML', '__proto__: { polluted: true }', undefined, 'reserved-name'],
  ['prototype keys in JSON', '{"people":[{"id":"a","name":"A","constructor":{"prototype":{"polluted":true}}}]}', json, 'reserved-name'],
  ['a key named like a method', 'toString: 1\nhasOwnProperty: 2', undefined, 'unknown-field'],
  ['the key of a merge', '<<: { settings: {} }', undefined, 'unknown-field'],
  ['a complex key', '{ [a]: b }', undefined, 'invalid-name'],
  ['a key of a million characters', `{"${'k'.repeat(million)}": 1}`, json, 'too-long'],
  ['NUL in an id', 'people: [{ id: "a\\0", name: A }]', undefined, 'invalid-id'],
  ['a lone surrogate in an id', '{"people":[{"id":"a\\ud800","name":"A"}]}', json, 'invalid-id'],
  ['only NUL', '\0'.repeat(1000), undefined, 'wrong-type'],
  ['nothing', '', undefined, 'wrong-type'],
  ['nothing as JSON', '', json, 'not-json'],
  ['text', 'hello', undefined, 'wrong-type'],
  ['a number that is none', 'settings: { maxOpen: .nan }', undefined, 'invalid-value'],
  ['a number without bound', '{"settings":{"maxOpen":1e999}}', json, 'invalid-value'],
  ['binary data', 'settings: !!binary aGVsbG8=', undefined, 'invalid-value'],
  ['a tag of somebody', 'settings: !ruby/object {}', undefined, 'not-yaml'],
  ['two documents', 'settings: {}\n---\nsettings: {}', undefined, 'not-yaml'],
  ['an unclosed quote', 'settings: "', undefined, 'not-yaml'],
  ['a comma too many', '{"settings":{},}', json, 'not-json'],
  ['text after the end', '{} x', json, 'not-json'],
  ['single quotes', "{'settings':{}}", json, 'not-json'],
  ['a comment', '{} // no', json, 'not-json'],
  ['a line break in a string', '{"a\n":1}', json, 'not-json'],
];

describe('hostile documents are refused, quickly and without a fault', () => {
  test.each(hostile)('%s', (_, text, contentType, code) => {
    const start = performance.now();
    const errors = errorsOf(text, contentType);
    expect(errors.map((error) => error.code)).toContain(code);
    expect(errors.length).toBeLessThanOrEqual(1000);
    for (const error of errors) expect(error.line).toBeGreaterThan(0);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test('what is no YAML or JSON is told with its line', () => {
    expect(errorsOf('settings: {}\npeople: [\n')).toMatchObject([{ code: 'not-yaml', line: 3 }]);
    expect(errorsOf('{\n"settings": {},\n"people": nothing\n}', json)).toMatchObject([{ code: 'not-json', line: 3 }]);
  });
});
