import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeRandom } from '../../shared/adapters/node/random.ts';
import { openSecrets } from '../../shared/adapters/node/secrets.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tocsin-'));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return path;
}

const open = (path: string | null, environment: Record<string, string> = {}) =>
  openSecrets({ folder: path, adminToken: 'token', random: makeRandom(), environment });

describe('a secret by its name', () => {
  test('is the environment variable, else the file of the data folder, as they are now', async () => {
    const path = folder();
    const secrets = open(path, { TOCSIN_SECRET_OPS: ' from the environment\n' });
    expect(await secrets.named('OPS')).toBe('from the environment');
    expect(await secrets.named('SIREN')).toBeNull();
    for (const text of ['first\n', 'second\n']) {
      writeFileSync(join(path, 'secrets', 'SIREN'), text);
      expect(await secrets.named('SIREN')).toBe(text.trim());
    }
    writeFileSync(join(path, 'secrets', 'SIREN'), ' \n');
    expect(await secrets.named('SIREN')).toBeNull();
    writeFileSync(join(path, 'secrets', 'OPS'), 'from the file');
    expect(await secrets.named('OPS')).toBe('from the environment');
  });

  test('never leaves its folder, and a fault is no absence', async () => {
    const path = folder();
    const secrets = open(path);
    writeFileSync(join(path, 'admin-token'), 'not to be named');
    for (const name of ['../admin-token', '..', '.', '', 'a/b', '/etc/hostname', 'a\0', 'a'.repeat(65)]) {
      expect(await secrets.named(name), name).toBeNull();
    }
    mkdirSync(join(path, 'secrets', 'BROKEN'));
    await expect(secrets.named('BROKEN')).rejects.toThrow('cannot be read');
  });

  test('signs webhooks from the first start on: one is made, for its owner alone, and kept', async () => {
    const path = folder();
    const made = await open(path).named('WEBHOOK_SIGNING');
    const file = join(path, 'secrets', 'WEBHOOK_SIGNING');
    expect(readFileSync(file, 'utf8').trim()).toBe(made);
    expect([statSync(file).mode & 0o777, statSync(join(path, 'secrets')).mode & 0o777]).toEqual([0o600, 0o700]);
    expect(await open(path).named('WEBHOOK_SIGNING')).toBe(made);
    expect(made).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(() => new Webhook(made ?? '')).not.toThrow();
    expect(await open(path, { TOCSIN_SECRET_WEBHOOK_SIGNING: 'whsec_AAAA' }).named('WEBHOOK_SIGNING')).toBe('whsec_AAAA');
  });

  test('in memory lives as long as the process', async () => {
    const secrets = open(null, { TOCSIN_SECRET_OPS: 'x' });
    expect([await secrets.named('OPS'), await secrets.named('SIREN')]).toEqual(['x', null]);
    expect(await secrets.named('WEBHOOK_SIGNING')).toBe(await secrets.named('WEBHOOK_SIGNING'));
    expect(await secrets.named('WEBHOOK_SIGNING')).not.toBe(await open(null).named('WEBHOOK_SIGNING'));
  });
});
