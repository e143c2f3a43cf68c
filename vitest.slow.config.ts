import { defineConfig } from 'vitest/config';
import { common } from './vitest.config.ts';

export default defineConfig({
  test: { ...common, include: ['test/slow/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 120_000 },
});
