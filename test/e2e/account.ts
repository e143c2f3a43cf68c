import { CloudWatchLogsClient, DescribeLogGroupsCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, ListQueuesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { Emulator } from './emulator.ts';

// By account, region or number, as the emulator sees fit: what is looked for are the records inside.
function recordsIn<T>(json: unknown, schema: z.ZodType<T>): readonly T[] {
  const record = schema.safeParse(json);
  if (record.success) return [record.data];
  return typeof json === 'object' && json !== null ? Object.values(json).flatMap((inner) => recordsIn(inner, schema)) : [];
}

const text = z.object({ PhoneNumber: z.string(), Message: z.string() });
const mail = z.object({ To: z.array(z.string()), Subject: z.string(), BodyText: z.string() });

/** The account that the emulator stands for, as somebody outside of Tocsin uses it. */
export class Account {
  readonly #emulator: Emulator;
  readonly #client;

  constructor(emulator: Emulator) {
    this.#emulator = emulator;
    this.#client = { endpoint: emulator.endpoint, region: emulator.region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  }

  async secret(id: string): Promise<string> {
    const { SecretString } = await new SecretsManagerClient(this.#client).send(new GetSecretValueCommand({ SecretId: id }));
    return SecretString ?? '';
  }

  async makeSecret(Name: string, SecretString: string): Promise<void> {
    await new SecretsManagerClient(this.#client).send(new CreateSecretCommand({ Name, SecretString }));
  }

  async verifySender(address: string): Promise<void> {
    await new SESv2Client(this.#client).send(new CreateEmailIdentityCommand({ EmailIdentity: address }));
  }

  async publish(TopicArn: string, message: object): Promise<void> {
    await new SNSClient(this.#client).send(new PublishCommand({ TopicArn, Message: JSON.stringify(message) }));
  }

  /** Puts a message into the queue of the stack that has this id there. */
  async put(queue: string, MessageBody: string): Promise<void> {
    const QueueUrl = (await this.#queues()).find((url) => new RegExp(`-${queue}[0-9A-F]{8}`).test(url));
    await new SQSClient(this.#client).send(new SendMessageCommand({ QueueUrl, MessageBody }));
  }

  /** How many messages the queues hold that wait for a person, by the id of the queue in the stack. */
  async deadLetters(): Promise<Readonly<Record<string, number>>> {
    const waiting = (await this.#queues()).flatMap((url) => {
      const name = /-Queues(\w+)DeadLetters/.exec(url)?.[1];
      return name === undefined ? [] : [{ name, url }];
    });
    const counted = await Promise.all(
      waiting.map(async ({ name, url }) => {
        const asked = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages'] });
        const { Attributes } = await new SQSClient(this.#client).send(asked);
        return [name, Number(Attributes?.['ApproximateNumberOfMessages'])] as const;
      }),
    );
    return Object.fromEntries(counted);
  }

  async #queues(): Promise<readonly string[]> {
    return (await new SQSClient(this.#client).send(new ListQueuesCommand({ QueueNamePrefix: 'tocsin-e2e-' }))).QueueUrls ?? [];
  }

  /** Has a service of AWS tell the default bus of the account what has happened to the resource. */
  async putEvent(Source: string, DetailType: string, resource: string, detail: object): Promise<void> {
    const entry = { Source, DetailType, Resources: [resource], Detail: JSON.stringify(detail), Time: Math.floor(Date.now() / 1000) };
    const answer = await fetch(this.#emulator.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' },
      body: JSON.stringify({ Entries: [entry] }),
    });
    z.object({ FailedEntryCount: z.literal(0) }).parse(await answer.json());
  }

  /** Calls a function as AWS does that waits for no answer. */
  async invoke(FunctionName: string, event: object): Promise<void> {
    await new LambdaClient(this.#client).send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: JSON.stringify(event) }));
  }

  /** What a function finds in its environment. */
  async environment(FunctionName: string): Promise<Readonly<Record<string, string>>> {
    const { Environment } = await new LambdaClient(this.#client).send(new GetFunctionConfigurationCommand({ FunctionName }));
    return Environment?.Variables ?? {};
  }

  /** The names of the schedules that are armed. */
  async schedules(GroupName: string): Promise<readonly string[]> {
    const { Schedules = [] } = await new SchedulerClient(this.#client).send(new ListSchedulesCommand({ GroupName }));
    return Schedules.map(({ Name = '' }) => Name);
  }

  /** Every line that the functions logged. */
  async log(): Promise<readonly string[]> {
    return (await this.#logs()).flatMap(({ lines }) => lines);
  }

  /** How often each function was called so far, by its id in the stack. */
  async invocations(): Promise<Readonly<Record<string, number>>> {
    const logs = await this.#logs();
    const named = logs.map(({ group, lines }) => [
      /Functions(\w+?)Log/.exec(group)?.[1] ?? group,
      lines.filter((line) => line.startsWith('START RequestId')).length,
    ]);
    return z.record(z.string(), z.number()).parse(Object.fromEntries(named));
  }

  async #logs(): Promise<readonly { readonly group: string; readonly lines: readonly string[] }[]> {
    const client = new CloudWatchLogsClient(this.#client);
    const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand({}));
    return Promise.all(
      logGroups.map(async ({ logGroupName: group = '' }) => {
        const { events = [] } = await client.send(new FilterLogEventsCommand({ logGroupName: group }));
        return { group, lines: events.map(({ message = '' }) => message) };
      }),
    );
  }

  /** What was sent to a phone, oldest first. */
  async texts(number: string): Promise<readonly string[]> {
    const answer = await fetch(`${this.#emulator.endpoint}/_ministack/sns/sms-messages?phoneNumber=${encodeURIComponent(number)}`);
    return recordsIn(await answer.json(), text).map(({ Message }) => Message);
  }

  /** What was mailed to an address. */
  async mail(address: string): Promise<readonly z.output<typeof mail>[]> {
    const answer = await fetch(`${this.#emulator.endpoint}/_ministack/ses/messages`);
    return recordsIn(await answer.json(), mail).filter(({ To }) => To.includes(address));
  }
}
