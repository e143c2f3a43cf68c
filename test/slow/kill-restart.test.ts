import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { describe, expect, test } from 'vitest';

const config = `
settings: { catchAll: ['user:lead'] }
services: [{ id: checkout, policy: default }]
policies: [{ id: default, levels: [{ targets: ['user:ana'] }, { delay: 15m, targets: ['user:ben'] }] }]
people:
  - { id: ana, name: Ana, contacts: [{ id: phone, channel: sms, address: '+15555550100' }], tellOutcomeBySms: true }
  - { id: ben, name: Ben, contacts: [{ id: phone, channel: sms, address: '+15555550101' }] }
  - { id: lead, name: Lee, contacts: [{ id: phone, channel: sms, address: '+15555550102' }] }
`;

interface Running {
  readonly process: ChildProcess;
  readonly address: string;
  readonly key: string;
}

/** The server was killed before it could answer. */
class Killed extends Error {}

/** Starts the server, to be killed at the point; rejects with `Killed` when that comes before it is ready. */
function start(folder: string, configFile: string, point: number): Promise<Running> {
  const main = join(import.meta.dirname, 'crash-main.ts');
  const server = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, folder, configFile, String(point)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    createInterface({ input: server.stdout }).once('line', (line) => {
      const [, address = '', key = ''] = line.split(' ');
      resolve({ process: server, address, key });
    });
    server.once('exit', (code, signal) => {
      reject(signal === 'SIGKILL' ? new Killed() : new Error(`the server ended by itself with ${code ?? '?'}`));
    });
  });
}

const ended = (server: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (server.exitCode !== null || server.signalCode !== null) resolve();
    else
      server.once('exit', () => {
        resolve();
      });
  });

const inboxSchema = z.object({
  messages: z.array(
    z.object({ kind: z.string(), person: z.string(), to: z.string(), notificationId: z.string().nullable(), code: z.string().nullable() }),
  ),
});
type Message = z.infer<typeof inboxSchema>['messages'][number];

/** A server that was once killed, if the point was ever reached; it is started again as often as it must be. */
class Survivor {
  readonly #folder: string;
  readonly #config: string;
  #point: number;
  #running: Running | null = null;
  killed = false;

  constructor(folder: string, configFile: string, point: number) {
    this.#folder = folder;
    this.#config = configFile;
    this.#point = point;
  }

  async #server(): Promise<Running> {
    try {
      this.#running ??= await start(this.#folder, this.#config, this.#point);
      return this.#running;
    } catch (cause) {
      if (!(cause instanceof Killed)) throw cause;
      this.#forget();
      return this.#server();
    }
  }

  #forget(): void {
    this.killed = true;
    this.#point = 0;
    this.#running = null;
  }

  /** Asks as a client does: when the server goes away, the same question again. */
  async ask(path: string, body?: object): Promise<unknown> {
    const server = await this.#server();
    try {
      const headers = { authorization: `Bearer ${server.key}`, 'content-type': 'application/json', 'idempotency-key': `once${path}` };
      const response = await fetch(
        server.address + path,
        body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) },
      );
      const answer: unknown = await response.json();
      if (!response.ok) throw new Error(`${path} was answered ${response.status}`);
      return answer;
    } catch (cause) {
      if (this.killed || !(cause instanceof TypeError)) throw cause;
      await ended(server.process);
      this.#forget();
      return this.ask(path, body);
    }
  }

  async messages(): Promise<readonly Message[]> {
    return inboxSchema.parse(await this.ask('/local/inbox')).messages;
  }

  async end(): Promise<void> {
    const server = this.#running?.process;
    if (server === undefined) return;
    server.kill('SIGKILL');
    await ended(server);
  }
}

/** One night: an alarm, nobody answers, Ben is paged, answers, and Ana hears of it. */
async function night(server: Survivor): Promise<readonly Message[]> {
  await server.ask('/v1/events', { title: 'disk full', severity: 'critical', dedupKey: 'disk' });
  await server.ask('/local/clock', { advance: '1s' });
  if (!(await server.messages()).some(({ person }) => person === 'ana')) throw new Error('Ana was not paged at once');
  await server.ask('/local/clock', { advance: '14m50s' });
  await server.ask('/local/clock', { advance: '10s' });
  const page = (await server.messages()).find(({ person }) => person === 'ben');
  if (typeof page?.code !== 'string') throw new Error('Ben was not paged');
  await server.ask('/local/sms', { from: page.to, text: page.code });
  await server.ask('/local/clock', { advance: '2s' });
  return server.messages();
}

async function nightWithCrashAt(point: number): Promise<{ killed: boolean; messages: readonly Message[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-kill-'));
  const configFile = join(folder, 'tocsin.yaml');
  writeFileSync(configFile, config);
  const server = new Survivor(folder, configFile, point);
  try {
    return { messages: await night(server), killed: server.killed };
  } finally {
    await server.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

const told = (messages: readonly Message[]): readonly string[] =>
  [...new Set(messages.map(({ kind, person }) => `${kind} ${person}`))].toSorted();

function duplicates(messages: readonly Message[]): number {
  return messages.length - new Set(messages.map(({ notificationId }) => notificationId)).size;
}

describe('a server that is killed', () => {
  test('at any point of a night, pages whom it would have paged, at most one of them twice', { timeout: 600_000 }, async () => {
    const undisturbed = await nightWithCrashAt(0);
    expect(told(undisturbed.messages)).toEqual(['outcome ana', 'page ana', 'page ben']);
    expect(duplicates(undisturbed.messages)).toBe(0);

    let points = 0;
    for (let killed = true; killed;) {
      const [one, other] = await Promise.all([nightWithCrashAt(points + 1), nightWithCrashAt(points + 2)]);
      for (const outcome of [one, other]) {
        expect.soft({ point: points + 1, told: told(outcome.messages) }).toEqual({ point: points + 1, told: told(undisturbed.messages) });
        expect.soft(duplicates(outcome.messages), `duplicates at point ${points + 1}`).toBeLessThanOrEqual(1);
        if (outcome.killed) points += 1;
      }
      killed = other.killed;
    }
    expect(points).toBeGreaterThan(40);
  });
});
