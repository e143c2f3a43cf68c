import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** How long a program may take until it is ready, and until it has ended when asked to; then it is killed. */
const startMs = 30_000;
const endMs = 5_000;

/** What a test has started, and ends. */
export class Processes {
  readonly #running: ChildProcess[] = [];

  /** Starts a program and waits until what it writes matches. Rejects with all it wrote when it ends before, or takes over 30 s. */
  async start(program: string, args: readonly string[], ready: RegExp): Promise<{ match: RegExpExecArray; process: ChildProcess }> {
    const started = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#running.push(started);
    const match = await new Promise<RegExpExecArray>((resolve, reject) => {
      let written = '';
      const fail = (): void => {
        reject(new Error(`${args.join(' ')} did not get ready:\n${written}`));
      };
      const timer = setTimeout(fail, startMs);
      const read = (chunk: Buffer): void => {
        written += chunk.toString();
        const found = ready.exec(written);
        if (found === null) return;
        clearTimeout(timer);
        resolve(found);
      };
      started.stdout.on('data', read);
      started.stderr.on('data', read);
      started.once('error', reject);
      started.once('exit', fail);
    });
    return { match, process: started };
  }

  async end(): Promise<void> {
    await Promise.all(this.#running.splice(0).map(endOf));
  }
}

async function endOf(process: ChildProcess): Promise<void> {
  if (process.pid === undefined || process.exitCode !== null || process.signalCode !== null) return;
  const exit = once(process, 'exit');
  const timer = setTimeout(() => process.kill('SIGKILL'), endMs);
  process.kill('SIGTERM');
  await exit;
  clearTimeout(timer);
}
