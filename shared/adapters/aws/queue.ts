import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { IncidentId } from '../../domain/incident-id.ts';
import type { Queue } from '../../ports.ts';

/** The longest that the queue can hold a message back, in seconds. */
export const longestDelay = 900;

export interface AwsQueue extends Queue {
  /** Asks the worker to look at an incident after some seconds, at most `longestDelay`. */
  nudgeLater(id: IncidentId, delaySeconds: number): Promise<void>;
}

/** Puts a message into a queue in which it waits for a person. */
export async function keepForPerson(client: SQSClient, queueUrl: string, message: unknown): Promise<void> {
  await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message) }));
}

/** The work queue. What it carries names an incident, or a person whose contacts are to be tested, or asks for a look at handoffs. */
export function makeQueue(client: SQSClient, queueUrl: string): AwsQueue {
  const send = async (body: object, delaySeconds: number): Promise<void> => {
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(body), DelaySeconds: delaySeconds }));
  };
  return {
    nudge: ({ key, generation }) => send({ key, generation }, 0),
    nudgeLater: ({ key, generation }, delaySeconds) => send({ key, generation }, delaySeconds),
    testContacts: ({ id, person }) => send({ test: id, person }, 0),
    handoffs: () => send({ handoffs: true }, 0),
  };
}
