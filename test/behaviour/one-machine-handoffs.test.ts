import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inbox, pass, start, temporaryFolder } from './one-machine-world.ts';

const person = (id: string) => ({
  ...{ id, name: id, contacts: [{ id: 'mail', channel: 'email', address: `${id}@example.com` }], handoffNotices: ['mail'] },
});
const daily = { id: 'day', people: ['ana', 'ben', 'cara'], rotation: { daily: { at: '09:00' } }, start: '2026-01-05' };
const document = JSON.stringify({
  settings: { catchAll: ['user:ana'] },
  services: [{ id: 'checkout', policy: 'default' }],
  policies: [{ id: 'default', levels: [{ targets: ['schedule:primary'] }] }],
  people: ['ana', 'ben', 'cara'].map(person),
  schedules: [{ id: 'primary', zone: 'UTC', layers: [daily] }],
});

it('on one machine handoffs are told in the inbox, at their instants when time is let pass, and go on after a restart', async () => {
  const folder = temporaryFolder();
  const config = join(folder, 'config.json');
  writeFileSync(config, document);
  const options = { data: join(folder, 'data'), config };
  const first = await start(options);
  const day = 86_400_000;
  const { unsettled } = await pass(first, '2d');
  expect(unsettled).toBe(0);
  const notices = await inbox(first);
  expect(notices.map(({ kind, subject }) => `${kind} ${subject?.split(';')[0] ?? ''}`.replace(/(until|call) .*/, '$1'))).toEqual(
    ['on', 'off', 'on', 'off'].map((change) => `notice [INFO] primary: you are ${change} call`),
  );
  const [one, , later] = notices.map(({ at }) => Date.parse(at));
  expect((one ?? 0) % day).toBeGreaterThanOrEqual(9 * 3_600_000);
  expect((one ?? 0) % day).toBeLessThan(9 * 3_600_000 + 15_000);
  expect(Math.abs((later ?? 0) - (one ?? 0) - day)).toBeLessThan(15_000);
  await first.stop();

  const second = await start(options);
  expect(await inbox(second)).toHaveLength(4);
  await pass(second, '1d');
  const more = (await inbox(second)).slice(4).map(({ person: to }) => to);
  expect(more).toHaveLength(2);
  expect(more[1]).toBe(notices[2]?.person);
});
