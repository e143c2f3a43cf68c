import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
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

  async verifySender(address: string): Promise<void> {
    await new SESv2Client(this.#client).send(new CreateEmailIdentityCommand({ EmailIdentity: address }));
  }

  async publish(TopicArn: string, message: object): Promise<void> {
    await new SNSClient(this.#client).send(new PublishCommand({ TopicArn, Message: JSON.stringify(message) }));
  }

  /** Calls a function as AWS does that waits for no answer. */
  async invoke(FunctionName: string, event: object): Promise<void> {
    await new LambdaClient(this.#client).send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: JSON.stringify(event) }));
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
