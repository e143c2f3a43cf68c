import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { environmentPrefix, functionArn } from './names.ts';
import type { Grant } from './grants.ts';
import type { Queues } from './queues.ts';

interface Props {
  readonly environmentName: string;
  readonly queues: Queues;
}

/** Where the worker puts its one-shot schedules, and the role in which they invoke it. */
export class Schedules extends Construct {
  readonly groupName: string;
  readonly role: Role;
  /** What the worker needs in order to arm one. */
  readonly arming: readonly Grant[];

  constructor(scope: Construct, id: string, { environmentName, queues }: Props) {
    super(scope, id);
    const { account } = Stack.of(this);
    this.groupName = environmentPrefix(environmentName);
    // Schedules carry no meaning: what is due stands in the table, so the group may always go.
    const group = new ScheduleGroup(this, 'Group', { scheduleGroupName: this.groupName, removalPolicy: RemovalPolicy.DESTROY });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account }, ArnEquals: { 'aws:SourceArn': group.scheduleGroupArn } },
      }),
    });
    this.role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn(this, environmentName, 'escalate')] }),
    );
    this.role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queues.scheduleDeadLetters.queueArn] }));
    const schedules = Stack.of(this).formatArn({ service: 'scheduler', resource: 'schedule', resourceName: `${this.groupName}/*` });
    this.arming = [
      { actions: ['scheduler:CreateSchedule'], resources: [schedules] },
      {
        actions: ['iam:PassRole'],
        resources: [this.role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      },
    ];
  }
}
