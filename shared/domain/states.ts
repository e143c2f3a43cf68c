/**
 * The life of an incident, in one place: from each stored state, the states it can go to and the events that take it there. The drawing in
 * docs/architecture.md is made from this table. `escalating` is `active` seen while a level after the first still has unsettled pages: it is
 * derived, never stored.
 */
export const transitions = {
  pending: {
    active: ['levelFired', 'levelEmpty'],
    acknowledged: ['acknowledged'],
    resolved: ['resolved'],
    cancelled: ['cancelled'],
    failed: ['failed'],
  },
  active: {
    acknowledged: ['acknowledged'],
    resolved: ['resolved'],
    cancelled: ['cancelled'],
    timed_out: ['exhausted', 'limitReached'],
    failed: ['failed'],
  },
  acknowledged: {
    active: ['acknowledgementTimedOut', 'snoozeEnded', 'reassigned', 'escalationRequested'],
    resolved: ['resolved'],
    cancelled: ['cancelled'],
    failed: ['failed'],
  },
  resolved: {},
  cancelled: {},
  timed_out: {},
  failed: {},
} as const;

export type StoredState = keyof typeof transitions;
/** The eight states a caller sees. */
export type State = StoredState | 'escalating';

export const storedStates: readonly StoredState[] = ['pending', 'active', 'acknowledged', 'resolved', 'cancelled', 'timed_out', 'failed'];

/** True until a state is reached that nothing leaves. */
export const isUnfinished = (state: StoredState): boolean => state === 'pending' || state === 'active' || state === 'acknowledged';
