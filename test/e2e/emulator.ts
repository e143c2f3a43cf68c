import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { emulatorPython } from './install-emulator.ts';

const run = promisify(execFile);

const project = join(import.meta.dirname, '../..');

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
  /** Kills the processes that run functions at this moment; how many there were. */
  killFunctions(): Promise<number>;
  stop(): Promise<void>;
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
  const port = await freePort();
  const scratch = mkdtempSync(join(tmpdir(), 'tocsin-emulator-'));
  const endpoint = `http://127.0.0.1:${String(port)}`;
  // Its own environment reaches the functions that it runs, so it gets a clean one.
  const server = spawn(emulatorPython, ['-c', launcher], {
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
      const pids = found.stdout.split('\n').filter((line) => line !== '');
      for (const pid of pids) {
        try {
          process.kill(Number(pid), 'SIGKILL');
        } catch {
          // It has ended by itself.
        }
      }
      return pids.length;
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
