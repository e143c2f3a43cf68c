import { build } from 'esbuild';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bundleOptions } from '../../lib/bundle-options.ts';
import { defaultProvider } from '../../shared/adapters/aws/environment-credentials.ts';
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
  it.each(most)('%s has at most %d bytes, with nothing that is to be found on the spot', async (name, bytes) => {
    const { metafile, outputFiles } = await build({ ...bundleOptions(name), write: false, metafile: true });
    const [output] = Object.values(metafile.outputs);
    const inside = Object.keys(output?.inputs ?? {});
    expect(output?.bytes).toBeLessThanOrEqual(bytes);
    expect(output?.imports.filter(({ external, path }) => external === true && !/^(node:)?[a-z0-9_/]+$/.test(path))).toEqual([]);
    expect(inside).toContain(`functions/${name}.ts`);
    expect(inside.filter((path) => /credential-provider-(node|sso|ini|process|web-identity|http)\//.test(path))).toEqual([]);
    expect(inside.filter((path) => /aws-cdk|vitest|fast-check|xray/.test(path))).toEqual([]);
    // Read as CommonJS, as Lambda does.
    expect(() => void runInNewContext(`(function (exports, require, module) {${outputFiles[0]?.text ?? ''}\n})`)).not.toThrow();
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
