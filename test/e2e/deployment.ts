import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Emulator } from './emulator.ts';

const project = join(import.meta.dirname, '../..');

const outputs = z.object({
  Address: z.string(),
  AdminTokenSecret: z.string(),
  AlarmTopic: z.string(),
  ReplyTopic: z.string(),
  TriggerFunction: z.string(),
});

/** What the stack tells of itself. */
export type Outputs = z.output<typeof outputs>;

/** A stack in the emulator, deployed by the CDK's own command from the very assembly that a user deploys. */
export class Deployment {
  readonly #emulator: Emulator;
  readonly #folder: string;

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
    this.#folder = mkdtempSync(join(emulator.folder, 'deployment-'));
  }

  async bootstrap(): Promise<void> {
    await this.#cdk('bootstrap', `aws://000000000000/${this.#emulator.region}`);
  }

  /** Deploys, or deploys again, with what is different (see `app.ts`). */
  async deploy(different: Readonly<Record<string, string>> = {}): Promise<Outputs> {
    const file = join(this.#folder, 'outputs.json');
    const context = Object.entries(different).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    await this.#cdk('deploy', ...context, '--all', '--require-approval', 'never', '--outputs-file', file);
    return z.object({ 'tocsin-e2e': outputs }).parse(JSON.parse(readFileSync(file, 'utf8')))['tocsin-e2e'];
  }

  async destroy(): Promise<void> {
    await this.#cdk('destroy', '--all', '--force');
  }

  #cdk(...command: readonly string[]): Promise<string> {
    const cdk = join(project, 'node_modules/aws-cdk/bin/cdk');
    const app = `${process.execPath} ${join(import.meta.dirname, 'app.ts')}`;
    const all = [cdk, ...command, '--no-notices', '--app', app, '--output', join(this.#folder, 'cdk.out')];
    return new Promise((resolve, reject) => {
      execFile(
        process.execPath,
        all,
        { cwd: project, env: { ...process.env, ...this.#emulator.environment }, maxBuffer: 2 ** 26 },
        (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else reject(new Error(`cdk ${command[0] ?? ''} failed:\n${stdout.slice(-3000)}\n${stderr.slice(-3000)}`, { cause: error }));
        },
      );
    });
  }
}
