import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** An emulator of AWS that deploys a CDK assembly and runs Node functions as processes; MIT, from PyPI. */
const version = '1.5.33';
const folder = join(import.meta.dirname, '../../.emulator', version);

/** The Python that has the emulator. */
export const emulatorPython = join(folder, 'bin/python');

/** Installs the emulator into a folder of its own, once and before all tests. Throws with what pip said. */
export async function setup(): Promise<void> {
  const done = join(folder, 'installed');
  if (existsSync(done)) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await run('python3', ['-m', 'venv', folder]);
  await run(emulatorPython, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `ministack==${version}`]);
  mkdirSync(done);
}
