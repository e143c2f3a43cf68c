import { ConflictException, CreateScheduleCommand, type SchedulerClient } from '@aws-sdk/client-scheduler';
import type { IncidentId } from '../../domain/incident-id.ts';
import type { Clock } from '../../ports.ts';
import { longestDelay, type AwsQueue } from './queue.ts';

/** Schedules are precise to the minute and late by up to 60 s, so one is set this much before what is due. */
const aheadMs = 60_000;
/** Nearer than this a schedule may be late already: the queue holds the message back to the second instead. */
const nearMs = 2 * aheadMs;

interface Options {
  readonly client: SchedulerClient;
  readonly queue: Pick<AwsQueue, 'nudgeLater'>;
  readonly clock: Pick<Clock, 'real'>;
  readonly group: string;
  readonly targetArn: string;
  readonly roleArn: string;
  readonly deadLetterArn: string;
}

/** A name that is never used for anything else, so that arming twice arms once. */
const nameOf = ({ key, generation }: IncidentId, due: number): string =>
  `${key}-${String(generation)}-${Math.floor(due / 1000).toString(36)}`;

/** Has somebody look at an incident when something of it is due. Safe to repeat. */
export function makeArm({ client, queue, clock, ...options }: Options): (id: IncidentId, due: number) => Promise<void> {
  return async (id, due) => {
    const remaining = due - clock.real();
    if (remaining <= nearMs) {
      await queue.nudgeLater(id, Math.min(longestDelay, Math.max(0, Math.ceil(remaining / 1000))));
      return;
    }
    try {
      await client.send(
        new CreateScheduleCommand({
          Name: nameOf(id, due),
          GroupName: options.group,
          // No zone suffix: the expression is in UTC unless a zone is named.
          ScheduleExpression: `at(${new Date(due - aheadMs).toISOString().slice(0, 19)})`,
          FlexibleTimeWindow: { Mode: 'OFF' },
          ActionAfterCompletion: 'DELETE',
          Target: {
            Arn: options.targetArn,
            RoleArn: options.roleArn,
            Input: JSON.stringify({ key: id.key, generation: id.generation, due }),
            RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 10 },
            DeadLetterConfig: { Arn: options.deadLetterArn },
          },
        }),
      );
    } catch (cause) {
      // It has been armed before.
      if (!(cause instanceof ConflictException)) throw cause;
    }
  };
}
