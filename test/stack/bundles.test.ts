import { build, buildSync } from 'esbuild';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { besideOf, bundleOptions } from '../../lib/bundle-options.ts';
import type { readCalendar } from '../../shared/app/calendar-import.ts';
import { defaultProvider } from '../../shared/adapters/aws/environment-credentials.ts';
import { readFile } from '../../shared/adapters/aws/no-setting-files.ts';
import type { FunctionName } from '../../shared/schema/function-environments.ts';

const most: readonly (readonly [FunctionName, number])[] = [
  ['trigger', 500 * 1024],
  ['ack', 500 * 1024],
  ['resolve', 500 * 1024],
  ['reply', 800 * 1024],
  ['sweep', 500 * 1024],
  ['escalate', 800 * 1024],
  ['api', 800 * 1024],
];

describe('the bundle of a function', () => {
  it.each(most)('%s has at most %d bytes, with nothing that is to be found elsewhere', async (name, bytes) => {
    const { metafile, outputFiles } = await build({ ...bundleOptions(name), write: false, metafile: true });
    const [output] = Object.values(metafile.outputs);
    const inside = Object.keys(output?.inputs ?? {});
    expect(output?.bytes).toBeLessThanOrEqual(bytes);
    const outside = output?.imports.flatMap(({ external, path }) => (external === true && !isBuiltin(path) ? [path] : []));
    expect([...new Set(outside)].map((path) => `node_modules/${path}/index.js`)).toEqual(Object.keys(besideOf(name)));
    expect(inside).toContain(`functions/${name}.ts`);
    expect(inside.filter((path) => /credential-provider-(node|sso|ini|process|web-identity|http)\//.test(path))).toEqual([]);
    expect(inside.filter((path) => /aws-cdk|vitest|fast-check|xray|zod\/v4\/classic/.test(path))).toEqual([]);
    expect(output?.imports.map(({ path }) => path)).not.toContain('node:fs/promises');
    // Read as CommonJS, as Lambda does.
    expect(() => void runInNewContext(`(function (exports, require, module) {${outputFiles[0]?.text ?? ''}\n})`)).not.toThrow();
  });
});

describe('what lies beside the bundle of the API', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-bundle-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('is what it imports a calendar with', () => {
    const file = join(folder, 'index.js');
    buildSync({ ...bundleOptions('api'), entryPoints: ['shared/app/calendar-import.ts'], outfile: file });
    for (const [place, source] of Object.entries(besideOf('api'))) cpSync(source, join(folder, place));
    const calendar = ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'SUMMARY:ana', 'DTSTART:20260302T080000Z', 'DURATION:P7D', 'RRULE:FREQ=WEEKLY'];
    const bundled = createRequire(file)(file) as { readCalendar: typeof readCalendar };
    const ana = {
      id: 'ana',
      name: 'Ana',
      zone: null,
      contacts: [],
      rules: [],
      tellOutcomeBySms: false,
      handoffNotices: [],
      calendarLink: 1,
    };
    const now = Date.parse('2026-03-02T12:00Z');
    const read = bundled.readCalendar([...calendar, 'END:VEVENT', 'END:VCALENDAR'].join('\r\n'), {
      schedule: null,
      people: [ana],
      zone: 'UTC',
      now,
    });
    expect(read).toMatchObject({ ok: true, imported: { from: '2026-03-02T08:00:00Z', shifts: 105 } });
  });
});

describe('the credentials of a function', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('are those in its environment', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'session');
    expect(await defaultProvider()()).toMatchObject({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' });
  });

  it('are looked for nowhere else', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_PROFILE', 'somebody');
    await expect(defaultProvider()()).rejects.toThrow('Unable to find environment variable credentials');
  });
});

describe('the settings of the SDK in a function', () => {
  it('are looked for in no file', async () => {
    await expect(readFile('/root/.aws/config')).rejects.toThrow('a function has no files with settings: /root/.aws/config');
  });
});
