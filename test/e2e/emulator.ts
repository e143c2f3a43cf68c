import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import * as z from 'zod';
import { freePort } from './free-port.ts';
import { emulatorPython } from './install-emulator.ts';

const run = promisify(execFile);

const project = join(import.meta.dirname, '../..');

export interface Emulator {
  readonly endpoint: string;
  readonly region: string;
  /** For what belongs to it; it goes with it. */
  readonly folder: string;
  /** What a client or the CDK needs in its environment to talk to it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Kills the processes that run functions at this moment; how many there were. */
  killFunctions(): Promise<number>;
  /** What functions were allowed so far: role, action, resource. Only where roles are enforced. */
  allowed(): readonly (readonly [role: string, action: string, resource: string])[];
  /** Every call of a service so far, in order: service, operation, body. */
  asked(): readonly (readonly [service: string, operation: string, body: string])[];
  stop(): Promise<void>;
}

const line = z.tuple([z.string(), z.string(), z.string()]);

interface Options {
  /** Functions may do what their roles say and nothing else. The emulator then speaks TLS, with a certificate that this process is made to trust. */
  readonly enforceRoles?: boolean;
}

async function once(what: string, server: ChildProcess, look: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`the emulator ended with ${String(server.exitCode)}`);
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the emulator has no ${what}`);
}

async function isHealthy(endpoint: string): Promise<boolean> {
  const answer = await fetch(`${endpoint}/_ministack/health`).catch(() => null);
  return answer?.ok === true;
}

/** Starts an emulator of one's own on loopback. It ends with `stop`, or with this process. */
export async function startEmulator({ enforceRoles = false }: Options = {}): Promise<Emulator> {
  const port = await freePort();
  const scratch = mkdtempSync(join(tmpdir(), 'tocsin-emulator-'));
  const certificate = join(scratch, 'ministack-tls/server.crt');
  const endpoint = `${enforceRoles ? 'https' : 'http'}://127.0.0.1:${String(port)}`;
  // Its own environment reaches the functions that it runs, so it gets a clean one.
  const server = spawn(emulatorPython, [join(import.meta.dirname, 'emulator.py')], {
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
      ...(enforceRoles ? { AUTH: 'true', USE_SSL: '1' } : {}),
    },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  if (enforceRoles) {
    await once('certificate', server, () => existsSync(certificate) && readFileSync(certificate, 'utf8').includes('-----END'));
    setDefaultCACertificates([...getCACertificates('default'), readFileSync(certificate, 'utf8')]);
  }
  await once('answer', server, () => isHealthy(endpoint));
  const written = (file: string) =>
    readFileSync(join(scratch, file), 'utf8')
      .trimEnd()
      .split('\n')
      .map((json) => line.parse(JSON.parse(json)));
  return {
    endpoint,
    region: 'us-east-1',
    folder: scratch,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      ...(enforceRoles ? { NODE_EXTRA_CA_CERTS: certificate, AWS_CA_BUNDLE: certificate } : {}),
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
    allowed: () => written('allowed.jsonl'),
    asked: () => written('asked.jsonl'),
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
