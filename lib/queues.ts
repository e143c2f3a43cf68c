import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** Longer than a worker may take, so that nobody works on a message while another still does. */
const visibility = Duration.seconds(40);
/** A worker that is killed gives its message back, and the next one takes it. */
const tries = 5;
/** An alarm that could not be taken in comes again so often, for six hours. Longer than six times what `trigger` may take, as AWS asks for. */
const againAfter = Duration.minutes(2);
const signalTries = 180;
const kept = Duration.days(14);

const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true } as const;

/** The work queue, and where everything goes that could not be delivered: what is there waits for a person. */
export class Queues extends Construct {
  readonly work: Queue;
  /** Looks that failed again and again. */
  readonly workDeadLetters: Queue;
  /** Schedules that could not be delivered. */
  readonly scheduleDeadLetters: Queue;
  /** Alarms that `trigger` failed on, which come to it again and again: nobody else repeats them. */
  readonly signalRetries: Queue;
  /** Alarms that `trigger` did not take. */
  readonly signalDeadLetters: Queue;
  /** SMS replies that `reply` did not take. */
  readonly replyDeadLetters: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const deadLetters = (name: string): Queue => new Queue(this, name, { ...common, retentionPeriod: kept });
    this.workDeadLetters = deadLetters('WorkDeadLetters');
    this.scheduleDeadLetters = deadLetters('ScheduleDeadLetters');
    this.signalDeadLetters = deadLetters('SignalDeadLetters');
    this.replyDeadLetters = deadLetters('ReplyDeadLetters');
    this.signalRetries = new Queue(this, 'SignalRetries', {
      ...common,
      visibilityTimeout: againAfter,
      retentionPeriod: kept,
      deadLetterQueue: { queue: this.signalDeadLetters, maxReceiveCount: signalTries },
    });
    this.work = new Queue(this, 'Work', {
      ...common,
      visibilityTimeout: visibility,
      // A look that is a day old says nothing any more: the sweeper has asked again since.
      retentionPeriod: Duration.days(1),
      deadLetterQueue: { queue: this.workDeadLetters, maxReceiveCount: tries },
    });
  }
}
