import { defineConfig } from 'vitest/config';
import { noSkippedTests } from './test/no-skipped-tests.ts';

const jsonReport = process.env['TOCSIN_VITEST_JSON'];

export const common = {
  // `.only` left behind would run one test and report green.
  allowOnly: false,
  pool: 'forks' as const,
  maxWorkers: 2,
  // Two cores may have other work: a slow test is no failed test.
  testTimeout: 30_000,
  reporters: ['default', noSkippedTests(), ...(jsonReport ? ['json'] : [])],
  ...(jsonReport ? { outputFile: { json: jsonReport } } : {}),
};

export default defineConfig({
  test: { ...common, include: ['test/**/*.test.ts'], exclude: ['test/e2e/**', 'test/slow/**'] },
});
