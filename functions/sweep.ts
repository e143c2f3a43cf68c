import { measured } from '../shared/adapters/aws/invocation.ts';
import { openHandoffs, openWorld } from '../shared/adapters/aws/world.ts';
import { makeSweep } from '../shared/app/sweep.ts';
import { functionEnvironments } from '../shared/schema/function-environments.ts';

const world = openWorld(functionEnvironments.sweep.parse(process.env));
const sweep = makeSweep({ ...world.ports, handoffs: openHandoffs(world) });

/** The second path: every minute it nudges what nobody looked at in time, and says how late the latest is. */
export const handler = measured(world, async () => {
  const { found, oldestOverdueSeconds } = await sweep();
  world.metrics.addMetric('OldestOverdueSeconds', 'Seconds', oldestOverdueSeconds);
  world.ports.log.info('swept', { found, oldestOverdueSeconds });
});
