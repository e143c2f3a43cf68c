import { describe, expect, test } from 'vitest';
import { parseOptions } from '../../local/options.ts';

const read = (line: string): ReturnType<typeof parseOptions> => parseOptions(line === '' ? [] : line.split(' '));

function refusal(line: string): string | null {
  const parsed = read(line);
  return parsed.ok ? null : parsed.message;
}

describe('the command line', () => {
  test('needs nothing: port 8080, the folder ./data, time as it is', () => {
    expect(read('')).toEqual({ ok: true, options: { port: 8080, data: './data', config: null, speed: 1, live: [], allowLoopback: false } });
  });

  test('takes the port, the folder, a configuration and the speed', () => {
    const options = { port: 9000, data: '/var/tocsin', config: 'a.yaml', speed: 60, live: [], allowLoopback: false };
    expect(read('--port 9000 --data /var/tocsin --config a.yaml --speed 60')).toEqual({ ok: true, options });
  });

  test('keeps everything in memory when told so', () => {
    expect(read('--memory')).toMatchObject({ options: { data: null } });
  });

  test('tells how it is used when asked', () => {
    expect(read('--help')).toEqual({ ok: false, message: null });
  });

  test.each([
    '--unknown',
    'stray',
    '--port',
    '--port many',
    '--port 65536',
    '--port=-1',
    '--speed 0',
    '--speed fast',
    '--speed 1e3',
    '--speed 100000',
    '--memory --data there',
    '--data=',
    '--config=',
    '--memory=yes',
  ])('is refused with a reason: %s', (line) => {
    expect(refusal(line)).toMatch(/\S/);
  });

  test('takes what is to be sent for real, in any order', () => {
    expect(read('--live webhook')).toMatchObject({ options: { live: ['webhook'], allowLoopback: false } });
    expect(read('--live smtp,slack,webhook --allow-loopback')).toMatchObject({
      options: { live: ['webhook', 'slack', 'smtp'], allowLoopback: true },
    });
  });

  test.each(['--live sms', '--live webhook,', '--live webhook;slack', '--live='])('refuses %s, naming what can be live', (line) => {
    expect(refusal(line)).toContain('webhook, slack, smtp');
  });
});
