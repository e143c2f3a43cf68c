import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { openSqliteStores } from '../../shared/adapters/sqlite/stores.ts';
import { night } from '../fixtures.ts';
import { phone, withPolicy, World } from '../world.ts';

const document = withPolicy({ levels: [{ targets: ['user:ana'] }, { delay: '5m', targets: ['user:ben'] }] });

/** Two alarms of one service, whose policy version in the file is then torn; the world goes on with the file opened again. */
async function tornPolicy(body: string) {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-policy-'));
  const path = join(folder, 'tocsin.db');
  const errors: string[] = [];
  const open = () => openSqliteStores({ path, onError: ({ message }) => void errors.push(message) });
  const before = open();
  const first = new World((ports) => ports, before);
  await first.configure(document);
  const { incidentId: acknowledged } = await first.alarm();
  const { incidentId: left } = await first.alarm({ dedupKey: 'other' });
  await before.close();

  const database = new DatabaseSync(path);
  database.prepare('UPDATE policy SET body = ? WHERE version = 1').run(body);
  database.close();
  const stores = open();
  onTestFinished(async () => {
    await stores.close();
    rmSync(folder, { recursive: true });
  });
  return { world: new World((ports) => ports, stores), errors, acknowledged, left };
}

it.each([
  ['torn text', '{"schema":1,'],
  ['the body of nothing', '{}'],
])('a version of a policy that cannot be read any more keeps nobody from acknowledging, and is never silent: %s', async (_, body) => {
  const { world, errors, acknowledged, left } = await tornPolicy(body);
  expect(await world.act(acknowledged, 'acknowledge', { by: 'user:ana' })).toMatchObject({ state: 'acknowledged' });
  await world.pass('20m');
  expect(await world.show(left)).toMatchObject({ state: 'failed' });
  const told = world.messages.filter(({ to }) => to === phone.lee).map(({ at }) => (at - night) / 60_000);
  expect(told).not.toEqual([]);
  expect(world.alarms).toContain('incident-failed');
  expect(errors).toContain('version 1 of policy default cannot be read and counts as missing');
});
