import { CfnOutput, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { ConfigurationSet } from 'aws-cdk-lib/aws-ses';
import type { Construct } from 'constructs';
import type { Deployment } from '../shared/schema/deployment.ts';
import { Functions } from './functions.ts';
import { HttpFront } from './http-front.ts';
import { IllnessAlarms } from './illness-alarms.ts';
import { acknowledgeFindings } from './nag-acknowledgements.ts';
import { environmentPrefix } from './names.ts';
import { Queues } from './queues.ts';
import { Schedules } from './schedules.ts';
import { Secrets } from './secrets.ts';
import { InboundTopics, SignalsIn } from './signals-in.ts';
import { Table } from './table.ts';

interface Props {
  readonly environmentName: string;
  readonly deployment: Deployment;
}

/** The whole of one environment. */
export class TocsinStack extends Stack {
  constructor(scope: Construct, id: string, { environmentName, deployment }: Props) {
    super(scope, id, {
      stackName: environmentPrefix(environmentName),
      description: `Tocsin, on-call escalation: ${environmentName}`,
      env: { account: deployment.account, region: deployment.region },
      terminationProtection: deployment.keepData,
    });
    Tags.of(this).add('tocsin:environment', environmentName);
    const { keepData } = deployment;

    const queues = new Queues(this, 'Queues');
    const topics = new InboundTopics(this, 'Topics');
    const front = new HttpFront(this, 'Http', { environmentName, ...deployment });
    const secrets = new Secrets(this, 'Secrets', { keepData });
    const bus = new EventBus(this, 'Events', {
      eventBusName: environmentPrefix(environmentName),
      description: `What happens to incidents: ${environmentName}`,
    });
    bus.applyRemovalPolicy(RemovalPolicy.DESTROY);
    const mail = new ConfigurationSet(this, 'Mail', { reputationMetrics: true });
    const functions = new Functions(this, 'Functions', {
      environmentName,
      deployment,
      queues,
      topics,
      front,
      secrets,
      bus,
      mail,
      table: new Table(this, 'Data', { keepData }),
      schedules: new Schedules(this, 'Schedules', { environmentName, queues }),
    }).byName;

    front.serve({ functions, throttles: deployment.throttles });
    const { trigger, reply } = functions;
    new SignalsIn(this, 'Signals', { environmentName, topics, queues, trigger, reply, allAlarms: deployment.alarms.all });
    new IllnessAlarms(this, 'Illness', {
      environmentName,
      alarmEmail: deployment.alarmEmail,
      monthlySmsSpend: deployment.sms.monthlySpendAlarm,
      queues,
      front,
      mail,
      functions,
    });

    this.#tell('Address', front.baseUrl, 'Where the API answers');
    if (front.domainTarget !== undefined) this.#tell('DomainTarget', front.domainTarget, 'What the domain name must be a CNAME of');
    this.#tell('AdminTokenSecret', secrets.adminTokenArn, "The secret that holds the administrator's token");
    this.#tell('SigningKeysSecret', secrets.signingKeysArn, 'The secret that links are signed with');
    this.#tell('AlarmTopic', topics.alarms.topicArn, 'Publish CloudWatch alarms here');
    this.#tell('ReplyTopic', topics.replies.topicArn, 'Two-way SMS of the origination number must publish here');
    this.#tell('TriggerFunction', trigger.functionArn, 'May be the action of any CloudWatch alarm of this account and region');
    this.#tell('EventBus', bus.eventBusName, 'Events about incidents are put here');
    acknowledgeFindings(this, environmentName);
  }

  #tell(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description });
  }
}
