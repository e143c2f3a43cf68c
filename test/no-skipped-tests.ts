import type { Reporter, TestModule, Vitest } from 'vitest/node';

// A skipped test looks like a passed one from afar: the run fails instead. Filtering by name (-t) skips on purpose.
export function noSkippedTests(): Reporter {
  let vitest: Vitest | undefined;
  return {
    onInit(started) {
      vitest = started;
    },
    onTestRunEnd(modules: readonly TestModule[]) {
      if (vitest?.config.testNamePattern) return;
      const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')]);
      if (skipped.length === 0) return;
      for (const test of skipped) vitest?.logger.error(`Skipped: ${test.module.relativeModuleId} > ${test.fullName}`);
      vitest?.logger.error('Skipped tests count as failed: make them run or remove them.');
      process.exitCode = 1;
    },
  };
}
