import { invocationId, measured, workEach } from '../shared/adapters/aws/invocation.ts';
import { readInboundSms } from '../shared/adapters/aws/inbound-sms.ts';
import { readBrought } from '../shared/adapters/aws/brought.ts';
import { openAnswer } from '../shared/adapters/aws/sms.ts';
import { cachedForMs, openWorld } from '../shared/adapters/aws/world.ts';
import { makeReplies } from '../shared/app/reply.ts';
import { functionEnvironments } from '../shared/schema/function-environments.ts';

const environment = functionEnvironments.reply.parse(process.env);
const world = openWorld(environment);
const answer = openAnswer(environment, world.ports.log);
const reply = makeReplies(world.ports, { configurationMaxAgeMs: cachedForMs });

/** What somebody answered by SMS. Only the number that wrote is answered. */
export const handler = measured(world, async (event, context) => {
  const brought = readBrought(event, [environment.REPLY_TOPIC_ARN], invocationId(context), world.ports.log);
  await workEach(brought, world.ports.log, async ({ message }) => {
    const inbound = readInboundSms(message);
    if (inbound === null) throw new Error('the message is none that two-way SMS brings');
    for (const text of await reply(inbound)) await answer(inbound.from, text);
  });
});
