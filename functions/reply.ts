import { measured } from '../shared/adapters/aws/invocation.ts';
import { readInboundSms, readTopicMessages } from '../shared/adapters/aws/records.ts';
import { openSms } from '../shared/adapters/aws/sms.ts';
import { cachedForMs, openWorld } from '../shared/adapters/aws/world.ts';
import { makeReplies } from '../shared/app/reply.ts';
import { functionEnvironments } from '../shared/schema/function-environments.ts';

const environment = functionEnvironments.reply.parse(process.env);
const world = openWorld(environment);
const sms = openSms(environment);
const reply = makeReplies(world.ports, { configurationMaxAgeMs: cachedForMs });
const about = { kind: 'notice', person: '', incidentId: null, notificationId: null, ackUrl: null, code: null } as const;

/** What somebody answered by SMS. Only the number that wrote is answered. */
export const handler = measured(world, async (event) => {
  for (const { message } of readTopicMessages(event, [environment.REPLY_TOPIC_ARN]) ?? []) {
    const inbound = readInboundSms(message);
    if (inbound === null) throw new Error('the message is none that two-way SMS brings');
    for (const text of await reply(inbound)) await sms({ to: inbound.from, text, about });
  }
});
