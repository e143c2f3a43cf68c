import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CannotStart } from '../../local/stop-reason.ts';
import { start, temporaryFolder } from './one-machine-world.ts';

const main = join(import.meta.dirname, '../../local/main.ts');

/** The program in a process of its own, so that one that hangs can be ended. */
function startOn(data: string): { readonly code: number | null; readonly says: string } {
  const args = ['--disable-warning=ExperimentalWarning', main, '--port', '0', '--data', data];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { timeout: 20_000, killSignal: 'SIGKILL', encoding: 'utf8' });
  return { code: status, says: stdout + stderr };
}

describe('a data folder that cannot be had ends the start at once, with one sentence that says why', () => {
  test.each([
    ['one that nobody can make', '/proc/nope', /^The data folder \/proc\/nope cannot be made: .+\.\n$/],
    ['one below such a one', '/proc/nope/deeper/still', /^The data folder \/proc\/nope\/deeper\/still cannot be made: .+\.\n$/],
    ['one that is there and takes no file', '/proc', /^The data folder \/proc cannot be written: .+\.\n$/],
  ])('%s', (_, data, sentence) => {
    const { code, says } = startOn(data);
    expect(says).toMatch(sentence);
    expect(code).toBe(1);
  });

  test('one below a file', () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const data = join(file, 'data');
    expect(startOn(data)).toEqual({ code: 1, says: `The data folder ${data} cannot be made: part of the path is a file, not a folder.\n` });
  });

  test('one that a link names and nobody made', () => {
    const link = join(temporaryFolder(), 'link');
    symlinkSync('/proc/nope', link);
    const { code, says } = startOn(join(link, 'data'));
    expect(code).toBe(1);
    expect(says).toMatch(/cannot be made: .+\.\n$/);
  });
});

test('a data folder whose store can be read and not written ends the start with one sentence too, and is free again', async () => {
  const data = temporaryFolder();
  const full = Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR' });
  const putLastSweep = (): Promise<never> => Promise.reject(new Error('the operation failed and stored nothing', { cause: full }));
  const started = start({
    data,
    around: { transports: (transports) => transports, stores: (stores) => ({ ...stores, state: { ...stores.state, putLastSweep } }) },
  });
  await expect(started).rejects.toThrow(new CannotStart(`The data folder ${data} cannot be written: database or disk is full.`));
  await expect(start({ data })).resolves.toBeDefined();
});

describe('a data folder is taken', () => {
  test('where the folders above it are missing too', async () => {
    const data = join(temporaryFolder(), 'not', 'there', 'yet');
    expect((await start({ data })).folder).toBe(data);
  });

  test('where it is a link to a folder', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'disk'));
    symlinkSync(join(folder, 'disk'), join(folder, 'link'));
    await expect(start({ data: join(folder, 'link') })).resolves.toBeDefined();
  });
});
