import { beforeAll, describe, test } from 'vitest';
import { seed } from '../fuzz/family.ts';
import { parsers } from '../fuzz/parsers.ts';
import { renderers } from '../fuzz/renderers.ts';

const cases = 100_000;

beforeAll(() => {
  console.log(`fast-check seed ${seed}, ${cases} cases each`);
});

/** Two cores that have other work take long for so many. */
const limit = { timeout: 1_200_000 };

describe(`${cases} cases`, limit, () => {
  test.each(parsers)('of $name are read without a fault, each within 50 ms', ({ check }) => {
    check(cases);
  });
  test.each(renderers)('of $name are made without a fault, each within 50 ms', ({ check }) => {
    check(cases);
  });
});
