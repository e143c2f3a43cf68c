import { describe, expect, test } from 'vitest';
import { Unavailable } from '../../shared/app/use-cases.ts';
import { small, yaml } from '../unit/config-documents.ts';
import { configWorld } from './configuration-world.ts';

const plain = { dryRun: false, ifMatch: null };

describe('two administrators at once', () => {
  test('single things that both write are both kept', async () => {
    const world = configWorld();
    const put = (id: string) => world.call('PUT', `/v1/people/${id}`, { name: id });
    const answers = await Promise.all([put('ana'), put('ben'), put('cid')]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect((await world.call('GET', '/v1/config')).body['people']).toHaveLength(3);
  });

  test('with If-Match the second one is told that the configuration was changed', async () => {
    const world = configWorld();
    const put = (id: string) => world.call('PUT', `/v1/people/${id}`, { name: id }, { ifMatch: '"0"' });
    const statuses = (await Promise.all([put('ana'), put('ben')])).map((answer) => answer.status);
    expect(statuses.sort()).toEqual([200, 412]);
  });

  const numbers = Array.from({ length: 10 }, (_, number) => number);
  const documentOf = (number: number): string => small({ teams: `[{ id: ops, name: Team ${String(number)}, members: [ana] }]` });

  test('ten that replace the whole document all succeed, each with a version of its own', async () => {
    const world = configWorld();
    const answers = await Promise.all(numbers.map((number) => world.call('PUT', '/v1/config', documentOf(number))));
    expect(answers.map((answer) => answer.status)).toEqual(numbers.map(() => 200));
    expect(answers.map((answer) => Number(answer.body['version'])).sort((a, b) => a - b)).toEqual(numbers.map((number) => number + 1));
    expect((await world.call('GET', '/v1/config')).etag).toBe('"10"');
  });

  test('also when they come to two processes', async () => {
    const one = configWorld();
    const other = configWorld({ watch: () => one.stores.config });
    const answers = await Promise.all(
      numbers.map((number) => (number % 2 === 0 ? one : other).call('PUT', '/v1/config', documentOf(number))),
    );
    expect(answers.map((answer) => answer.status)).toEqual(numbers.map(() => 200));
    expect(new Set(answers.map((answer) => answer.body['version'])).size).toBe(10);
  });

  test('of ten that replace the same version one succeeds, the others are told', async () => {
    const world = configWorld();
    const answers = await Promise.all(numbers.map((number) => world.call('PUT', '/v1/config', documentOf(number), { ifMatch: '"0"' })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, ...numbers.slice(1).map(() => 412)]);
    expect((await world.call('GET', '/v1/config')).etag).toBe('"1"');
  });

  test('one that cannot be saved does not hold up those behind it', async () => {
    let broken = true;
    const world = configWorld({
      watch: (config) => ({
        ...config,
        save: (...given) => {
          if (!broken) return config.save(...given);
          broken = false;
          return Promise.reject(new Error('no connection'));
        },
      }),
    });
    const saves = [1, 2].map((number) => world.saving.saveDocument(documentOf(number), yaml, plain));
    const [first, second] = await Promise.allSettled(saves);
    expect(first).toMatchObject({ status: 'rejected', reason: { message: 'no connection' } });
    expect(second).toMatchObject({ status: 'fulfilled', value: { kind: 'saved', version: 1 } });
  });

  test('a save that others overtake eight times gives up and saves nothing', async () => {
    let tries = 0;
    const world = configWorld({
      watch: (config) => ({
        ...config,
        save: () => {
          tries += 1;
          return Promise.resolve(false);
        },
      }),
    });
    await expect(world.saving.saveDocument(small(), yaml, plain)).rejects.toThrow(Unavailable);
    expect(tries).toBe(8);
    expect((await world.saving.saveDocument(small(), yaml, { dryRun: false, ifMatch: () => true })).kind).toBe('stale');
  });
});

describe('the configuration as handlers see it', () => {
  test('is read again only when it is too old, and at once after a save of our own', async () => {
    let reads = 0;
    const world = configWorld({
      maxAgeMs: 10_000,
      watch: (config) => ({
        ...config,
        current: () => {
          reads += 1;
          return config.current();
        },
      }),
    });
    await world.configuration.directory();
    world.pass(9_999);
    await world.configuration.directory();
    expect(reads).toBe(1);
    world.pass(1);
    await world.configuration.directory();
    expect(reads).toBe(2);
    await world.saving.saveDocument(small(), yaml, plain);
    expect((await world.configuration.directory()).services.has('shop')).toBe(true);
  });

  test('a reading that began before a save does not hide what was saved', async () => {
    const waiting: (() => void)[] = [];
    let slow = false;
    const world = configWorld({
      maxAgeMs: 10_000,
      watch: (config) => ({
        ...config,
        current: async () => {
          const found = await config.current();
          if (slow) {
            slow = false;
            await new Promise<void>((resolve) => waiting.push(resolve));
          }
          return found;
        },
      }),
    });
    slow = true;
    const early = world.configuration.directory();
    await world.saving.saveDocument(small(), yaml, plain);
    while (waiting.length === 0) await Promise.resolve();
    waiting.shift()?.();
    expect((await early).version).toBe(0);
    expect((await world.configuration.directory()).version).toBe(1);
  });

  test('a failure of the store is not remembered', async () => {
    let broken = true;
    const world = configWorld({
      maxAgeMs: 10_000,
      watch: (config) => ({
        ...config,
        current: () => (broken ? Promise.reject(new Error('no connection')) : config.current()),
        policy: (id, version) => (broken ? Promise.reject(new Error('no connection')) : config.policy(id, version)),
      }),
    });
    await expect(world.configuration.directory()).rejects.toThrow('no connection');
    await expect(world.configuration.policy('main', 1)).rejects.toThrow('no connection');
    broken = false;
    expect((await world.configuration.directory()).version).toBe(0);
    expect(await world.configuration.policy('main', 1)).toBeNull();
    await world.saving.saveDocument(small(), yaml, plain);
    expect(await world.configuration.policy('main', 1)).toMatchObject({ id: 'main', version: 1 });
  });

  test('a version of a policy is read once', async () => {
    let reads = 0;
    const world = configWorld({
      watch: (config) => ({
        ...config,
        policy: (id, version) => {
          reads += 1;
          return config.policy(id, version);
        },
      }),
    });
    await world.saving.saveDocument(small(), yaml, plain);
    await world.configuration.policy('main', 1);
    await world.configuration.policy('main', 1);
    expect(reads).toBe(1);
  });

  test('a stored document that does not hold any more is a fault, and a new one can still be applied', async () => {
    const world = configWorld();
    await world.stores.config.save({ version: 1, savedAt: 0, document: { people: 'nobody' }, policyVersions: {}, policyTimes: {} }, [], 0);
    await expect(world.configuration.directory()).rejects.toThrow('/people wrong-type');
    expect(await world.saving.saveDocument(small(), yaml, plain)).toMatchObject({ kind: 'saved', version: 2 });
    expect((await world.configuration.directory()).version).toBe(2);
  });

  test('an offset that stands in a stored document as the zone of somebody keeps nobody else from being paged', async () => {
    const world = configWorld();
    const document = { people: [{ id: 'ana', name: 'Ana', zone: '+02:00' }], schedules: [{ id: 'p', zone: '-05:00', shifts: [shift] }] };
    await world.stores.config.save({ version: 1, savedAt: 0, document, policyVersions: {}, policyTimes: {} }, [], 0);
    const directory = await world.configuration.directory();
    expect(directory.people.get('ana')).toMatchObject({ zone: '+02:00' });
    expect(directory.schedules.get('p')?.onCall().at(Date.parse(shift.from))).toMatchObject([{ person: 'ana' }]);
  });
});

const shift = { person: 'ana', from: '2026-03-02T08:00:00Z', until: '2026-03-09T08:00:00Z' };
