import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawn } from '../../scripts/draw-states.ts';
import { channels } from '../../shared/channels/registry.ts';

const root = new URL('../../', import.meta.url);
const sources = globSync(['shared/**/*.ts', 'local/**/*.ts', 'functions/*.ts'], { cwd: root }).map((name) =>
  readFileSync(new URL(name, root), 'utf8'),
);
const found = (pattern: RegExp): readonly string[] => sources.flatMap((text) => [...text.matchAll(pattern)].map(([, name = '']) => name));

const page = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

/** As links name them. */
const headings = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^a-z0-9 _-]/g, '')
      .replaceAll(' ', '-'),
  );

describe('the documentation says what the code does', () => {
  it('draws the states from their table (node scripts/draw-states.ts brings the drawing up to date)', () => {
    expect(drawn(page('docs/architecture.md'))).toBe(page('docs/architecture.md'));
  });

  it('names every channel there is in the page on adding one', () => {
    for (const name of channels.keys()) expect(page('docs/extend.md')).toContain(`\`${name}\``);
  });

  it('tells for every alarm of our own what it means and what to do, and for no other', () => {
    const alarms = found(/log\.alarm\(\s*'([^']*)'/g);
    expect(alarms).toHaveLength(found(/log\.(alarm)\(/g).length);
    const headings = [...page('docs/runbook.md').matchAll(/^## `([^`]*)`$/gm)].map(([, name]) => name);
    expect(headings.toSorted()).toEqual([...new Set(alarms)].toSorted());
    for (const part of ['What it means:', 'Look at', 'Do:'])
      expect(page('docs/runbook.md').split(`**${part}**`), part).toHaveLength(headings.length + 1);
  });

  it('says of every word by which a message is refused on AWS what to do', () => {
    const adapters = ['aws/sms', 'aws/email', 'node/post-transports'].map((name) => page(`shared/adapters/${name}.ts`)).join('\n');
    const words = [...adapters.matchAll(/(?:\['\w+', |refused\(|\? |: |\| )'([a-z]+(?:-[a-z]+)*)'(?:\]|\)| |;)/g)].map(
      ([, word = '']) => word,
    );
    expect(new Set(words).size).toBeGreaterThan(15);
    const table = page('docs/aws.md').split('## When a message does not leave')[1]?.split('## ')[0];
    for (const word of words) expect(table).toContain(`\`${word}\``);
  });

  it('names every event of the log in the same way', () => {
    const names = found(/log\.(?:alarm|error|info)\(\s*'([^']*)'/g);
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it('links only to files and headings that exist', () => {
    for (const name of [
      'README.md',
      'docs/architecture.md',
      'docs/extend.md',
      'docs/runbook.md',
      'docs/senders.md',
      'docs/aws.md',
      'docs/on-call.md',
      'docs/configuration.md',
    ]) {
      for (const [, target = '', heading] of page(name).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)) {
        const file = target === '' ? name : new URL(target, `file:///${name}`).pathname.slice(1);
        expect(() => page(file), `${name} links to ${target}`).not.toThrow();
        if (heading !== undefined) expect(headings(page(file)), `${name} links to ${target}#${heading}`).toContain(heading);
      }
    }
  });
});
