import type { BuildOptions } from 'esbuild';
import { join } from 'node:path';
import type { FunctionName } from '../shared/schema/function-environments.ts';

/**
 * One CommonJS file with everything in it, the AWS SDK too: what was tested is what runs, and a file loads faster than a folder of them.
 */
export const bundleOptions = (name: FunctionName): BuildOptions => ({
  absWorkingDir: join(import.meta.dirname, '..'),
  entryPoints: [join('functions', `${name}.ts`)],
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  minify: true,
  mainFields: ['module', 'main'],
  alias: {
    '@aws-sdk/credential-provider-node': './shared/adapters/aws/environment-credentials.ts',
    '@aws-sdk/middleware-endpoint-discovery': './shared/adapters/aws/no-endpoint-discovery.ts',
    '@smithy/core/event-streams': './shared/adapters/aws/no-event-streams.ts',
  },
  legalComments: 'none',
  logLevel: 'error',
});
