import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { Emulator } from './emulator.ts';

const event = z.object({
  source: z.string(),
  'detail-type': z.string(),
  detail: z.object({ type: z.string(), timestamp: z.string(), data: z.looseObject({ incident: z.looseObject({ id: z.string() }) }) }),
});
type Event = z.output<typeof event>;

/** A rule on a bus and the queue that it fills, as a program has them that reads the events of an account. */
export class BusReader {
  readonly #sqs: SQSClient;
  readonly #queueUrl: string;
  readonly #read: Event[] = [];

  private constructor(sqs: SQSClient, queueUrl: string) {
    this.#sqs = sqs;
    this.#queueUrl = queueUrl;
  }

  static async open({ endpoint, region }: Emulator, bus: string, name: string, pattern: object): Promise<BusReader> {
    const client = { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
    const [sqs, events] = [new SQSClient(client), new EventBridgeClient(client)];
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
    const rule = { EventBusName: bus, Rule: name };
    await events.send(new PutRuleCommand({ EventBusName: bus, Name: name, EventPattern: JSON.stringify(pattern) }));
    await events.send(new PutTargetsCommand({ ...rule, Targets: [{ Id: name, Arn: Attributes['QueueArn'] }] }));
    return new BusReader(sqs, QueueUrl);
  }

  /** All events that have come, oldest first. */
  async events(): Promise<readonly Event[]> {
    const { Messages = [] } = await this.#sqs.send(new ReceiveMessageCommand({ QueueUrl: this.#queueUrl, MaxNumberOfMessages: 10 }));
    this.#read.push(...Messages.map(({ Body = '' }) => event.parse(JSON.parse(Body))));
    const Entries = Messages.map(({ ReceiptHandle }, place) => ({ Id: String(place), ReceiptHandle }));
    if (Entries.length > 0) await this.#sqs.send(new DeleteMessageBatchCommand({ QueueUrl: this.#queueUrl, Entries }));
    return this.#read;
  }
}
