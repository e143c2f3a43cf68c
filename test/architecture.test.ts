import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importCycles, importProblems, nameProblems, parseSource } from './architecture-rules.ts';

const root = join(import.meta.dirname, '..');
const folders = ['bin', 'lib', 'functions', 'shared', 'local', 'test', 'bench', 'cli'];
const paths = folders
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }).map((path) => path.replaceAll('\\', '/')))
  .filter((path) => !path.includes('/node_modules/'));
const sources = paths.map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')));

describe('the sources', () => {
  test('are seen: a check that looked at nothing must fail', () => {
    expect(paths.filter((path) => path.startsWith('shared/domain/')).length).toBeGreaterThan(0);
    const self = sources.find(({ path }) => path === 'test/architecture.test.ts');
    expect(self?.imports.map(({ target }) => target)).toContain('./architecture-rules.ts');
  });

  test('import only what their place allows', () => {
    expect(sources.flatMap(importProblems)).toEqual([]);
  });

  test('do not import each other in a circle', () => {
    expect(importCycles(sources)).toEqual([]);
  });

  test('have names in kebab-case that say something', () => {
    expect(paths.flatMap(nameProblems)).toEqual([]);
  });
});

function problems(path: string, text: string): string[] {
  return importProblems(parseSource(path, text));
}

describe('the rules', () => {
  test.each([
    ['shared/domain/a.ts', "import { b } from '../schema/b.ts'"],
    ['shared/domain/a.ts', "import type { B } from '../ports.ts'"],
    ['shared/domain/a.ts', "export * from '../app/b.ts'"],
    ['shared/domain/a.ts', "type B = import('../app/b.ts').B"],
    ['shared/domain/a.ts', "import * as z from 'zod'"],
    ['shared/domain/a.ts', "import { createHash } from 'node:crypto'"],
    ['shared/domain/a.ts', "import './b'"],
    ['shared/schema/a.ts', "import type { B } from '../ports.ts'"],
    ['shared/ports.ts', "import type { B } from './schema/b.ts'"],
    ['shared/ingest/a.ts', "import { b } from '../http/b.ts'"],
    ['shared/http/a.ts', "import { randomUUID } from 'node:crypto'"],
    ['shared/http/a.ts', "import * as crypto from 'node:crypto'"],
    ['shared/app/a.ts', "import { b } from '../adapters/map/b.ts'"],
    ['shared/app/a.ts', "const b = await import('../adapters/map/b.ts')"],
    ['shared/app/a.ts', 'const b = await import(name)'],
    ['shared/app/a.ts', "import { readFileSync } from 'node:fs'"],
    ['shared/app/a.ts', "import { readFileSync } from 'fs'"],
    ['shared/channels/a.ts', "import { Hono } from 'hono'"],
    ['shared/adapters/map/a.ts', "import { b } from '../../app/b.ts'"],
    ['shared/adapters/sqlite/a.ts', "import { DynamoDBClient } from '@aws-sdk/client-dynamodb'"],
    ['functions/a.ts', "import { b } from '../shared/domain/b.ts'"],
    ['local/a.ts', "import { b } from '../functions/b.ts'"],
    ['lib/a.ts', "import { b } from '../shared/channels/sms/send.ts'"],
    ['bin/a.ts', "import { b } from '../shared/schema/b.ts'"],
    ['shared/elsewhere/a.ts', "import { b } from '../domain/b.ts'"],
  ])('%s may not: %s', (path, text) => {
    expect(problems(path, text)).toHaveLength(1);
  });

  test.each([
    ['shared/domain/a.ts', "import { DateTime } from 'luxon'; import { b } from './calendar/b.ts'"],
    ['shared/schema/a.ts', "import * as z from 'zod'; import type { B } from '../domain/b.ts'"],
    ['shared/http/a.ts', "import { Hono } from 'hono'; import { createHmac, timingSafeEqual } from 'node:crypto'"],
    ['shared/app/a.ts', "import type { Ports } from '../ports.ts'; import { b } from '../channels/b.ts'"],
    ['shared/adapters/aws/a.ts', "import { DynamoDBClient } from '@aws-sdk/client-dynamodb'"],
    ['shared/adapters/node/a.ts', "import { randomUUID } from 'node:crypto'"],
    ['functions/a.ts', "import { handle } from 'hono/aws-lambda'; import { b } from '../shared/app/b.ts'"],
    ['local/main.ts', "import { createServer } from 'node:http'; import { b } from '../shared/adapters/node/b.ts'"],
    ['lib/a.ts', "import { b } from '../shared/schema/b.ts'; import { c } from '../shared/channels/sms/needs.ts'"],
    ['test/unit/a.test.ts', "import { b } from '../../functions/b.ts'; const c = await import(name)"],
  ])('%s may: %s', (path, text) => {
    expect(problems(path, text)).toEqual([]);
  });

  test('see a circle of three files', () => {
    const circle = [parseSource('local/a.ts', "import './b.ts'"), parseSource('local/b.ts', "import './c.ts'")];
    expect(importCycles(circle)).toEqual([]);
    expect(importCycles([...circle, parseSource('local/c.ts', "import type { A } from './a.ts'")])).toHaveLength(1);
  });

  test.each(['local/mainFile.ts', 'shared/app/date-utils.ts', 'shared/app/helpers/a.ts', 'shared/app/misc.ts'])(
    '%s is no good name',
    (path) => {
      expect(nameProblems(path)).toHaveLength(1);
    },
  );
});
