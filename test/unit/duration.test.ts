import { describe, expect, test } from 'vitest';
import { longestDuration, parseDuration } from '../../shared/domain/duration.ts';

describe('durations', () => {
  test.each([
    ['0s', 0],
    ['15m', 900],
    ['1h30m', 5400],
    ['4m59s', 299],
    ['1d12h', 129_600],
    ['366d', longestDuration],
    ['90m', 5400],
    ['PT15M', 900],
    ['PT1H30M', 5400],
    ['P1DT12H', 129_600],
    ['P2W', 1_209_600],
    [0, 0],
    [90, 90],
    [31_622_400, longestDuration],
  ])('%j is %d seconds', (written, seconds) => {
    expect(parseDuration(written)).toBe(seconds);
  });

  test.each([
    '',
    ' ',
    '15',
    '15 m',
    '15M',
    '30m1h',
    '1.5h',
    '-5m',
    'm',
    'P',
    'PT',
    'PT-5M',
    '-PT5M',
    'PT1.5S',
    'P1M',
    'P1Y',
    '367d',
    '366d1s',
    '999999999d',
    '9'.repeat(400) + 's',
    'PT' + '9'.repeat(400) + 'S',
    'constructor',
    '١٥m',
    '15m\n',
    -1,
    0.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    31_622_401,
    1e300,
  ])('%j is refused', (written) => {
    expect(parseDuration(written)).toBeNull();
  });

  test('a longer limit is for those who ask for it', () => {
    expect(parseDuration('400d')).toBeNull();
    expect(parseDuration('400d', 3660 * 86_400)).toBe(34_560_000);
  });
});
