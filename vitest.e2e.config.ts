import { defineConfig } from 'vitest/config';
import { common } from './vitest.config.ts';

export default defineConfig({
  test: {
    ...common,
    include: ['test/e2e/**/*.test.ts'],
    // Only for those who may use it: see test/e2e/dynamodb-local.ts.
    exclude: process.env['TOCSIN_DYNAMODB_LOCAL'] === 'yes' ? [] : ['test/e2e/dynamodb-local.test.ts'],
    globalSetup: 'test/e2e/install-emulator.ts',
    // Each file has an emulator of its own, and that one several processes.
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 180_000,
  },
});
