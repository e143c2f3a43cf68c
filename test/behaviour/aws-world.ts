import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { readFileSync } from 'node:fs';
import { vi } from 'vitest';
import * as z from 'zod';
import { awsEnvironment } from '../aws-environment.ts';
import { FakeTable } from '../dynamodb-table.ts';

export const fields = z.record(z.string(), z.unknown());
type Fields = z.infer<typeof fields>;

/** An event as AWS documents it. */
export const captured = (name: string, folder = 'fixtures-aws'): Fields =>
  fields.parse(JSON.parse(readFileSync(new URL(`../${folder}/${name}.json`, import.meta.url), 'utf8')));

export const adminToken = 'admin-token-of-the-canaries';

const load = async () => {
  const [trigger, ack, resolve, api, reply, escalate, sweep] = await Promise.all([
    import('../../functions/trigger.ts'),
    import('../../functions/ack.ts'),
    import('../../functions/resolve.ts'),
    import('../../functions/api.ts'),
    import('../../functions/reply.ts'),
    import('../../functions/escalate.ts'),
    import('../../functions/sweep.ts'),
  ]);
  return {
    trigger: trigger.handler,
    ack: ack.handler,
    resolve: resolve.handler,
    api: api.handler,
    reply: reply.handler,
    escalate: escalate.handler,
    sweep: sweep.handler,
  };
};

type Functions = Awaited<ReturnType<typeof load>>;
export type FunctionName = keyof Functions;

const answer = z.object({ statusCode: z.number(), headers: z.record(z.string(), z.string()), body: z.string() });
type HttpAnswer = z.infer<typeof answer>;

/** The seven functions as Lambda runs them, over a table in memory; nothing that they send leaves. */
export class AwsWorld {
  readonly table = new FakeTable();
  readonly sns = mockClient(SNSClient);
  readonly ses = mockClient(SESv2Client);
  readonly sqs = mockClient(SQSClient);
  readonly scheduler = mockClient(SchedulerClient);
  readonly events = mockClient(EventBridgeClient);
  readonly secrets = mockClient(SecretsManagerClient);
  /** Everything that the functions wrote to their log, metrics among it, and what Lambda writes there of an error that they throw. */
  readonly written: string[] = [];
  readonly #functions: Functions;
  #worked = 0;
  #requests = 0;

  private constructor(functions: Functions) {
    this.#functions = functions;
    this.secrets.on(GetSecretValueCommand).resolves({ SecretString: adminToken });
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, 'write').mockImplementation((text) => {
        this.written.push(String(text));
        return true;
      });
    }
  }

  /** `more`: variables that an environment may have besides. */
  static async open(more: Readonly<Record<string, string>> = {}): Promise<AwsWorld> {
    for (const [name, value] of Object.entries({ ...awsEnvironment, POWERTOOLS_LOG_LEVEL: 'DEBUG', ...more })) vi.stubEnv(name, value);
    vi.resetModules();
    return new AwsWorld(await load());
  }

  close(): void {
    this.table.close();
    for (const mock of [this.sns, this.ses, this.sqs, this.scheduler, this.events, this.secrets]) mock.restore();
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  }

  /** Runs a function; what it throws is written as Lambda writes it, and thrown. */
  async run(name: FunctionName, event: unknown, awsRequestId = `request-${String(++this.#requests)}`): Promise<unknown> {
    try {
      return await this.#functions[name](event, { awsRequestId });
    } catch (cause) {
      this.written.push(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
      throw cause;
    }
  }

  async http(
    name: FunctionName,
    method: string,
    path: string,
    body = '',
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpAnswer> {
    const [rawPath, rawQueryString = ''] = path.split('?');
    const event = { ...captured('http-api'), rawPath, rawQueryString, headers, body, requestContext: { http: { method } } };
    return answer.parse(await this.run(name, event));
  }

  /** A request with the administrator's token and a JSON body. */
  admin(name: FunctionName, method: string, path: string, body: object | string = {}): Promise<HttpAnswer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return this.http(name, method, path, text, { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' });
  }

  /** The bodies that were put on the queue since the worker last took some. */
  queued(): readonly string[] {
    const all = this.#sentTo(awsEnvironment.QUEUE_URL);
    const fresh = all.slice(this.#worked);
    this.#worked = all.length;
    return fresh;
  }

  /** The bodies that were put where a person looks at them. */
  keptForPerson(): readonly string[] {
    return this.#sentTo(awsEnvironment.SIGNAL_DEAD_LETTERS_URL);
  }

  #sentTo(queueUrl: string): readonly string[] {
    const sent = this.sqs.commandCalls(SendMessageCommand).map(({ args }) => args[0].input);
    return sent.filter(({ QueueUrl }) => QueueUrl === queueUrl).map(({ MessageBody = '' }) => MessageBody);
  }

  /** The worker takes what waits in the queue. */
  work(bodies: readonly string[] = this.queued()): Promise<unknown> {
    return this.run('escalate', { Records: bodies.map((body, place) => ({ messageId: `message-${String(place)}`, body })) });
  }

  fromTopic(TopicArn: string, ...messages: readonly string[]): object {
    const Records = messages.map((Message, place) => ({
      Sns: { MessageId: `${String(this.#requests)}-${String(place)}`, TopicArn, Message },
    }));
    return { Records };
  }

  /** The texts of the SMS that were handed over to the number. */
  texts(to: string): readonly string[] {
    const sent = this.sns.commandCalls(PublishCommand).map(({ args }) => args[0].input);
    return sent.filter(({ PhoneNumber }) => PhoneNumber === to).map(({ Message }) => Message ?? '');
  }
}
