import type { Handoffs } from '../../domain/on-call/handoffs.ts';
import type { HandoffStore } from '../../ports.ts';

/** The record of handoffs, in memory. */
export function makeMapHandoffs(): HandoffStore {
  let stored: Handoffs | null = null;
  return {
    current: () => Promise.resolve(stored),
    save(handoffs): Promise<boolean> {
      if ((stored?.version ?? 0) !== handoffs.version - 1) return Promise.resolve(false);
      stored = handoffs;
      return Promise.resolve(true);
    },
  };
}
