import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';

interface Import {
  readonly target: string;
  /** Names taken; undefined when everything can be reached (`import *`, `export *`, `import()`). */
  readonly names: readonly string[] | undefined;
}

interface Source {
  readonly path: string;
  readonly imports: readonly Import[];
}

interface Place {
  readonly mayImport: readonly string[] | 'everything';
  readonly because: string;
}

/** A target no rule allows: `import(name)` cannot be checked. */
const computedTarget = '(computed)';

const places: Readonly<Record<string, Place>> = {
  'shared/domain': {
    mayImport: ['shared/domain'],
    because: 'the domain may import only itself, because it is pure: time, ids and the outside world come in as arguments',
  },
  'shared/schema': {
    mayImport: ['shared/schema', 'shared/domain'],
    because: 'schemas may import only the domain, because they turn foreign data into domain types and do nothing else',
  },
  'shared/ports.ts': {
    mayImport: ['shared/domain'],
    because: 'ports may import only the domain, because they are interfaces over domain types',
  },
  'shared/ingest': {
    mayImport: ['shared/ingest', 'shared/ports.ts', 'shared/schema', 'shared/domain'],
    because: 'an ingest format may import only ports, schemas and the domain, because edges know neither the use cases nor each other',
  },
  'shared/channels': {
    mayImport: ['shared/channels', 'shared/ports.ts', 'shared/schema', 'shared/domain'],
    because: 'a channel may import only ports, schemas and the domain, because edges know neither the use cases nor each other',
  },
  'shared/http': {
    mayImport: ['shared/http', 'shared/ports.ts', 'shared/schema', 'shared/domain'],
    because: 'http may import only ports, schemas and the domain, because edges know neither the use cases nor each other',
  },
  'shared/app': {
    mayImport: ['shared/app', 'shared/ingest', 'shared/channels', 'shared/http', 'shared/ports.ts', 'shared/schema', 'shared/domain'],
    because: 'a use case may not import adapters or entry points, because it gets its world through ports',
  },
  'shared/adapters': {
    mayImport: ['shared/adapters', 'shared/ports.ts', 'shared/schema', 'shared/domain'],
    because: 'an adapter may import only ports, schemas and the domain, because it serves a port and knows nothing of who uses it',
  },
  functions: {
    mayImport: ['functions', 'shared/app', 'shared/adapters', 'shared/schema', 'shared/http'],
    because: 'a function only wires adapters into a handler of shared/app, because what it does must run on one machine too',
  },
  local: {
    mayImport: ['local', 'shared/app', 'shared/adapters', 'shared/schema', 'shared/http'],
    because: 'local only wires adapters into the handlers of shared/app, because the same handlers run on Lambda',
  },
  lib: {
    mayImport: ['lib', 'shared/schema', 'shared/channels/needs'],
    because: 'constructs may import only schemas and what channels need, because no code of the running system may run at deploy time',
  },
  bin: {
    mayImport: ['bin', 'lib', 'config'],
    because: 'the CDK app may import only lib and config, because it does nothing but choose stacks',
  },
  test: { mayImport: 'everything', because: '' },
  bench: { mayImport: 'everything', because: '' },
  cli: { mayImport: 'everything', because: '' },
};

interface PackageRule {
  readonly matches: RegExp;
  readonly where: readonly string[];
  readonly because: string;
}

const packageRules: readonly PackageRule[] = [
  {
    matches: /^(@aws-sdk|@smithy)\//,
    where: ['shared/adapters/aws', 'test', 'bench', 'cli'],
    because: 'only shared/adapters/aws speaks to AWS, because everything else also runs without it',
  },
  {
    matches: /^(hono|@hono\/.*)(\/|$)/,
    where: ['shared/http', 'shared/app', 'functions', 'local', 'test', 'bench'],
    because: 'only shared/http, shared/app and the entry points know the HTTP library, because everything else works without HTTP',
  },
  {
    matches: /^(aws-cdk-lib|constructs|cdk-nag)(\/|$)/,
    where: ['lib', 'bin', 'test'],
    because: 'only lib and bin know the CDK, because no running code may carry it',
  },
  {
    matches: /^(vitest|fast-check|playwright-core|rrule|temporal-polyfill|typescript)(\/|$)/,
    where: ['test', 'bench'],
    because: 'only tests use test tools, because production installs leave them out',
  },
];

const pureBuiltins = ['node:assert', 'node:buffer', 'node:path', 'node:querystring', 'node:url', 'node:util'];
const pureCryptoNames = ['hash', 'createSecretKey', 'KeyObject', 'createHash', 'createHmac', 'createVerify', 'timingSafeEqual'];
const pureCryptoPlaces = ['shared/http', 'shared/app', 'shared/ingest', 'shared/channels'];
const inputOutputPlaces = ['shared/adapters', 'local', 'lib', 'bin', 'test', 'bench', 'cli'];

export function parseSource(path: string, text: string): Source {
  const imports: Import[] = [];
  const visit = (node: ts.Node): void => {
    const found = importOf(node);
    if (found) imports.push(found);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.ESNext));
  return { path, imports };
}

function importOf(node: ts.Node): Import | undefined {
  if (ts.isImportDeclaration(node)) return { target: literal(node.moduleSpecifier), names: importedNames(node.importClause) };
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
    const clause = node.exportClause;
    return { target: literal(node.moduleSpecifier), names: clause && ts.isNamedExports(clause) ? namesOf(clause.elements) : undefined };
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return { target: literal(node.arguments[0]), names: undefined };
  }
  if (ts.isImportTypeNode(node)) {
    return { target: literal(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined), names: undefined };
  }
  return undefined;
}

function importedNames(clause: ts.ImportClause | undefined): readonly string[] | undefined {
  if (!clause) return [];
  if (clause.name) return undefined;
  return clause.namedBindings && ts.isNamedImports(clause.namedBindings) ? namesOf(clause.namedBindings.elements) : undefined;
}

function namesOf(elements: readonly (ts.ImportSpecifier | ts.ExportSpecifier)[]): readonly string[] {
  return elements.map((element) => (element.propertyName ?? element.name).text);
}

function literal(node: ts.Node | undefined): string {
  return node && ts.isStringLiteralLike(node) ? node.text : computedTarget;
}

export function importProblems(source: Source): string[] {
  return source.imports.flatMap((found) => {
    const problem = problemOf(source.path, found);
    return problem === undefined ? [] : [`${source.path} imports ${found.target}: ${problem}`];
  });
}

function problemOf(path: string, found: Import): string | undefined {
  const name = placeOf(path);
  const place = name === undefined ? undefined : places[name];
  if (!place) return `${path} lies in no known place; give it one of ${Object.keys(places).join(', ')}`;
  if (found.target === computedTarget) return place.mayImport === 'everything' ? undefined : 'a computed import cannot be checked';
  if (found.target.startsWith('.')) return relativeProblem(path, found.target, place);
  if (/^[#/]|^file:/.test(found.target)) return 'our own files are imported by relative path';
  return packageProblem(path, found);
}

function relativeProblem(path: string, target: string, place: Place): string | undefined {
  const free = place.mayImport === 'everything';
  if (!target.endsWith('.ts') && !(free && target.endsWith('.json'))) return 'relative imports end in .ts, because Node runs the sources';
  if (free) return undefined;
  const resolved = resolve(path, target);
  const allowed = place.mayImport.some((folder) => isWithin(resolved, folder) || (folder.endsWith('/needs') && isNeeds(resolved)));
  return allowed ? undefined : place.because;
}

function isNeeds(path: string): boolean {
  return /^shared\/channels\/(.*[-/])?needs\.ts$/.test(path);
}

function packageProblem(path: string, found: Import): string | undefined {
  if (isWithin(path, 'shared/domain') || path === 'shared/ports.ts') {
    return /^(luxon|re2js)$/.test(found.target) ? undefined : 'the domain and its ports use luxon and re2js and no other package';
  }
  const rule = packageRules.find(({ matches }) => matches.test(found.target));
  if (rule && !rule.where.some((folder) => isWithin(path, folder))) return rule.because;
  return builtinProblem(path, found);
}

function builtinProblem(path: string, found: Import): string | undefined {
  if (isBuiltin(found.target) && !found.target.startsWith('node:')) return `write node:${found.target}`;
  if (!found.target.startsWith('node:') || inputOutputPlaces.some((folder) => isWithin(path, folder))) return undefined;
  if (pureBuiltins.includes(found.target)) return undefined;
  if (found.target === 'node:crypto' && pureCryptoPlaces.some((folder) => isWithin(path, folder))) {
    const pure = found.names?.every((name) => pureCryptoNames.includes(name)) ?? false;
    return pure ? undefined : `only ${pureCryptoNames.join(', ')} are allowed here, by name, because randomness comes in through a port`;
  }
  return 'only adapters and local touch the machine, because everything else must run against any world given to it';
}

function placeOf(path: string): string | undefined {
  return Object.keys(places).find((folder) => isWithin(path, folder));
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function resolve(path: string, target: string): string {
  return posix.join(posix.dirname(path), target);
}

const forbiddenWords = ['util', 'utils', 'helper', 'helpers', 'manager', 'managers', 'misc'];

export function nameProblems(path: string): string[] {
  return path.split('/').flatMap((segment) => {
    const name = segment.replace(/(\.test|\.d)?\.ts$/, '');
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) return [`${path}: ${segment} is not kebab-case`];
    const word = name.split('-').find((part) => forbiddenWords.includes(part));
    return word === undefined ? [] : [`${path}: "${word}" says nothing; name the file after the thing it exports`];
  });
}

/** Each cycle once, as the files on the way round. Type imports count: a cycle of types is still one thing in two files. */
export function importCycles(sources: readonly Source[]): string[] {
  const targets = new Map(
    sources.map((source) => [
      source.path,
      source.imports.filter(({ target }) => target.startsWith('.')).map(({ target }) => resolve(source.path, target)),
    ]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) cycles.push(`files import each other in a circle: ${[...trail.slice(start), path].join(' -> ')}`);
    if (start >= 0 || done.has(path)) return;
    for (const next of targets.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of targets.keys()) walk(path, []);
  return cycles;
}
