/**
 * How large the functions' bundles are, and how much longer than a bare Node process one takes that loads one of them: the part of a cold start that
 * is ours. Run with `npm run bench:load`.
 */
import { execFileSync } from 'node:child_process';
import { buildSync } from 'esbuild';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleOptions } from '../lib/bundle-options.ts';
import { functionEnvironments, type FunctionName } from '../shared/schema/function-environments.ts';
import { awsEnvironment } from '../test/aws-environment.ts';
import { printMachine } from './machine.ts';

const runs = 11;

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;

/** Milliseconds that a Node process takes which runs this. */
function timed(script: string): number {
  const start = performance.now();
  execFileSync(process.execPath, ['-e', script], { env: awsEnvironment });
  return performance.now() - start;
}

printMachine();
const folder = mkdtempSync(join(tmpdir(), 'tocsin-load-'));
const names = Object.keys(functionEnvironments) as FunctionName[];
for (const name of names) {
  const outfile = join(folder, `${name}.js`);
  buildSync({ ...bundleOptions(name), outfile });
  // In turn, so that both see the same machine.
  const pairs = Array.from({ length: runs }, () => ({
    bare: timed('0'),
    loaded: timed(`require(${JSON.stringify(outfile)}); process.exit(0)`),
  }));
  const bare = median(pairs.map((pair) => pair.bare));
  const loaded = median(pairs.map((pair) => pair.loaded));
  const size = (statSync(outfile).size / 1024).toFixed(0);
  console.log(
    `${name}: ${size} KB, ${(loaded - bare).toFixed(0)} ms over the ${bare.toFixed(0)} ms of a bare process (medians of ${String(runs)})`,
  );
}
rmSync(folder, { recursive: true });
