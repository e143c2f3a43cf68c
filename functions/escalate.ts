import { measured, workBatch } from '../shared/adapters/aws/invocation.ts';
import { readArmed, readQueued } from '../shared/adapters/aws/work-messages.ts';
import { openArm, openWaysOut } from '../shared/adapters/aws/worker-world.ts';
import { cachedForMs, clock, openHandoffs, openSecrets, openWorld } from '../shared/adapters/aws/world.ts';
import { makeSns } from '../shared/adapters/node/sns.ts';
import { makeEscalate } from '../shared/app/escalate.ts';
import { functionEnvironments } from '../shared/schema/function-environments.ts';

const environment = functionEnvironments.escalate.parse(process.env);
const world = openWorld(environment);
const secrets = openSecrets(environment);
const waysOut = openWaysOut(environment, world, secrets);
const ports = { ...world.ports, secrets, ...waysOut, handoffs: openHandoffs(world), sns: makeSns() };
const options = { configurationMaxAgeMs: cachedForMs, baseUrl: environment.BASE_URL, arm: openArm(environment, world) };
const { wake, work } = makeEscalate(ports, options);

/** A turn takes some fifteen seconds at the most, when every provider is slow, and Lambda ends a run after twenty-five. */
const beginsForMs = 10_000;

/** The worker: woken by the queue, and by schedules just before something is due. */
export const handler = measured(world, async (event) => {
  const until = clock.real() + beginsForMs;
  const batch = readQueued(event);
  const armed = batch === null ? readArmed(event) : null;
  if (armed !== null) await wake(armed);
  else if (batch === null) throw new Error('the event is neither of the queue nor of a schedule');
  return workBatch(batch ?? [], world.ports.log, (asked) => work(asked, until));
});
