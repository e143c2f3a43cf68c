import { expect, it } from 'vitest';
import { makeMapStores } from '../../shared/adapters/map/stores.ts';
import { makeSweep } from '../../shared/app/sweep.ts';
import { incident, keyOf, t0 } from '../contract/samples.ts';
import { World } from '../world.ts';

it('one sweep nudges everything overdue, behind thousands of incidents that do not move too [R-074]', async () => {
  const { incidents, handoffs, state } = makeMapStores();
  for (let n = 0; n < 3000; n += 1) await incidents.write(incident({ key: keyOf(n), lookAt: t0 - 1 }), null);
  await incidents.write(incident({ key: keyOf(3000), lookAt: t0 }), null);
  await incidents.write(incident({ key: keyOf(3001), lookAt: t0 + 1 }), null);
  const nudged: string[] = [];
  // A queue answers only after a while: a run that asks for one after the other would not end within its minute.
  let waits = 0;
  let answered: Promise<void> | null = null;
  const answer = (): Promise<void> =>
    (answered ??= new Promise((resolve) => {
      setImmediate(() => {
        waits += 1;
        answered = null;
        resolve();
      });
    }));
  const sweep = makeSweep({
    ...{ incidents, handoffs, state, clock: { now: () => t0, real: () => t0, toPolicy: (milliseconds) => milliseconds } },
    queue: {
      testContacts: () => Promise.resolve(),
      handoffs: () => Promise.resolve(),
      nudge: ({ key }) => {
        nudged.push(key);
        return answer();
      },
    },
    log: { info: () => undefined, error: () => undefined, alarm: () => undefined, measure: () => undefined },
  });
  expect(await sweep()).toMatchObject({ found: 3001 });
  expect([new Set(nudged).size, nudged.at(-1)]).toEqual([3001, keyOf(3000)]);
  expect(waits).toBeLessThan(300);
  expect(await state.lastSweep()).toBe(t0);
});

it('a sweep that has more to nudge than its time allows, because the queue does not answer, still says that it ran and how late the oldest is, and has handoffs looked at', async () => {
  const { incidents, handoffs, state } = makeMapStores();
  for (let n = 0; n < 3000; n += 1) await incidents.write(incident({ key: keyOf(n), lookAt: t0 - 90_000 }), null);
  let real = t0;
  const errors: string[] = [];
  const sweep = makeSweep({
    ...{ incidents, handoffs, state, clock: { now: () => t0, real: () => real, toPolicy: (milliseconds) => milliseconds } },
    queue: {
      testContacts: () => Promise.resolve(),
      handoffs: () => Promise.resolve(),
      nudge: async () => {
        await new Promise(setImmediate);
        // Twenty at once wait for eight seconds.
        real += 400;
        throw new Error('the queue is down');
      },
    },
    log: { info: () => undefined, error: (event) => errors.push(event), alarm: () => undefined, measure: () => undefined },
  });
  expect(await sweep(t0 + 25_000)).toMatchObject({ oldestOverdueSeconds: 90 });
  expect(await state.lastSweep()).toBe(real);
  expect(real - t0).toBeLessThan(25_000 + 8000);
  expect(errors.length).toBeGreaterThan(20);
});

it('a page whose nudge was lost is looked for ten seconds later, and that one of the two paths is down is told', async () => {
  const world = await World.withConfig();
  const { nudge } = world.ports.queue;
  Object.assign(world.ports.queue, { nudge: () => Promise.reject(new Error('the queue is down')) });
  await world.alarm();
  Object.assign(world.ports.queue, { nudge });
  expect(world.alarms).toEqual(['worker-not-woken']);
  await world.pass('9s');
  expect(world.messages).toEqual([]);
  await world.pass('1s');
  expect(world.messages).toHaveLength(1);
});
