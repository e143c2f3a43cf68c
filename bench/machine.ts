import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';

/** The quantile of some figures; `share` is 0 to 1. */
function quantile(figures: readonly number[], share: number): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Milliseconds on a clock that all processes of this machine share. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** How busy the machine is, as printed beside figures. */
export const load = (): string => `load average ${(loadavg()[0] ?? 0).toFixed(1)}`;

/** The usual quantiles of some milliseconds. */
export const spread = (figures: readonly number[]): string =>
  `p50 ${quantile(figures, 0.5).toFixed(2)} ms, p99 ${quantile(figures, 0.99).toFixed(2)} ms, max ${quantile(figures, 1).toFixed(2)} ms (${figures.length})`;

/** How long one fsync of 4 KB takes here, in milliseconds. */
function fsyncMs(): { readonly p50: number; readonly p99: number } {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-fsync-'));
  const file = openSync(join(folder, 'probe'), 'w');
  const laps: number[] = [];
  const block = Buffer.alloc(4096, 'x');
  for (let count = 0; count < 300; count += 1) {
    writeSync(file, block);
    const begin = performance.now();
    fsyncSync(file);
    laps.push(performance.now() - begin);
  }
  closeSync(file);
  rmSync(folder, { recursive: true });
  return { p50: quantile(laps, 0.5), p99: quantile(laps, 0.99) };
}

/** Prints what the figures were measured on. */
export function printMachine(): void {
  const sync = fsyncMs();
  const [cpu] = cpus();
  console.log(
    `${String(cpus().length)} cores of ${cpu?.model ?? 'an unknown kind'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, node ${process.version}, fsync p50 ${sync.p50.toFixed(2)} ms, p99 ${sync.p99.toFixed(2)} ms, ${load()}`,
  );
}
