import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import type { Ports } from '../../ports.ts';
import { network } from '../node/https-post.ts';
import { makePostTransports } from '../node/post-transports.ts';
import { makeEmail } from './email.ts';
import { makeCustom, makeEventBus } from './event-bus.ts';
import { makeArm } from './schedules.ts';
import { openSms, type SmsEnvironment } from './sms.ts';
import { clock, forSending, impatient, type World } from './world.ts';

interface OutEnvironment extends SmsEnvironment {
  readonly EMAIL_FROM: string;
  readonly EMAIL_CONFIGURATION_SET: string;
  readonly EVENT_BUS_NAME: string;
}

/** Everything by which something leaves. */
export function openWaysOut(environment: OutEnvironment, { ports }: World, secrets: Ports['secrets']): Pick<Ports, 'transports' | 'bus'> {
  const bus = makeEventBus(new EventBridgeClient(forSending), environment.EVENT_BUS_NAME);
  return {
    transports: {
      sms: openSms(environment, ports.log),
      email: makeEmail(
        new SESv2Client(forSending),
        { from: environment.EMAIL_FROM, configurationSet: environment.EMAIL_CONFIGURATION_SET },
        ports.log,
      ),
      custom: makeCustom(bus),
      ...makePostTransports({ secrets, clock, random: ports.random, network, allowLoopback: false }),
    },
    // Custom targets are told in any case.
    bus: ports.publishes ? bus : null,
  };
}

interface ScheduleEnvironment {
  readonly SCHEDULE_GROUP: string;
  readonly SCHEDULE_ROLE_ARN: string;
  readonly SCHEDULE_DEAD_LETTER_ARN: string;
  readonly SELF_ARN: string;
}

/** Has the worker look at an incident when something of it is due. */
export const openArm = (environment: ScheduleEnvironment, { queue }: World): ReturnType<typeof makeArm> =>
  makeArm({
    client: new SchedulerClient(impatient),
    queue,
    clock,
    group: environment.SCHEDULE_GROUP,
    targetArn: environment.SELF_ARN,
    roleArn: environment.SCHEDULE_ROLE_ARN,
    deadLetterArn: environment.SCHEDULE_DEAD_LETTER_ARN,
  });
