import type { Stack } from 'aws-cdk-lib';
import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { namedSecretArns } from './grants.ts';
import { environmentPrefix } from './names.ts';
import { namedSecretsPrefix } from './secrets.ts';

interface Acknowledgement {
  /** Path below the stack; everything under it counts. */
  readonly at: string;
  readonly rule: string;
  readonly reason: string;
}

const reasons = {
  callers:
    'The function checks ingest keys, tokens and links itself, in constant time: an authorizer sees no body and is a second cold start before a page.',
  deadLetters: 'It is a dead-letter queue: what is there waits for a person, and an alarm tells one.',
  queueHasOne: 'The queue has its own dead-letter queue.',
  ownSecret:
    'Links stay valid for a week and scripts hold the token: a person replaces them, as docs/aws.md says, knowing what stops working.',
  tracing: 'The tracer adds 45 ms to every cold start; latencies are metrics and log lines instead.',
  answered: 'It is called and answered over HTTP: there is no event to keep when it fails, the caller is told.',
  destination: 'Events that fail in the end go to a queue by its onFailure destination, which tells more than a dead-letter target.',
  phoneNumbers: 'A phone number has no ARN, so publishing to one is allowed on everything; a second statement denies every topic.',
  namedSecrets: 'Documents name secrets by name, and none is known when this is deployed; the prefix belongs to this environment alone.',
  schedules: 'Schedules are made and named at run time; the group belongs to this environment alone.',
};

/** Every finding of cdk-nag that stands, with its reason. */
function acknowledgements(stack: Stack, environmentName: string): readonly Acknowledgement[] {
  const secrets = namedSecretArns(stack, namedSecretsPrefix(environmentName));
  const schedules = stack.formatArn({
    service: 'scheduler',
    resource: 'schedule',
    resourceName: `${environmentPrefix(environmentName)}/*`,
  });
  const wildcard = (resource: string): string => `AwsSolutions::AwsSolutions-IAM5[Resource::${resource}]`;
  return [
    { at: 'Http', rule: 'AwsSolutions::AwsSolutions-APIG4', reason: reasons.callers },
    { at: 'Queues/ScheduleDeadLetters', rule: 'AwsSolutions::AwsSolutions-SQS3', reason: reasons.deadLetters },
    { at: 'Queues/SignalDeadLetters', rule: 'AwsSolutions::AwsSolutions-SQS3', reason: reasons.deadLetters },
    { at: 'Queues/ReplyDeadLetters', rule: 'AwsSolutions::AwsSolutions-SQS3', reason: reasons.deadLetters },
    { at: 'Queues/WorkDeadLetters', rule: 'Serverless::Serverless-SQSRedrivePolicy', reason: reasons.deadLetters },
    { at: 'Queues/ScheduleDeadLetters', rule: 'Serverless::Serverless-SQSRedrivePolicy', reason: reasons.deadLetters },
    { at: 'Queues/SignalDeadLetters', rule: 'Serverless::Serverless-SQSRedrivePolicy', reason: reasons.deadLetters },
    { at: 'Queues/ReplyDeadLetters', rule: 'Serverless::Serverless-SQSRedrivePolicy', reason: reasons.deadLetters },
    { at: 'Secrets', rule: 'AwsSolutions::AwsSolutions-SMG4', reason: reasons.ownSecret },
    { at: 'Functions', rule: 'Serverless::Serverless-LambdaTracing', reason: reasons.tracing },
    { at: 'Functions/Ack', rule: 'Serverless::Serverless-LambdaDLQ', reason: reasons.answered },
    { at: 'Functions/Resolve', rule: 'Serverless::Serverless-LambdaDLQ', reason: reasons.answered },
    { at: 'Functions/Api', rule: 'Serverless::Serverless-LambdaDLQ', reason: reasons.answered },
    { at: 'Functions/Trigger', rule: 'Serverless::Serverless-LambdaDLQ', reason: reasons.destination },
    { at: 'Functions/Reply', rule: 'Serverless::Serverless-LambdaDLQ', reason: reasons.destination },
    { at: 'Functions/Escalate', rule: 'Serverless::Serverless-LambdaDLQ', reason: reasons.destination },
    {
      at: 'Functions/Sweep',
      rule: 'Serverless::Serverless-LambdaDLQ',
      reason: 'The next run, a minute later, sees the same; silence is an alarm.',
    },
    {
      at: 'Functions/Sweep',
      rule: 'Serverless::Serverless-LambdaAsyncFailureDestination',
      reason: 'As above: a sweep that failed is of no use later.',
    },
    {
      at: 'Functions/EveryMinute',
      rule: 'Serverless::Serverless-EventBusDLQ',
      reason: 'As above: a minute that was missed is of no use later.',
    },
    { at: 'Functions/Work', rule: 'Serverless::Serverless-LambdaEventSourceMappingDestination', reason: reasons.queueHasOne },
    { at: 'Functions/SignalRetries', rule: 'Serverless::Serverless-LambdaEventSourceMappingDestination', reason: reasons.queueHasOne },
    { at: 'Functions/Api', rule: wildcard(secrets), reason: reasons.namedSecrets },
    { at: 'Functions/Escalate', rule: wildcard(secrets), reason: reasons.namedSecrets },
    { at: 'Functions/Escalate', rule: wildcard(schedules), reason: reasons.schedules },
    { at: 'Functions/Escalate', rule: wildcard('*'), reason: reasons.phoneNumbers },
    { at: 'Functions/Reply', rule: wildcard('*'), reason: reasons.phoneNumbers },
    {
      at: 'Illness/Email',
      rule: 'Serverless::Serverless-SNSRedrivePolicy',
      reason: 'Mail that cannot be delivered tells nobody anything from a queue either.',
    },
  ];
}

/** Acknowledges them. Throws when one names a construct that is not there. */
export function acknowledgeFindings(stack: Stack, environmentName: string): void {
  for (const { at, rule, reason } of acknowledgements(stack, environmentName)) {
    const construct = at.split('/').reduce<IConstruct>((parent, id) => parent.node.findChild(id), stack);
    Validations.of(construct).acknowledge({ id: rule, reason });
  }
}
