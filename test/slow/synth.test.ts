import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const project = join(import.meta.dirname, '../..');
/** A network of one's own has nobody in it; where the machine allows none, every way out at least leads nowhere. */
const cutOff =
  spawnSync('unshare', ['-rn', 'true']).status === 0
    ? ['unshare', '-rn']
    : ['env', 'HTTPS_PROXY=http://127.0.0.1:9', 'HTTP_PROXY=http://127.0.0.1:9'];

test('the stack is put together without a network and without an account', () => {
  const out = mkdtempSync(join(tmpdir(), 'tocsin-synth-'));
  const [program, ...options] = [...cutOff, process.execPath, 'bin/run-cdk.ts', 'synth', 'prod', '-q', '--output', out];
  const start = performance.now();
  const { status, stderr } = spawnSync(program, options, {
    cwd: project,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: out, CDK_DISABLE_CLI_TELEMETRY: 'true', AWS_EC2_METADATA_DISABLED: 'true' },
  });
  console.log(`synth, ${cutOff[0] ?? ''}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(readdirSync(out)).toContain('Tocsin.template.json');
  rmSync(out, { recursive: true });
}, 120_000);
