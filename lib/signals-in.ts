import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnPermission, type Function } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { environmentPrefix } from './names.ts';
import type { Queues } from './queues.ts';

/** The topic that alarms are published to, and the one that SMS replies arrive on. */
export class InboundTopics extends Construct {
  readonly alarms: Topic;
  readonly replies: Topic;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.alarms = this.#topic('Alarms', 'cloudwatch.amazonaws.com');
    this.replies = this.#topic('Replies', 'sms-voice.amazonaws.com');
  }

  #topic(id: string, publisher: string): Topic {
    const topic = new Topic(this, id, { enforceSSL: true });
    topic.addToResourcePolicy(mayPublish(topic, publisher));
    return topic;
  }
}

/** A service may publish on behalf of this account, and of no other. */
export const mayPublish = (topic: Topic, publisher: string): PolicyStatement =>
  new PolicyStatement({
    principals: [new ServicePrincipal(publisher)],
    actions: ['sns:Publish'],
    resources: [topic.topicArn],
    conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(topic).account } },
  });

interface Props {
  readonly environmentName: string;
  readonly topics: InboundTopics;
  readonly queues: Queues;
  readonly trigger: Function;
  readonly reply: Function;
  /** Every alarm of the account and region comes in. */
  readonly allAlarms: boolean;
}

/** Everything that calls `trigger` and `reply` without waiting for an answer. */
export class SignalsIn extends Construct {
  constructor(scope: Construct, id: string, { environmentName, topics, queues, trigger, reply, allAlarms }: Props) {
    super(scope, id);
    topics.alarms.addSubscription(new LambdaSubscription(trigger, { deadLetterQueue: queues.signalDeadLetters }));
    topics.replies.addSubscription(new LambdaSubscription(reply, { deadLetterQueue: queues.replyDeadLetters }));

    // One permission for all alarms: one for each would fill the function's policy, whose size is limited.
    const stack = Stack.of(this);
    new CfnPermission(this, 'AnyAlarm', {
      action: 'lambda:InvokeFunction',
      functionName: trigger.functionArn,
      principal: 'lambda.alarms.cloudwatch.amazonaws.com',
      sourceAccount: stack.account,
      sourceArn: stack.formatArn({ service: 'cloudwatch', resource: 'alarm', arnFormat: ArnFormat.COLON_RESOURCE_NAME, resourceName: '*' }),
    });

    if (!allAlarms) return;
    new Rule(this, 'AllAlarms', {
      description: 'Every CloudWatch alarm that changes its state, except those about Tocsin itself',
      eventPattern: {
        source: ['aws.cloudwatch'],
        detailType: ['CloudWatch Alarm State Change'],
        // Our own alarms leave by another door: an ill pager does not page about itself.
        detail: { alarmName: [{ 'anything-but': { prefix: `${environmentPrefix(environmentName)}-` } }] },
      },
      targets: [
        new LambdaFunction(trigger, {
          deadLetterQueue: queues.signalDeadLetters,
          retryAttempts: 185,
          maxEventAge: Duration.hours(6),
        }),
      ],
    });
  }
}
