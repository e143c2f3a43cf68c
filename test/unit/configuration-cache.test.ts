import { expect, test } from 'vitest';
import { makeMapStores } from '../../shared/adapters/map/stores.ts';
import { makeConfiguration } from '../../shared/app/configuration.ts';

const world = (maxAgeMs: number) => {
  const stores = makeMapStores();
  const state = { reads: 0, down: false, now: 0 };
  const current = async () => {
    state.reads += 1;
    await Promise.resolve();
    if (state.down) throw new Error('the store is down');
    return stores.config.current();
  };
  const real = (): number => state.now;
  const clock = { now: real, real, toPolicy: (milliseconds: number) => milliseconds };
  return { state, configuration: makeConfiguration({ config: { ...stores.config, current }, clock }, { maxAgeMs }) };
};

test('whoever asks while the configuration is being read gets the same reading: hundreds at once read it once', async () => {
  const { state, configuration } = world(10_000);
  await Promise.all(Array.from({ length: 300 }, () => configuration.directory()));
  expect(state.reads).toBe(1);
  state.now = 10_000;
  await Promise.all(Array.from({ length: 300 }, () => configuration.directory()));
  expect(state.reads).toBe(2);
});

test('what was being read when somebody saved is nobody else’s answer', async () => {
  const { state, configuration } = world(10_000);
  const before = configuration.directory();
  configuration.invalidate();
  await Promise.all([before, configuration.directory()]);
  expect(state.reads).toBe(2);
});

test('a reading that failed is not kept', async () => {
  const { state, configuration } = world(10_000);
  state.down = true;
  const asked = [configuration.directory(), configuration.directory()];
  expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  state.down = false;
  expect(await configuration.directory()).toBeDefined();
});

test('where nothing may be kept each asks for itself', async () => {
  const { state, configuration } = world(0);
  await Promise.all([configuration.directory(), configuration.directory()]);
  expect(state.reads).toBe(2);
});
