import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, Stats, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, MetricFilter, type LogGroup } from 'aws-cdk-lib/aws-logs';
import { EmailSendingEvent, EventDestination, type ConfigurationSet } from 'aws-cdk-lib/aws-ses';
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FunctionName } from '../shared/schema/function-environments.ts';
import { sendersRoutes, type HttpFront } from './http-front.ts';
import { failing, illnesses, throttled, type Illness } from './illnesses.ts';
import { environmentPrefix } from './names.ts';
import type { Queues } from './queues.ts';
import { mayPublish } from './signals-in.ts';

/** Namespace of the metrics that the functions write themselves. */
export const metricsNamespace = 'Tocsin';

interface Props {
  readonly environmentName: string;
  readonly alarmEmail: string;
  readonly monthlySmsSpend: number;
  readonly queues: Queues;
  readonly front: HttpFront;
  readonly mail: ConfigurationSet;
  readonly functions: Readonly<Record<FunctionName, Function>>;
}

interface Watch {
  readonly metric: IMetric;
  /** Ill at this value or above. */
  readonly from: number;
  /** How many periods in a row; 1 when left out. */
  readonly periods?: number;
  readonly missing?: TreatMissingData;
  readonly comparison?: ComparisonOperator;
}

const minute = Duration.minutes(1);
const promisedSeconds = 90;

/** Alarms about Tocsin itself. They leave by a topic of their own to an e-mail address, and never through Tocsin. */
export class IllnessAlarms extends Construct {
  readonly #prefix: string;
  readonly #action: SnsAction;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.#prefix = environmentPrefix(props.environmentName);
    const topic = new Topic(this, 'Topic', { enforceSSL: true });
    topic.addToResourcePolicy(mayPublish(topic, 'cloudwatch.amazonaws.com'));
    new Subscription(this, 'Email', { topic, protocol: SubscriptionProtocol.EMAIL, endpoint: props.alarmEmail });
    this.#action = new SnsAction(topic);

    tellNotDelivered(props.mail, topic);
    this.#watchTime(props.queues);
    this.#watchDeadLetters(props.queues);
    this.#watchFunctions(props.functions);
    this.#alarm(illnesses.ownAlarm, { metric: this.#own('OwnAlarm', Stats.SUM), from: 1 });
    // Each may be the only alarm that a monitor has raised in a week.
    this.#alarm(illnesses.httpFaults, { metric: props.front.api.metricServerError({ statistic: Stats.SUM, period: minute }), from: 1 });
    this.#alarm(illnesses.turnedAway, { metric: this.#turnedAway(props.front.accessLog), from: 1 });
    const spent = new Metric({
      namespace: 'AWS/SNS',
      metricName: 'SMSMonthToDateSpentUSD',
      statistic: Stats.MAXIMUM,
      period: Duration.hours(1),
    });
    this.#alarm(illnesses.smsSpend, { metric: spent, from: props.monthlySmsSpend });
  }

  #watchTime(queues: Queues): void {
    const overdue = (statistic: string): Metric => this.#own('OldestOverdueSeconds', statistic);
    this.#alarm(illnesses.overdue, { metric: overdue(Stats.MAXIMUM), from: promisedSeconds, periods: 2 });
    this.#alarm(illnesses.sweeperSilent, {
      metric: overdue(Stats.SAMPLE_COUNT),
      from: 1,
      periods: 3,
      missing: TreatMissingData.BREACHING,
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
    });
    this.#alarm(illnesses.lateSteps, { metric: this.#own('StepLatenessSeconds', Stats.MAXIMUM), from: promisedSeconds });
    const age = queues.work.metricApproximateAgeOfOldestMessage({ statistic: Stats.MAXIMUM, period: minute });
    // Messages may wait for two minutes on purpose.
    this.#alarm(illnesses.queueAge, { metric: age, from: 300 });
  }

  #watchDeadLetters(queues: Queues): void {
    const letters = (queue: Queue): Watch => ({
      metric: queue.metricApproximateNumberOfMessagesVisible({ statistic: Stats.MAXIMUM, period: minute }),
      from: 1,
    });
    this.#alarm(illnesses.workDeadLetters, letters(queues.workDeadLetters));
    this.#alarm(illnesses.scheduleDeadLetters, letters(queues.scheduleDeadLetters));
    this.#alarm(illnesses.signalDeadLetters, letters(queues.signalDeadLetters));
    this.#alarm(illnesses.replyDeadLetters, letters(queues.replyDeadLetters));
  }

  #watchFunctions(functions: Props['functions']): void {
    const sum = { statistic: Stats.SUM, period: minute };
    const watch = (name: FunctionName): void => {
      this.#alarm(failing(name), { metric: functions[name].metricErrors(sum), from: 1 });
      this.#alarm(throttled(name), { metric: functions[name].metricThrottles(sum), from: 1 });
    };
    for (const name of ['trigger', 'ack', 'resolve', 'api', 'reply', 'escalate', 'sweep'] as const) watch(name);
  }

  /** The HTTP API counts what it turns away among all that is refused for good reasons. */
  #turnedAway(logGroup: LogGroup): Metric {
    // Braces are of the pattern's own syntax.
    const routes = sendersRoutes.map((route) => FilterPattern.stringValue('$.route', '=', route.replace(/\{.*\}/, '*')));
    const filter = new MetricFilter(this, 'TurnedAway', {
      logGroup,
      filterPattern: FilterPattern.all(FilterPattern.stringValue('$.status', '=', '429'), FilterPattern.any(...routes)),
      metricNamespace: this.#prefix,
      metricName: 'RequestsTurnedAway',
    });
    return filter.metric({ statistic: Stats.SUM, period: minute });
  }

  #own(metricName: string, statistic: string): Metric {
    return new Metric({ namespace: metricsNamespace, metricName, dimensionsMap: { service: this.#prefix }, statistic, period: minute });
  }

  #alarm({ name, impact }: Illness, watch: Watch): void {
    const alarm = new Alarm(this, name, {
      alarmName: `${this.#prefix}-${name}`,
      alarmDescription: `${impact} What to do: docs/runbook.md#${name}`,
      metric: watch.metric,
      threshold: watch.from,
      comparisonOperator: watch.comparison ?? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: watch.periods ?? 1,
      treatMissingData: watch.missing ?? TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(this.#action);
    alarm.addOkAction(this.#action);
  }
}

/**
 * SES takes mail for an address that does not exist, or that it has suppressed since it bounced, and says only afterwards that it did not arrive: each
 * time the operator is told, with the address.
 */
function tellNotDelivered(mail: ConfigurationSet, topic: Topic): void {
  mail.addEventDestination('NotDelivered', {
    destination: EventDestination.snsTopic(topic),
    events: [EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT, EmailSendingEvent.REJECT],
  });
}
