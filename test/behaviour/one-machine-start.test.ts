import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { alarmCommand } from '../../local/first-alarm.ts';
import { greeting } from '../../local/greeting.ts';
import { parseOptions } from '../../local/options.ts';
import type { Machine } from '../../local/machine.ts';
import { inbox, pagedBySms, pass, raise, send, start, temporaryFolder } from './one-machine-world.ts';

const keyOf = ({ localKey }: Machine): string => localKey?.key ?? 'none';
const asAdmin = (machine: Machine): { headers: Record<string, string> } => ({ headers: { authorization: `Bearer ${machine.adminToken}` } });

async function configOf(machine: Machine): Promise<{ version: string; text: string }> {
  const answer = await send(machine, 'GET', '/v1/config', asAdmin(machine));
  return { version: String(answer.headers['etag']), text: answer.text };
}

const document = (person: string): string => `
settings: { catchAll: ['user:${person}'] }
services: [{ id: search, policy: default }]
policies: [{ id: default, levels: [{ targets: ['user:${person}'] }] }]
people: [{ id: ${person}, name: Somebody, contacts: [{ id: phone, channel: sms, address: '+15555550109' }] }]
`;

describe('the first start', () => {
  test('applies the example, and its key for checkout raises an alarm that reaches Ana', async () => {
    const machine = await start({ data: temporaryFolder() });
    expect(machine.localKey?.service).toBe('checkout');
    await raise(machine);
    await pass(machine, '1s');
    expect(pagedBySms(await inbox(machine))).toEqual(['ana']);
  });

  test('tells the address, the token, where the inbox is, and a command that can be pasted', async () => {
    const machine = await start();
    const text = greeting(machine, '0.4');
    for (const part of [machine.address, `${machine.address}/`, machine.adminToken, alarmCommand(machine.address, keyOf(machine))])
      expect(text).toContain(part);
    expect((await send(machine, 'GET', '/health')).status).toBe(200);
  });

  test('keeps every secret for the owner of the folder alone', async () => {
    const folder = join(temporaryFolder(), 'data');
    await start({ data: folder });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of ['admin-token', 'signing-keys', 'ingest-key-checkout'])
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  test('takes the administrator’s token from its owner, and does not store it', async () => {
    const folder = temporaryFolder();
    const machine = await start({ data: folder, adminToken: 'given-by-the-owner' });
    expect((await send(machine, 'GET', '/v1/config', asAdmin(machine))).status).toBe(200);
    expect(machine.adminToken).toBe('given-by-the-owner');
    expect(readdirSync(folder)).not.toContain('admin-token');
  });
});

describe('another start on the same folder [T-065] [T-096]', () => {
  test('knows the token, the key, the incidents and the messages of the first', async () => {
    const folder = temporaryFolder();
    const first = await start({ data: folder });
    const incident = await raise(first);
    await pass(first, '1s');
    const before = await inbox(first);
    await first.stop();

    const second = await start({ data: folder });
    expect([second.adminToken, keyOf(second)]).toEqual([first.adminToken, keyOf(first)]);
    expect((await send(second, 'GET', `/v1/incidents/${incident}`, asAdmin(second))).status).toBe(200);
    expect(await inbox(second)).toEqual(before);
  });

  test('goes on from the policy time of the first, and with what was to come', async () => {
    const folder = temporaryFolder();
    const first = await start({ data: folder });
    await raise(first);
    const { now } = await pass(first, '10m');
    await first.stop();

    const second = await start({ data: folder });
    const later = await pass(second, '6m');
    expect(later.now).toBeGreaterThanOrEqual(now + 6 * 60_000);
    expect(pagedBySms(await inbox(second)).at(-1)).toBe('ben');
  });

  test('does not make a new key where the owner revoked the first', async () => {
    const folder = temporaryFolder();
    const first = await start({ data: folder });
    const listed = await send(first, 'GET', '/v1/services/checkout/keys', asAdmin(first));
    const [, keyId] = /"keyId":"([^"]+)"/.exec(listed.text) ?? [];
    await send(first, 'DELETE', `/v1/services/checkout/keys/${keyId ?? ''}`, asAdmin(first));
    await first.stop();

    const second = await start({ data: folder });
    expect(second.localKey).toBeNull();
    expect((await send(second, 'POST', '/local/sample')).status).toBe(409);
  });
});

describe('where everything is kept is an option [T-097]', () => {
  const startWith = async (...args: string[]): Promise<Machine> => {
    const parsed = parseOptions(['--port', '0', ...args]);
    if (!parsed.ok) throw new Error(String(parsed.message));
    return start(parsed.options);
  };

  test('--data keeps it in a file of that folder', async () => {
    const folder = temporaryFolder();
    expect((await startWith('--data', folder)).folder).toBe(folder);
    expect(readdirSync(folder)).toContain('tocsin.sqlite');
  });

  test('--memory writes no file, and a second start knows nothing of the first', async () => {
    const first = await startWith('--memory');
    await raise(first);
    await pass(first, '1s');
    const second = await startWith('--memory');
    expect([first.folder, second.folder]).toEqual([null, null]);
    expect(await inbox(first)).not.toEqual([]);
    expect(await inbox(second)).toEqual([]);
  });
});

describe('a configuration file', () => {
  test('is applied in place of the example, and a key is made for its service', async () => {
    const file = join(temporaryFolder(), 'tocsin.yaml');
    writeFileSync(file, document('kim'));
    const machine = await start({ config: file });
    expect((await configOf(machine)).text).toContain('kim');
    expect(machine.localKey?.service).toBe('search');
  });

  test('is applied again only when it has changed, so that a change made by the API stays', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'tocsin.yaml');
    writeFileSync(file, document('kim'));
    const first = await start({ data: folder, config: file });
    const changed = { headers: { ...asAdmin(first).headers, 'content-type': 'application/yaml' }, body: document('lou') };
    expect((await send(first, 'PUT', '/v1/config', changed)).status).toBe(200);
    const { version } = await configOf(first);
    await first.stop();

    const second = await start({ data: folder, config: file });
    expect((await configOf(second)).version).toBe(version);
    await second.stop();

    writeFileSync(file, document('max'));
    expect((await configOf(await start({ data: folder, config: file }))).text).toContain('max');
  });

  test('that is not valid stops the start with every error and its line, and changes nothing', async () => {
    const folder = temporaryFolder();
    const first = await start({ data: folder });
    const before = await configOf(first);
    await first.stop();
    const file = join(folder, 'tocsin.yaml');
    writeFileSync(file, 'services: [{ id: checkout, policy: nowhere }]\npeople:\n  - { id: ana, nmae: Ana }\n');
    await expect(start({ data: folder, config: file })).rejects.toThrow(/line 1,[^]*line 3,/);
    expect(await configOf(await start({ data: folder }))).toEqual(before);
  });

  test('that does not exist stops the start with its name', async () => {
    await expect(start({ config: '/nowhere/tocsin.yaml' })).rejects.toThrow('/nowhere/tocsin.yaml cannot be read: it does not exist');
  });
});

describe('a start is refused [H-042]', () => {
  test('while another process has the folder, which is named', async () => {
    const folder = temporaryFolder();
    await start({ data: folder });
    await expect(start({ data: folder })).rejects.toThrow(`is in use by another Tocsin (process ${process.pid})`);
  });

  test('where the port is taken, and the folder is free again afterwards', async () => {
    const folder = temporaryFolder();
    const port = Number(new URL((await start()).address).port);
    await expect(start({ data: folder, port })).rejects.toThrow('the port is in use by another program');
    await expect(start({ data: folder })).resolves.toBeDefined();
  });

  test('where the folder is a file', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(start({ data: file })).rejects.toThrow('there is a file of this name, not a folder');
  });

  test('on a database that a newer release wrote, which stays as it is', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'tocsin.sqlite');
    const database = new DatabaseSync(path);
    database.exec('PRAGMA user_version = 4711');
    database.close();
    const before = readFileSync(path);
    await expect(start({ data: folder })).rejects.toThrow(/version 4711.*start the newer Tocsin/);
    expect(readFileSync(path).subarray(60, 64)).toEqual(before.subarray(60, 64));
  });

  test.each([
    ['clock.json', 'half a fi'],
    ['signing-keys', 'no key'],
    ['tocsin.sqlite', 'this is no database, and long enough to be looked at as one by whoever opens it'],
  ])('on a damaged %s, with its name', async (name, text) => {
    const folder = temporaryFolder();
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), text);
    await expect(start({ data: folder })).rejects.toThrow(name);
  });
});
