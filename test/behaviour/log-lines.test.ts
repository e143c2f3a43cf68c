import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { makeLog } from '../../shared/adapters/node/log.ts';
import { AwsWorld } from './aws-world.ts';

let world: AwsWorld | null = null;

afterEach(() => {
  world?.close();
  world = null;
});

describe('each line of the log says when, how grave, and what [H-035]', () => {
  it('on one machine', () => {
    const lines: string[] = [];
    const log = makeLog(
      (line) => lines.push(line),
      () => Date.UTC(2026, 0, 5, 9),
    );
    log.info('swept', { found: 3 });
    log.error('work-failed', { incident: 'a-1' }, new Error('the disk is full'));
    log.alarm('incident-failed', { incident: 'a-1' });
    const time = '2026-01-05T09:00:00.000Z';
    expect(lines.every((line) => line.endsWith('}\n') && line.indexOf('\n') === line.length - 1)).toBe(true);
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { level: 'info', time, event: 'swept', found: 3 },
      { level: 'error', time, event: 'work-failed', incident: 'a-1' },
      { level: 'ALARM', time, event: 'incident-failed', incident: 'a-1' },
    ]);
  });

  it('in an AWS account', async () => {
    world = await AwsWorld.open();
    const before = Date.now();
    await world.http('api', 'GET', '/health');
    await world.work(['{"not":"ours"}']);
    const line = z.looseObject({ level: z.string(), timestamp: z.iso.datetime(), message: z.string() });
    const lines = world.written.filter((text) => text.includes('"level"')).map((text) => line.parse(JSON.parse(text)));
    expect(lines).toMatchObject([
      { level: 'INFO', message: 'request' },
      { level: 'ERROR', message: 'work-failed' },
    ]);
    for (const { timestamp } of lines) expect(Date.parse(timestamp)).toBeGreaterThanOrEqual(before);
  });
});
