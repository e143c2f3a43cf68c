import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const production = ['shared/**/*.ts', 'local/**/*.ts', 'functions/**/*.ts', 'lib/**/*.ts', 'bin/**/*.ts', 'cli/**/*.ts'];
const configFiles = ['*.config.ts', '*.config.js'];

// Time, chance and the environment are arguments. Only shared/adapters/node and local may ask the machine for them.
const askPort = 'Take it from a port or as an argument: time, ids, chance and the environment come in from outside.';
const timers = ['setTimeout', 'setInterval', 'setImmediate'];
const ambientGlobals = [...timers, 'performance', 'globalThis', 'global'].map((name) => ({ name, message: askPort }));
const ambientProperties = [
  ['Math', 'random'],
  ['Date', 'now'],
  ['process', 'env'],
  ['process', 'hrtime'],
  ['crypto', 'randomUUID'],
  ['crypto', 'getRandomValues'],
  ['DateTime', 'now'],
].map(([object, property]) => ({ object, property, message: askPort }));
const randomFunctions = ['randomUUID', 'randomBytes', 'randomInt', 'randomFill', 'randomFillSync', 'getRandomValues', 'webcrypto'];
const ambientImports = [
  ...['node:crypto', 'crypto'].map((name) => ({ name, importNames: randomFunctions, message: askPort })),
  ...['node:timers', 'timers', 'node:timers/promises', 'timers/promises'].map((name) => ({ name, message: askPort })),
  ...['node:perf_hooks', 'perf_hooks', 'node:process', 'process'].map((name) => ({ name, message: askPort })),
];
const ambientSyntax = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: askPort },
  { selector: "CallExpression[callee.name='Date']", message: askPort },
  { selector: "CallExpression[callee.object.name='DateTime'][callee.property.name='utc'][arguments.length=0]", message: askPort },
  {
    selector: "CallExpression[callee.object.name='DateTime'][callee.property.name='local']",
    message: 'The zone of the machine means nothing.',
  },
  { selector: 'CallExpression[callee.property.name=/^(diffNow|toRelative|toRelativeCalendar)$/]', message: askPort },
];

const pureMessage = 'The domain is pure and synchronous: what it needs comes in as an argument.';
const pureGlobals = ['Date', 'fetch', 'process', 'crypto', 'console', 'queueMicrotask'].map((name) => ({ name, message: pureMessage }));
const pureImports = { regex: '^(?!\\.{1,2}/|luxon$|re2js$)', message: 'The domain imports only itself, luxon and re2js.' };

export default defineConfig(
  { ignores: ['node_modules/', 'data/', 'coverage/', 'cdk.out/', '.ci-out/', '.emulator/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/prefer-nullish-coalescing': 'error',
      '@typescript-eslint/prefer-optional-chain': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false }],
      eqeqeq: 'error',
      'no-restricted-exports': [
        'error',
        { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true } },
      ],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly' } },
  },
  { files: configFiles, rules: { 'no-restricted-exports': 'off' } },
  {
    files: production,
    rules: {
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      complexity: ['error', { max: 12, variant: 'modified' }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['shared/**/*.ts', 'functions/**/*.ts'],
    ignores: ['shared/adapters/node/**'],
    rules: {
      'no-restricted-globals': ['error', ...ambientGlobals],
      'no-restricted-properties': ['error', ...ambientProperties],
      'no-restricted-imports': ['error', { paths: ambientImports }],
      'no-restricted-syntax': ['error', ...ambientSyntax],
    },
  },
  {
    // Each is a composition root: what a function finds in its environment comes in here.
    files: ['functions/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...ambientProperties.filter(({ object, property }) => object !== 'process' || property !== 'env'),
      ],
    },
  },
  {
    files: ['shared/domain/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...ambientGlobals, ...pureGlobals],
      'no-restricted-imports': ['error', { patterns: [pureImports] }],
      'no-restricted-syntax': [
        'error',
        ...ambientSyntax,
        { selector: ':function[async=true]', message: pureMessage },
        { selector: 'AwaitExpression', message: pureMessage },
        { selector: 'ImportExpression', message: pureMessage },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
