import { describe, expect, test } from 'vitest';
import { needsSomebody, shownState } from '../../shared/domain/shown-state.ts';
import { incident, page, t0 } from '../contract/samples.ts';

const { position } = incident();
const act = { by: 'user:ana', at: t0 };

describe('the state a caller sees', () => {
  test.each([
    ['active', 'on the first level, whatever is unsettled', { outbox: [page] }],
    ['escalating', 'while a later level has an unsettled page', { position: { ...position, level: 2 }, outbox: [{ ...page, level: 2 }] }],
    ['escalating', 'on the first level of a later round', { position: { ...position, cycle: 1 }, outbox: [{ ...page, cycle: 1 }] }],
    ['active', 'once the pages of the later level are settled', { position: { ...position, level: 2 }, outbox: [] }],
    ['active', 'when only an earlier level has unsettled pages', { position: { ...position, level: 2 }, outbox: [page] }],
    [
      'active',
      'when only a notice is unsettled',
      { position: { ...position, level: 2 }, outbox: [{ ...page, level: 2, kind: 'notice' as const }] },
    ],
    [
      'acknowledged',
      'whatever is unsettled',
      { state: 'acknowledged' as const, position: { ...position, level: 2 }, outbox: [{ ...page, level: 2 }] },
    ],
  ])('is %s %s', (state, _, changes) => {
    expect(shownState(incident(changes))).toBe(state);
  });
});

describe('an incident still needs somebody', () => {
  test.each(['pending', 'active', 'acknowledged'] as const)('while it is %s', (state) => {
    expect(needsSomebody(incident({ state }))).toBe(true);
  });

  test.each(['timed_out', 'failed'] as const)('after it has %s, until someone acknowledges or resolves it', (state) => {
    expect(needsSomebody(incident({ state }))).toBe(true);
    expect(needsSomebody(incident({ state, acknowledged: act }))).toBe(false);
    expect(needsSomebody(incident({ state, resolved: act }))).toBe(false);
  });

  test.each(['resolved', 'cancelled'] as const)('no more once it is %s', (state) => {
    expect(needsSomebody(incident({ state }))).toBe(false);
  });
});
