import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionName } from '../shared/schema/function-environments.ts';
import { besideOf, bundleOptions } from './bundle-options.ts';

/** The code of a function, bundled while the stack is put together. */
export const codeOf = (name: FunctionName): Code =>
  Code.fromAsset(join(import.meta.dirname, '../functions'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never started: the bundle is made by this very process.
      image: DockerImage.fromRegistry('none'),
      // What is bundled before with the same settings is taken again: this tells one function from another.
      command: [name],
      local: {
        tryBundle(folder) {
          buildSync({ ...bundleOptions(name), outfile: join(folder, 'index.js') });
          for (const [place, source] of Object.entries(besideOf(name))) cpSync(source, join(folder, place));
          return true;
        },
      },
    },
  });
