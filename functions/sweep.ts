import { measured } from '../shared/adapters/aws/invocation.ts';
import { clock, openHandoffs, openWorld } from '../shared/adapters/aws/world.ts';
import { makeSweep } from '../shared/app/sweep.ts';
import { functionEnvironments } from '../shared/schema/function-environments.ts';

const world = openWorld(functionEnvironments.sweep.parse(process.env));
const sweep = makeSweep({ ...world.ports, handoffs: openHandoffs(world) });

/** Lambda ends a run after fifty seconds, and a queue that does not answer is waited for: what was measured must have left by then. */
const nudgesForMs = 25_000;

/** The second path: every minute it nudges what nobody looked at in time, and says how late the latest is. */
export const handler = measured(world, async () => {
  const { found, oldestOverdueSeconds } = await sweep(clock.real() + nudgesForMs);
  world.metrics.addMetric('OldestOverdueSeconds', 'Seconds', oldestOverdueSeconds);
  world.ports.log.info('swept', { found, oldestOverdueSeconds });
});
