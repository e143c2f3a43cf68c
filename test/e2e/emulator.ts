import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** An emulator of AWS that deploys a CDK assembly and runs Node functions as processes; MIT, from PyPI. */
const emulatorVersion = '1.5.33';
const project = join(import.meta.dirname, '../..');
const folder = join(project, '.emulator', emulatorVersion);

// Schedules are looked at every second instead of every ten: a test should not wait longer than a person would.
const launcher = `
import ministack.services.scheduler as scheduler
scheduler._SCHEDULE_TICK_INTERVAL = 1
from ministack.app import main
main()
`;

export interface Emulator {
  readonly endpoint: string;
  readonly region: string;
  /** What a client or the CDK needs in its environment to talk to it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Kills the processes that run functions at this moment. */
  killFunctions(): Promise<void>;
  stop(): Promise<void>;
}

/** Installs the emulator into a folder of its own, once. Throws with what pip said. */
async function install(): Promise<string> {
  const python = join(folder, 'bin/python');
  const done = join(folder, 'installed');
  if (existsSync(done)) return python;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await run('python3', ['-m', 'venv', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `ministack==${emulatorVersion}`]);
  mkdirSync(done);
  return python;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    });
  });
}

async function healthy(endpoint: string, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`the emulator ended with ${String(server.exitCode)}`);
    const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => null);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the emulator does not answer');
}

/** Starts an emulator of one's own on loopback. */
export async function startEmulator(): Promise<Emulator> {
  const python = await install();
  const port = await freePort();
  const scratch = mkdtempSync(join(tmpdir(), 'tocsin-emulator-'));
  const endpoint = `http://127.0.0.1:${String(port)}`;
  // Its own environment reaches the functions that it runs, so it gets a clean one.
  const server = spawn(python, ['-c', launcher], {
    cwd: scratch,
    env: {
      PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
      HOME: scratch,
      TMPDIR: scratch,
      GATEWAY_PORT: String(port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      TZ: 'UTC',
      NODE_NO_WARNINGS: '1',
      NODE_PATH: join(project, 'node_modules'),
    },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  await healthy(endpoint, server);
  return {
    endpoint,
    region: 'us-east-1',
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
    },
    async killFunctions() {
      const found = await run('pgrep', ['-P', String(server.pid)]).catch(() => ({ stdout: '' }));
      for (const pid of found.stdout.split('\n').filter((line) => line !== '')) {
        try {
          process.kill(Number(pid), 'SIGKILL');
        } catch {
          // It has ended by itself.
        }
      }
    },
    async stop() {
      if (server.exitCode === null && server.signalCode === null) {
        const ended = new Promise((resolve) => server.once('exit', resolve));
        server.kill('SIGTERM');
        await ended;
      }
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}
