import type { BuildOptions } from 'esbuild';
import { join } from 'node:path';
import type { FunctionName } from '../shared/schema/function-environments.ts';

/** A package that is asked for when a calendar is imported, and never else: it lies beside the file, and costs no cold start anything. */
const calendarLibrary = 'ical.js';

/** What lies beside the file of a function, by its place there: the file of this project that it is a copy of. */
export const besideOf = (name: FunctionName): Readonly<Record<string, string>> =>
  name === 'api'
    ? {
        [`node_modules/${calendarLibrary}/index.js`]: join(import.meta.dirname, `../node_modules/${calendarLibrary}/dist/ical.es5.min.cjs`),
      }
    : {};

/**
 * One CommonJS file with everything in it, the AWS SDK too: what was tested is what runs, and a file loads faster than a folder of them.
 */
export const bundleOptions = (name: FunctionName): BuildOptions => ({
  absWorkingDir: join(import.meta.dirname, '..'),
  entryPoints: [join('functions', `${name}.ts`)],
  bundle: true,
  external: [calendarLibrary],
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  minify: true,
  mainFields: ['module', 'main'],
  alias: {
    '@aws-sdk/credential-provider-node': './shared/adapters/aws/environment-credentials.ts',
    '@aws-sdk/middleware-endpoint-discovery': './shared/adapters/aws/no-endpoint-discovery.ts',
    '@smithy/core/event-streams': './shared/adapters/aws/no-event-streams.ts',
    'node:fs/promises': './shared/adapters/aws/no-setting-files.ts',
  },
  legalComments: 'none',
  logLevel: 'error',
});
