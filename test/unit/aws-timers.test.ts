import { ConflictException, CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeQueue } from '../../shared/adapters/aws/queue.ts';
import { makeArm } from '../../shared/adapters/aws/schedules.ts';
import { night } from '../fixtures.ts';

const scheduler = mockClient(SchedulerClient);
const sqs = mockClient(SQSClient);

beforeEach(() => {
  scheduler.reset();
  sqs.reset();
  scheduler.on(CreateScheduleCommand).resolves({});
  sqs.on(SendMessageCommand).resolves({});
});

const queueUrl = 'https://sqs.us-east-1.amazonaws.com/123456789012/work';
const queue = makeQueue(new SQSClient({ region: 'us-east-1' }), queueUrl);
const id = { key: 'abcdefghijklmnopqrstuvwxyz', generation: 3 };

const arm = makeArm({
  client: new SchedulerClient({ region: 'us-east-1' }),
  queue,
  clock: { real: () => night },
  group: 'tocsin-dev',
  targetArn: 'arn:aws:lambda:us-east-1:123456789012:function:escalate',
  roleArn: 'arn:aws:iam::123456789012:role/schedules',
  deadLetterArn: 'arn:aws:sqs:us-east-1:123456789012:schedule-dead-letters',
});

const sent = () => sqs.commandCalls(SendMessageCommand).map(({ args }) => args[0].input);
const made = () => scheduler.commandCalls(CreateScheduleCommand).map(({ args }) => args[0].input);

describe('the work queue', () => {
  it('is told of an incident at once, or after some seconds, and of nothing but its id', async () => {
    const incident = { ...id, title: 'error rate 12%' };
    await queue.nudge(incident);
    await queue.nudgeLater(id, 45);
    const MessageBody = JSON.stringify(id);
    expect(sent()).toEqual([
      { QueueUrl: queueUrl, MessageBody, DelaySeconds: 0 },
      { QueueUrl: queueUrl, MessageBody, DelaySeconds: 45 },
    ]);
  });

  it('is told of a person whose contacts are to be tested', async () => {
    await queue.testContacts({ id: 'test-1', person: 'ana' });
    expect(sent()).toEqual([{ QueueUrl: queueUrl, MessageBody: JSON.stringify({ test: 'test-1', person: 'ana' }), DelaySeconds: 0 }]);
  });

  it('is told that it is time to look at handoffs', async () => {
    await queue.handoffs();
    expect(sent()).toEqual([{ QueueUrl: queueUrl, MessageBody: JSON.stringify({ handoffs: true }), DelaySeconds: 0 }]);
  });

  it('lets a fault be seen by those who nudge', async () => {
    sqs.on(SendMessageCommand).rejects(new Error('the queue is gone'));
    await expect(queue.nudge(id)).rejects.toThrow('the queue is gone');
  });
});

describe('what is due later', () => {
  it('is woken by a schedule of its own, set a minute ahead in UTC, that goes when it has fired', async () => {
    const due = night + 15 * 60_000;
    await arm(id, due);
    expect(made()).toEqual([
      {
        Name: `${id.key}-3-${Math.floor(due / 1000).toString(36)}`,
        GroupName: 'tocsin-dev',
        ScheduleExpression: 'at(2026-03-02T02:14:00)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: {
          Arn: 'arn:aws:lambda:us-east-1:123456789012:function:escalate',
          RoleArn: 'arn:aws:iam::123456789012:role/schedules',
          Input: JSON.stringify({ ...id, due }),
          RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 10 },
          DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:123456789012:schedule-dead-letters' },
        },
      },
    ]);
    expect(sent()).toEqual([]);
  });

  it('has a name that Scheduler takes, however far off it is', async () => {
    await arm({ key: id.key, generation: 16_777_215 }, night + 366 * 24 * 3600_000);
    expect(made()[0]?.Name).toMatch(/^[0-9a-zA-Z-_.]{1,64}$/);
  });

  it('may be armed twice, since the second time nothing happens', async () => {
    const conflict = new ConflictException({ message: 'no', Message: 'Schedule already exists.', $metadata: {} });
    scheduler.on(CreateScheduleCommand).resolvesOnce({}).rejects(conflict);
    await arm(id, night + 3600_000);
    await arm(id, night + 3600_000);
    const [first, second] = made();
    expect(second).toEqual(first);
  });

  it.each(['ThrottlingException', 'ServiceQuotaExceededException', 'AccessDeniedException', 'TimeoutError'])(
    'lets %s be seen, so that it is logged and left to the sweeper',
    async (name) => {
      scheduler.on(CreateScheduleCommand).rejects(Object.assign(new Error('no'), { name }));
      await expect(arm(id, night + 3600_000)).rejects.toMatchObject({ name });
    },
  );

  it.each([
    [-5000, 0],
    [0, 0],
    [1, 1],
    [59_001, 60],
    [120_000, 120],
  ])('waits in the queue when it is %d ms away, to the second: %d', async (remaining, DelaySeconds) => {
    await arm(id, night + remaining);
    expect(sent()).toEqual([{ QueueUrl: queueUrl, MessageBody: JSON.stringify(id), DelaySeconds }]);
    expect(made()).toEqual([]);
  });

  it('never waits in the queue for longer than the queue can hold it back', async () => {
    for (let seconds = 0; seconds <= 1800; seconds += 7) await arm(id, night + seconds * 1000);
    expect(Math.max(...sent().map(({ DelaySeconds = 0 }) => DelaySeconds))).toBeLessThanOrEqual(900);
    expect(sent().length + made().length).toBe(258);
  });
});
