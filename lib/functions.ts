import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule, type EventBus } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { EventSourceMapping, type Function } from 'aws-cdk-lib/aws-lambda';
import type { ConfigurationSet } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import { channelNeeds, type ChannelNeed } from '../shared/channels/needs.ts';
import type { Deployment } from '../shared/schema/deployment.ts';
import type { FunctionName } from '../shared/schema/function-environments.ts';
import * as grant from './grants.ts';
import type { Grant } from './grants.ts';
import type { HttpFront } from './http-front.ts';
import { metricsNamespace } from './illness-alarms.ts';
import { environmentPrefix, functionArn } from './names.ts';
import type { Queues } from './queues.ts';
import type { Schedules } from './schedules.ts';
import { namedSecretsPrefix, type Secrets } from './secrets.ts';
import type { InboundTopics } from './signals-in.ts';
import type { Table } from './table.ts';
import { TocsinFunction, type Unanswered } from './tocsin-function.ts';

interface Props {
  readonly environmentName: string;
  readonly deployment: Deployment;
  readonly table: Table;
  readonly queues: Queues;
  readonly topics: InboundTopics;
  readonly front: HttpFront;
  readonly secrets: Secrets;
  readonly schedules: Schedules;
  readonly mail: ConfigurationSet;
  readonly bus: EventBus;
}

/** What makes one function different from the others. */
interface Special {
  readonly id: string;
  readonly seconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly grants: readonly Grant[];
  readonly unanswered?: Unanswered;
  readonly loops?: boolean;
}

const batch = 10;
/** The fewest that AWS allows: what comes in now goes before what could not come in then. */
const retrying = 2;

/** The seven functions. */
export class Functions extends Construct {
  readonly byName: Readonly<Record<FunctionName, Function>>;
  readonly #props: Props;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.#props = props;
    this.byName = {
      trigger: this.#trigger(),
      ack: this.#ack(),
      resolve: this.#resolve(),
      api: this.#api(),
      reply: this.#reply(),
      escalate: this.#escalate(),
      sweep: this.#sweep(),
    };
  }

  #trigger(): Function {
    const { table, queues, topics, deployment } = this.#props;
    const { defaultService, services, severities } = deployment.alarms;
    const trigger = this.#function('trigger', {
      id: 'Trigger',
      seconds: 20,
      environment: {
        ALARM_TOPIC_ARNS: topics.alarms.topicArn,
        SIGNAL_DEAD_LETTERS_URL: queues.signalDeadLetters.queueUrl,
        ...this.#publishing(),
        ...(defaultService === undefined ? {} : { DEFAULT_SERVICE: defaultService }),
        ...(Object.keys(services).length === 0 ? {} : { ALARM_SERVICES: JSON.stringify(services) }),
        ...(Object.keys(severities).length === 0 ? {} : { ALARM_SEVERITIES: JSON.stringify(severities) }),
      },
      grants: [...grant.rows(table, 'due', 'listing'), grant.queueing(queues.signalDeadLetters), grant.working(queues.signalRetries)],
      unanswered: { retries: 2, maxAge: Duration.hours(6), givenUp: queues.signalRetries },
      loops: true,
    });
    new EventSourceMapping(this, 'SignalRetries', {
      target: trigger,
      eventSourceArn: queues.signalRetries.queueArn,
      // Each fails for itself.
      batchSize: 1,
      maxConcurrency: retrying,
    });
    return trigger;
  }

  #ack(): Function {
    const { table, secrets, front } = this.#props;
    return this.#function('ack', {
      id: 'Ack',
      seconds: 10,
      environment: { SIGNING_KEYS_ARN: secrets.signingKeysArn, ADMIN_TOKEN_ARN: secrets.adminTokenArn, BASE_URL: front.baseUrl },
      grants: [...grant.rows(table, 'due'), grant.readingSecret(secrets.signingKeysArn, secrets.adminTokenArn)],
    });
  }

  #resolve(): Function {
    const { table, secrets } = this.#props;
    return this.#function('resolve', {
      id: 'Resolve',
      seconds: 10,
      environment: { ADMIN_TOKEN_ARN: secrets.adminTokenArn },
      grants: [grant.items(table), grant.looking(table, 'due'), grant.readingSecret(secrets.adminTokenArn)],
    });
  }

  #api(): Function {
    const { table, secrets, front, environmentName } = this.#props;
    const prefix = namedSecretsPrefix(environmentName);
    return this.#function('api', {
      id: 'Api',
      // A test page is waited for, ten seconds at most.
      seconds: 25,
      environment: {
        SIGNING_KEYS_ARN: secrets.signingKeysArn,
        ADMIN_TOKEN_ARN: secrets.adminTokenArn,
        BASE_URL: front.baseUrl,
        NAMED_SECRETS_PREFIX: prefix,
      },
      grants: [
        ...grant.rows(table, 'due', 'listing'),
        grant.management(table),
        grant.readingSecret(secrets.signingKeysArn, secrets.adminTokenArn),
        // Whether a secret is there, never what it is: saving a document warns of names that lead nowhere.
        { actions: ['secretsmanager:DescribeSecret'], resources: [grant.namedSecretArns(this, prefix)] },
      ],
    });
  }

  #reply(): Function {
    const { table, queues, topics } = this.#props;
    return this.#function('reply', {
      id: 'Reply',
      seconds: 20,
      environment: { ...this.#sms(), REPLY_TOPIC_ARN: topics.replies.topicArn },
      grants: [...grant.rows(table, 'due'), ...grant.texting(this)],
      unanswered: { retries: 2, maxAge: Duration.hours(1), givenUp: queues.replyDeadLetters },
    });
  }

  #escalate(): Function {
    const { table, queues, schedules, secrets, front, mail, bus, environmentName, deployment } = this.#props;
    const worker = this.#function('escalate', {
      id: 'Escalate',
      seconds: 25,
      environment: {
        ...this.#sms(),
        SIGNING_KEYS_ARN: secrets.signingKeysArn,
        BASE_URL: front.baseUrl,
        NAMED_SECRETS_PREFIX: namedSecretsPrefix(environmentName),
        EMAIL_FROM: deployment.email.from,
        EMAIL_CONFIGURATION_SET: mail.configurationSetName,
        EVENT_BUS_NAME: bus.eventBusName,
        ...this.#publishing(),
        SCHEDULE_GROUP: schedules.groupName,
        SCHEDULE_ROLE_ARN: schedules.role.roleArn,
        SCHEDULE_DEAD_LETTER_ARN: queues.scheduleDeadLetters.queueArn,
        SELF_ARN: functionArn(this, environmentName, 'escalate'),
      },
      grants: [
        ...grant.rows(table, 'due', 'listing'),
        grant.listing(table),
        grant.working(queues.work),
        ...schedules.arming,
        grant.readingSecret(secrets.signingKeysArn),
        ...this.#forChannels(),
      ],
      unanswered: { retries: 2, maxAge: Duration.hours(1), givenUp: queues.workDeadLetters },
      loops: true,
    });
    new EventSourceMapping(this, 'Work', {
      target: worker,
      eventSourceArn: queues.work.queueArn,
      batchSize: batch,
      // A message that fails comes back alone; the others of its batch are done.
      reportBatchItemFailures: true,
      maxConcurrency: deployment.concurrency.workers,
    });
    return worker;
  }

  #forChannels(): readonly Grant[] {
    const { mail, bus, environmentName, deployment } = this.#props;
    const { identity, sandboxRecipients } = deployment.email;
    const granted: Readonly<Record<ChannelNeed, readonly Grant[]>> = {
      'publish-sms': grant.texting(this),
      'send-email': [grant.mailing(this, [identity, ...sandboxRecipients], mail.configurationSetName)],
      'put-events': [{ actions: ['events:PutEvents'], resources: [bus.eventBusArn] }],
      'read-named-secrets': [grant.readingSecret(grant.namedSecretArns(this, namedSecretsPrefix(environmentName)))],
    };
    return [...new Set(Object.values(channelNeeds).flat())].flatMap((need) => granted[need]);
  }

  #sweep(): Function {
    const { table } = this.#props;
    const sweeper = this.#function('sweep', {
      id: 'Sweep',
      seconds: 50,
      environment: {},
      grants: grant.sweeping(table),
      // The next run is a minute away and sees the same; a run that comes late is of no use.
      unanswered: { retries: 0, maxAge: Duration.minutes(1), givenUp: null },
    });
    new Rule(this, 'EveryMinute', {
      description: 'Looks for incidents that nobody looked at in time',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(sweeper, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
    return sweeper;
  }

  #publishing(): Readonly<Record<string, string>> {
    return this.#props.deployment.publishEvents ? { PUBLISH_EVENTS: 'true' } : {};
  }

  #sms(): Readonly<Record<string, string>> {
    const { originationNumber, maxPrice } = this.#props.deployment.sms;
    return { SMS_MAX_PRICE: maxPrice, ...(originationNumber === undefined ? {} : { SMS_ORIGINATION_NUMBER: originationNumber }) };
  }

  #function(name: FunctionName, { id, seconds, environment, grants, unanswered, loops }: Special): Function {
    const { environmentName, deployment, table, queues } = this.#props;
    return new TocsinFunction(this, id, {
      name,
      environmentName,
      timeout: Duration.seconds(seconds),
      environment: {
        TABLE_NAME: table.name,
        QUEUE_URL: queues.work.queueUrl,
        RETENTION_DAYS: String(deployment.incidentDays),
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace,
        POWERTOOLS_SERVICE_NAME: environmentPrefix(environmentName),
        ...environment,
      },
      grants: [grant.queueing(queues.work), ...grants],
      unanswered: unanswered ?? null,
      loops: loops ?? false,
      reserved: deployment.concurrency.reserved[name],
      logDays: deployment.logDays,
      keepData: deployment.keepData,
    }).function;
  }
}
