import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { targetTypes } from '../../shared/domain/policy.ts';
import { World } from '../world.ts';
import { documentFrom } from './config-documents.ts';

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
const block = (language: string, heading: string): string =>
  new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(page.slice(page.indexOf(heading)))?.[1] ?? '';

const methods = z.enum(['GET', 'POST', 'DELETE']);
const thing = z.record(z.string(), z.unknown());
const written = z.object({
  settings: thing,
  ...{ services: z.array(thing), people: z.array(thing), teams: z.array(thing), channels: z.array(thing), schedules: z.array(thing) },
  policies: z.array(z.looseObject({ levels: z.array(thing) })),
});

const needed = new Set(['id', 'policy', 'levels', 'targets', 'name', 'contacts', 'members', 'catchAll', 'channel', 'address']);
const withoutDefaults = (one: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(one).filter(([key]) => needed.has(key)));

describe('the page on the configuration', () => {
  const document = documentFrom(block('yaml', '## Every field'));
  const text = written.parse(document.written);

  it('names every field that there is', () => {
    const [policy, level] = [text.policies[0], text.policies[0]?.levels[0]];
    const pairs: readonly (readonly [object | undefined, object | undefined])[] = [
      [text, { ...text, ...document, written: undefined }],
      [text.settings, document.settings],
      [text.services[0], document.services[0]],
      [policy, document.policies[0]],
      [level, document.policies[0]?.levels[0]],
      [text.people[0], document.people[0]],
      [text.teams[0], document.teams[0]],
      [text.channels[0], document.channels[0]],
    ];
    for (const [shown, read] of pairs) {
      const fields = Object.keys(read ?? {}).filter((field) => field !== 'written');
      expect(Object.keys(shown ?? {}).toSorted()).toEqual(fields.toSorted());
    }
  });

  it('gives each the value that holds without it', () => {
    const bare = {
      ...text,
      settings: withoutDefaults(text.settings),
      services: text.services.map(withoutDefaults).map((one) => ({ ...one, name: undefined })),
      policies: text.policies.map((one) => ({
        ...withoutDefaults(one),
        catchAll: undefined,
        levels: one.levels.map((level) => withoutDefaults(level)),
      })),
      people: text.people.map(withoutDefaults),
      teams: text.teams.map(withoutDefaults).map((one) => ({ ...one, name: undefined })),
    };
    expect({ ...documentFrom(JSON.stringify(bare), 'application/json'), written: null }).toEqual({ ...document, written: null });
  });

  it('names every kind of target', () => {
    const named = [...page.matchAll(/^\| `([a-z]+):/gm)].map(([, type]) => type);
    expect(named.toSorted()).toEqual(targetTypes.toSorted());
  });

  it('has commands for every day that are taken as they stand', async () => {
    const world = await World.withPolicy({ levels: [{ targets: ['user:ana'] }, { delay: '1h', targets: ['user:lead'] }] });
    const { incidentId } = await world.alarm();
    const commands = [...block('sh', '## Everyday use').matchAll(/^say (?:-X (\w+) )?"\$TOCSIN([^"]+)"(?: -d '([^']*)')?/gm)];
    expect(commands.length).toBeGreaterThan(12);
    for (const [line, method, path = '', body] of commands) {
      const parsed = body === undefined ? null : thing.parse(JSON.parse(body));
      const { http } = await world.request(methods.parse(method ?? 'GET'), path.replace('$ID', String(incidentId)), parsed);
      // It was resolved before.
      expect(path.endsWith('/cancel') ? [409] : [200, 204], line).toContain(http);
    }
  });
});
