// Usage: ci-summary.mjs <name>=<exit code>[=<vitest JSON report>] ...
// Sums what the runners themselves reported; a step whose report does not account for its failure counts as one failed.
import { readFileSync } from 'node:fs';

function count(report) {
  const skipped = report.numPendingTests + report.numTodoTests;
  // A file that cannot be loaded holds no test that could be counted as failed.
  const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  return { passed: report.numPassedTests, failed: report.numFailedTests + skipped + broken, skipped, success: report.success };
}

function read(path) {
  try {
    const counts = count(JSON.parse(readFileSync(path, 'utf8')));
    if (Object.values(counts).some((value) => Number.isNaN(value) || value === undefined)) throw new Error('not a vitest report');
    return counts;
  } catch (error) {
    console.log(`no readable report at ${path}: ${error.message}`);
    return undefined;
  }
}

function outcome(step) {
  const [name, exitCode, path] = step.split('=');
  const ok = exitCode === '0';
  if (path === undefined) return { name, passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
  const counts = read(path);
  if (counts === undefined) return { name, passed: 0, failed: 1 };
  if (counts.skipped > 0) console.log(`${name}: ${counts.skipped} skipped, counted as failed`);
  const unexplained = counts.failed === 0 && (!ok || !counts.success || counts.passed === 0);
  return { name, passed: counts.passed, failed: counts.failed + (unexplained ? 1 : 0) };
}

const outcomes = process.argv.slice(2).map(outcome);
for (const { name, passed, failed } of outcomes) console.log(`${name}: ${passed} passed, ${failed} failed`);
const sum = (key) => outcomes.reduce((total, each) => total + each[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = outcomes.length > 0 && sum('failed') === 0 ? 0 : 1;
