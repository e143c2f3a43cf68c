import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const main = join(import.meta.dirname, '../../local/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'tocsin-signals-'));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly process: ChildProcess;
  /** What it has printed once `text` stands in it. */
  readonly prints: (text: string) => Promise<string>;
  readonly ended: Promise<{ code: number | null; output: string; errors: string }>;
}

const tocsin = (...args: readonly string[]): Run => run(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args]);

/** In a process group of its own, as a terminal gives one to a command. */
function run(command: string, args: readonly string[]): Run {
  const child = spawn(command, args, { cwd: join(main, '../..'), stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const prints = (text: string): Promise<string> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (output.includes(text)) resolve(output);
      };
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        look();
      });
      look();
    });
  const ended = new Promise<{ code: number | null; output: string; errors: string }>((resolve) => {
    child.on('close', (code) => {
      resolve({ code, output, errors });
    });
  });
  return { process: child, prints, ended };
}

const shell = (command: string): Promise<string> =>
  new Promise((resolve) => {
    const child = spawn('bash', ['-c', command], { stdio: ['ignore', 'pipe', 'ignore'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('close', () => {
      resolve(output);
    });
  });

const readGreeting = (greeting: string) => ({
  address: /http:\/\/127\.0\.0\.1:\d+/.exec(greeting)?.[0] ?? '',
  key: /Bearer ([A-Za-z0-9]{32})/.exec(greeting)?.[1] ?? '',
});

/** Settles when no request is taken any more. */
async function refusals(address: string): Promise<void> {
  for (;;) {
    try {
      await fetch(`${address}/health`);
    } catch {
      return;
    }
  }
}

describe('the program', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('prints a command that works when pasted, and ends well on %s', async (signal) => {
    const running = tocsin('--port', '0', '--data', join(folder, signal));
    const greeting = await running.prints('Ctrl-C stops');
    const command = greeting.split('\n').find((line) => line.trim().startsWith('curl')) ?? 'false';
    expect(await shell(command)).toContain('"outcome":"created"');
    running.process.kill(signal);
    expect(await running.ended).toMatchObject({ code: 0, errors: '' });
  });

  test('ends well when it is npm that is told to stop, and nothing of it stays behind', async () => {
    const running = run('npm', ['start', '--', '--port', '0', '--memory']);
    const { address } = readGreeting(await running.prints('Ctrl-C stops'));
    expect((await fetch(`${address}/health`)).status).toBe(200);
    running.process.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 0, errors: '' });
    await expect(fetch(`${address}/health`)).rejects.toThrow();
  });

  test('ends the running request first when Ctrl-C is pressed, which reaches it from the terminal and from npm', async () => {
    const running = run('npm', ['start', '--', '--port', '0', '--memory']);
    const { address, key } = readGreeting(await running.prints('Ctrl-C stops'));
    const body = JSON.stringify({ title: 'disk full' });
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'content-length': body.length };
    const outgoing = request(`${address}/v1/events`, { method: 'POST', headers });
    const answered = new Promise((resolve, reject) => {
      outgoing.on('response', (incoming) => {
        incoming.resume();
        resolve(incoming.statusCode);
      });
      outgoing.on('error', reject);
    });
    await new Promise((resolve) => outgoing.write(body.slice(0, 5), resolve));
    expect((await fetch(`${address}/health`)).status).toBe(200);
    process.kill(-(running.process.pid ?? 0), 'SIGINT');
    await expect(refusals(address)).resolves.toBeUndefined();
    outgoing.end(body.slice(5));
    expect(await answered).toBe(202);
    expect(await running.ended).toMatchObject({ code: 0, errors: '' });
  });

  test('leaves a folder that another one has, says who has it, and takes it from one that was killed', async () => {
    const first = tocsin('--port', '0', '--data', join(folder, 'shared'));
    await first.prints('Ctrl-C stops');
    const second = await tocsin('--port', '0', '--data', join(folder, 'shared')).ended;
    expect(second.code).toBe(1);
    expect(second.errors).toContain(`in use by another Tocsin (process ${String(first.process.pid)})`);

    first.process.kill('SIGKILL');
    await first.ended;
    const third = tocsin('--port', '0', '--data', join(folder, 'shared'));
    await third.prints('Ctrl-C stops');
    const fourth = await tocsin('--port', '0', '--data', join(folder, 'shared')).ended;
    expect(fourth.code).toBe(1);
    expect(fourth.errors).toContain(`in use by another Tocsin (process ${String(third.process.pid)})`);
    third.process.kill('SIGTERM');
    expect((await third.ended).code).toBe(0);
  });

  test('refuses what it does not understand before it touches anything', async () => {
    expect(await tocsin('--colour', 'red').ended).toMatchObject({ code: 2, output: '' });
    const live = await tocsin('--live', 'pigeon').ended;
    expect([live.code, live.errors.split('\n')[0]]).toEqual([
      2,
      '--live needs one or more of webhook, slack, smtp, with commas between them.',
    ]);
  });

  test('prints what is wrong with a configuration, by line, without a stack', async () => {
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, 'people:\n  - { id: ana, nmae: Ana }\n');
    const { code, errors } = await tocsin('--port', '0', '--memory', '--config', file).ended;
    expect(code).toBe(1);
    expect(errors).toMatch(/line 2/);
    expect(errors).not.toMatch(/\bat .*\.ts:/);
  });
});

describe('the demo', () => {
  test('plays its story to the end and says that all went well', async () => {
    const demo = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(main, '../demo.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    demo.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    expect(await new Promise((resolve) => demo.on('close', resolve))).toBe(0);
    for (const part of ['SMS to ana', 'SMS to ben', 'acknowledged by user:ben', 'resolved by user:ben']) expect(output).toContain(part);
  });
});
