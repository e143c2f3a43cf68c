import { invocationId, measured, workEach } from '../shared/adapters/aws/invocation.ts';
import { readHttpEvent, toHttpResult } from '../shared/adapters/aws/http-event.ts';
import { readBrought } from '../shared/adapters/aws/brought.ts';
import { cachedForMs, openDeadLetters, openWorld } from '../shared/adapters/aws/world.ts';
import { makeSns } from '../shared/adapters/node/sns.ts';
import { makeTrigger } from '../shared/app/trigger.ts';
import { functionEnvironments } from '../shared/schema/function-environments.ts';

const environment = functionEnvironments.trigger.parse(process.env);
const world = openWorld(environment);
const { DEFAULT_SERVICE = null, ALARM_SERVICES = {}, ALARM_SEVERITIES = {}, ALARM_TOPIC_ARNS } = environment;
const alarmRules = { defaultService: DEFAULT_SERVICE, services: ALARM_SERVICES, severities: ALARM_SEVERITIES };
const keepForPerson = openDeadLetters(environment.SIGNAL_DEAD_LETTERS_URL);
const trigger = makeTrigger({ ...world.ports, sns: makeSns() }, { configurationMaxAgeMs: cachedForMs, accessLog: true, alarmRules });

/** Signals in: over HTTP, from a topic, from EventBridge, and from alarms that call it. */
export const handler = measured(world, async (event, context) => {
  const request = readHttpEvent(event);
  if (request !== null) return toHttpResult(await trigger.http.fetch(request));
  const brought = readBrought(event, ALARM_TOPIC_ARNS, invocationId(context), world.ports.log);
  await workEach(brought, world.ports.log, async ({ id, message }) => {
    const taken = await trigger.alarms(message, { id, body: null });
    if (taken.ok) return;
    await keepForPerson(message);
    world.ports.log.alarm('alarm-not-understood', { messageId: id, problem: taken.problem });
  });
  return null;
});
