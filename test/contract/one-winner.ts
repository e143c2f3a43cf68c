import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';

/**
 * Expects that one of two who asked together got what only one can have, and the other what is told to who lost to the first, or to the second: no store
 * promises which of them wins. Gives the place of the winner.
 */
export function expectOneWinner(answers: readonly unknown[], won: unknown, lostTo: readonly [unknown, unknown]): 0 | 1 {
  const winner = isDeepStrictEqual(answers[0], won) ? 0 : 1;
  const lost = lostTo[winner];
  expect(answers).toEqual(winner === 0 ? [won, lost] : [lost, won]);
  return winner;
}
