import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Machine } from '../../local/machine.ts';
import { openRuntime, type Runtime } from '../../local/runtime.ts';
import { makeUpkeep } from '../../local/upkeep.ts';
import { inbox, pass, post, raise, send, start, temporaryFolder } from './one-machine-world.ts';

const config = `
settings: { catchAll: ['user:ana'], retention: { incidents: 40d, messages: 2d } }
services: [{ id: checkout, policy: default }]
policies: [{ id: default, acknowledgementTimeout: 300d, levels: [{ targets: ['user:ana'] }] }]
people: [{ id: ana, name: Ana, contacts: [{ id: phone, channel: sms, address: '+15555550100' }] }]
`;

const day = 86_400_000;
const silent = { info: () => undefined, error: () => undefined, alarm: () => undefined, measure: () => undefined };

async function startWith(document: string): Promise<Machine> {
  const file = join(temporaryFolder(), 'tocsin.yaml');
  writeFileSync(file, document);
  return start({ config: file });
}

async function statusOf(machine: Machine, path: string): Promise<number> {
  return (await send(machine, 'GET', path, { headers: { authorization: `Bearer ${machine.adminToken}` } })).status;
}

describe('a machine that runs on and on lets go of what it has kept long enough', () => {
  test('messages after their time, incidents that ended after theirs, and none that somebody still holds', async () => {
    const machine = await startWith(config);
    const act = (id: string, what: string): Promise<unknown> => post(machine, `/v1/incidents/${id}/${what}`, {}, machine.adminToken);
    const [over, held] = [await raise(machine, 'over'), await raise(machine, 'held')];
    await pass(machine, '1s');
    await act(over, 'resolve');
    await act(held, 'acknowledge');
    expect(await inbox(machine)).toHaveLength(2);

    await pass(machine, '1d23h');
    expect(await inbox(machine)).toHaveLength(2);
    await pass(machine, '2h');
    expect(await inbox(machine)).toEqual([]);

    await pass(machine, '37d');
    expect(await statusOf(machine, `/v1/incidents/${over}`)).toBe(200);
    await pass(machine, '2d');
    expect(await statusOf(machine, `/v1/incidents/${over}`)).toBe(404);
    expect(await statusOf(machine, `/v1/incidents/${over}/timeline`)).toBe(404);
    expect(await statusOf(machine, `/v1/incidents/${held}`)).toBe(200);
  });
});

describe('the upkeep, while nobody asks for anything', () => {
  let runtime: Runtime;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    runtime = openRuntime({ folder: null, speed: 1, adminToken: null, address: 'http://127.0.0.1', log: silent });
  });

  afterEach(async () => {
    vi.useRealTimers();
    await runtime.close();
  });

  /** Lets real time pass, and what it set off come to its end. */
  async function minutes(count: number): Promise<void> {
    vi.advanceTimersByTime(count * 60_000);
    for (let turn = 0; turn < 500; turn += 1) await new Promise(setImmediate);
  }

  /** The machine, and how often messages have been removed from it. */
  function counted(): { readonly runtime: Runtime; readonly removals: () => number } {
    let removals = 0;
    const { inbox } = runtime.stores;
    const removeBefore = (at: number): Promise<number> => {
      removals += 1;
      return inbox.removeBefore(at);
    };
    return { runtime: { ...runtime, stores: { ...runtime.stores, inbox: { ...inbox, removeBefore } } }, removals: () => removals };
  }

  const message = {
    ...{ id: 'm1', kind: 'page' as const, channel: 'sms', to: '+15555550100', person: 'ana', subject: null, text: 'disk full' },
    ...{ incidentId: null, notificationId: null, ackUrl: null, code: null },
  };

  test('looks every minute, and removes once in an hour of policy time [R-073]', async () => {
    const { runtime: seen, removals } = counted();
    await runtime.stores.inbox.put({ ...message, at: runtime.clock.now() });
    const upkeep = makeUpkeep(seen);
    await upkeep.start();
    await minutes(10);
    expect(removals()).toBe(1);
    expect(await runtime.stores.inbox.list(null, 10)).toHaveLength(1);

    runtime.clock.moveTo(runtime.clock.now() + 31 * day);
    await minutes(10);
    expect(await runtime.stores.inbox.list(null, 10)).toEqual([]);
    expect(removals()).toBe(2);

    upkeep.stop();
    runtime.clock.moveTo(runtime.clock.now() + day);
    await minutes(10);
    expect(removals()).toBe(2);
  });

  test('removes soon after the start, for a machine that never runs for an hour', async () => {
    await runtime.stores.inbox.put({ ...message, at: runtime.clock.now() - 31 * day });
    const upkeep = makeUpkeep(runtime);
    await upkeep.start();
    await minutes(1);
    expect(await runtime.stores.inbox.list(null, 10)).toEqual([]);
    upkeep.stop();
  });

  test('forgets a request by its idempotency key, and a code, when their own time is over', async () => {
    const { state, replies } = runtime.stores;
    const now = runtime.clock.now();
    const code = { number: '+15555550100', code: '4821', incident: { key: 'k', generation: 1 }, person: 'ana', cycle: 0, level: 1 };
    await state.claimRequest('r1', 'body', now, now + day);
    await replies.claimCode({ ...code, expiresAt: now + 30 * day }, now);
    const upkeep = makeUpkeep(runtime);
    runtime.clock.moveTo(now + 29 * day);
    await upkeep.retain();
    expect(await state.claimRequest('r1', 'body', now, now + day)).toBe('new');
    expect(await replies.codes(code.number, now)).toHaveLength(1);
    runtime.clock.moveTo(now + 31 * day);
    await upkeep.retain();
    expect(await replies.codes(code.number, now)).toEqual([]);
  });

  test('forgets after a day who sent wrong codes, and keeps who did so since', async () => {
    const { replies } = runtime.stores;
    const sentAt = runtime.clock.now();
    await replies.saveGuard('+15555550100', { wrong: [sentAt], ignoredUntil: null }, 0);
    await replies.saveGuard('+15555550101', { wrong: [], ignoredUntil: sentAt + 2 * 3_600_000 }, 0);
    const upkeep = makeUpkeep(runtime);
    runtime.clock.moveTo(sentAt + day + 3_600_000);
    await upkeep.retain();
    expect((await replies.guard('+15555550100')).version).toBe(0);
    expect((await replies.guard('+15555550101')).version).toBe(1);
    runtime.clock.moveTo(sentAt + day + 3 * 3_600_000);
    await upkeep.retain();
    expect((await replies.guard('+15555550101')).version).toBe(0);
  });
});
