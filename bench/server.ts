import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';

/** A server in a process of its own, with a data folder of its own. */
export interface Server {
  readonly port: number;
  readonly token: string;
  /** The data folder. */
  readonly folder: string;
  readonly child: ChildProcess;
  /** How long it took from the start of the process to the first `/health` that was 200. */
  readonly healthyAfterMs: number;
}

interface Options {
  /** The configuration document. */
  readonly document: string;
  /** `observed`: with an IPC channel that tells when messages were handed over. */
  readonly entry: 'main' | 'observed';
  /** How many times as fast time passes there; 1 unless given. */
  readonly speed?: number;
}

/** What a process has used so far. */
interface Usage {
  readonly cpuMs: number;
  readonly rssMb: number;
}

const root = join(import.meta.dirname, '..');
const entries = { main: 'local/main.ts', observed: 'bench/observed-main.ts' } as const;
const token = 'bench-administrator-token-of-this-machine';
const healthyWithinMs = 20_000;
const stopWithinMs = 15_000;
/** Linux counts processor time in hundredths of a second. */
const tickMs = 10;

/** A folder to give to `--cpu-prof-dir` of the servers: `-- --cpu-prof DIR` on the command line. */
const profile = process.argv.indexOf('--cpu-prof');
const profileFolder = profile < 0 ? undefined : process.argv[profile + 1];

/** The options of Node that `npm start` gives to `local/main.ts`. */
function startOptions(): readonly string[] {
  const { scripts } = z
    .object({ scripts: z.object({ start: z.string() }) })
    .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  const command = /&& exec node (.*) local\/main\.ts$/.exec(scripts.start)?.[1];
  if (command === undefined) throw new Error('the script "start" does not end with the start of local/main.ts');
  return command.split(' ');
}

/** Ends this process, and with it what it started, when it takes longer than it may. */
export function boundTo(seconds: number): void {
  setTimeout(() => {
    console.error(`Not done after ${seconds} s: given up.`);
    process.exit(1);
  }, seconds * 1000).unref();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
}

/** Starts a server on an empty data folder, and stops it and removes the folder whatever happens. */
export async function withServer<T>({ document, entry, speed = 1 }: Options, use: (server: Server) => Promise<T>): Promise<T> {
  const place = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
  const config = join(place, 'config.json');
  const folder = join(place, 'data');
  const port = await freePort();
  writeFileSync(config, document);
  const profiling = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  const begin = performance.now();
  const child = spawn(
    process.execPath,
    [...startOptions(), ...profiling, entries[entry], '--port', `${port}`, '--data', folder, '--config', config, '--speed', `${speed}`],
    {
      cwd: root,
      env: { ...process.env, TOCSIN_ADMIN_TOKEN: token },
      stdio: ['ignore', 'ignore', 'inherit', ...(entry === 'observed' ? (['ipc'] as const) : [])],
    },
  );
  const cleanUp = (): void => {
    child.kill('SIGKILL');
    rmSync(place, { recursive: true, force: true });
  };
  process.on('exit', cleanUp);
  try {
    await healthy(child, port);
    return await use({ port, token, folder, child, healthyAfterMs: performance.now() - begin });
  } finally {
    await stopped(child);
    process.off('exit', cleanUp);
    cleanUp();
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (typeof address !== 'object' || address === null) throw new Error('there is no free port');
  return address.port;
}

async function healthy(child: ChildProcess, port: number): Promise<void> {
  const end = performance.now() + healthyWithinMs;
  while (performance.now() < end && child.exitCode === null) {
    const status = await fetch(`http://127.0.0.1:${port}/health`).then(
      (response) => response.status,
      () => null,
    );
    if (status === 200) return;
    await pause(5);
  }
  throw new Error(
    child.exitCode === null ? 'the server does not become healthy' : `the server ended at once (exit code ${child.exitCode})`,
  );
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await Promise.race([ended, pause(stopWithinMs, undefined, { ref: false })]);
}

/** What the process has used so far, as Linux tells it; elsewhere not a number. */
export function usageOf({ child }: Server): Usage {
  const read = (name: string): string => {
    try {
      return readFileSync(`/proc/${child.pid ?? 0}/${name}`, 'utf8');
    } catch {
      return '';
    }
  };
  const stat = read('stat');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const rss = /^VmRSS:\s*(\d+) kB$/m.exec(read('status'));
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * tickMs, rssMb: Number(rss?.[1]) / 1024 };
}
