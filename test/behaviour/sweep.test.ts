import { expect, it } from 'vitest';
import { makeMapStores } from '../../shared/adapters/map/stores.ts';
import { makeSweep } from '../../shared/app/sweep.ts';
import { incident, keyOf, t0 } from '../contract/samples.ts';

it('one sweep nudges everything overdue, behind thousands of incidents that do not move too [R-074]', async () => {
  const { incidents, handoffs, state } = makeMapStores();
  for (let n = 0; n < 3000; n += 1) await incidents.write(incident({ key: keyOf(n), lookAt: t0 - 1 }), null);
  await incidents.write(incident({ key: keyOf(3000), lookAt: t0 }), null);
  await incidents.write(incident({ key: keyOf(3001), lookAt: t0 + 1 }), null);
  const nudged: string[] = [];
  const sweep = makeSweep({
    ...{ incidents, handoffs, state, clock: { now: () => t0, real: () => t0, toPolicy: (milliseconds) => milliseconds } },
    queue: {
      testContacts: () => Promise.resolve(),
      handoffs: () => Promise.resolve(),
      nudge: ({ key }) => {
        nudged.push(key);
        return Promise.resolve();
      },
    },
    log: { info: () => undefined, error: () => undefined, alarm: () => undefined, measure: () => undefined },
  });
  expect(await sweep()).toMatchObject({ found: 3001 });
  expect([new Set(nudged).size, nudged.at(-1)]).toEqual([3001, keyOf(3000)]);
  expect(await state.lastSweep()).toBe(t0);
});
