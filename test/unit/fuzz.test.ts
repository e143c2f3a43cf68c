import { describe, test } from 'vitest';
import { seed } from '../fuzz/family.ts';
import { parsers } from '../fuzz/parsers.ts';
import { renderers } from '../fuzz/renderers.ts';

/** The slower checks take fifty times as many. */
const cases = 2000;

describe(`${cases} cases (seed ${seed})`, () => {
  test.each(parsers)('of $name are read without a fault, each within 50 ms', ({ check }) => {
    check(cases);
  });
  test.each(renderers)('of $name are made without a fault, each within 50 ms', ({ check }) => {
    check(cases);
  });
});
