import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import type { Clock, HandoffStore, Ports, TakingPorts } from '../../ports.ts';
import { makeRandom } from '../node/random.ts';
import { makeRealClock } from '../node/real-clock.ts';
import { makeTimers } from '../node/timers.ts';
import { makeDynamoHandoffs } from './dynamodb/handoffs.ts';
import { makeDynamoStores, type DynamoStores } from './dynamodb/stores.ts';
import type { Table } from './dynamodb/table.ts';
import { makeAwsLog } from './log.ts';
import { keepForPerson, makeQueue, type AwsQueue } from './queue.ts';
import { makeSecretNames, makeSecrets } from './secrets.ts';

interface Environment {
  readonly TABLE_NAME: string;
  readonly QUEUE_URL: string;
  readonly RETENTION_DAYS: number;
  readonly PUBLISH_EVENTS?: string | undefined;
}

/** What every function has. */
export interface World {
  readonly ports: TakingPorts & Pick<DynamoStores, 'replies' | 'bundles'>;
  readonly table: Table;
  readonly queue: AwsQueue;
  readonly metrics: Metrics;
}

/** How old a cached configuration, or a mute, may be. */
export const cachedForMs = 10_000;
const dayMs = 24 * 3600 * 1000;

// A function reads few things before it is cold again: compiling a parser for each of their schemas would take longer than it saves.
z.config({ jitless: true });

const real = makeRealClock();
/** Policy time is real time here. */
export const clock: Clock = { now: real, real, toPolicy: (milliseconds) => milliseconds };

/** For what may not be done twice: a message that is not answered may have left, and whoever sends it judges when to send it again. */
export const forSending = { maxAttempts: 4, requestHandler: { connectionTimeout: 1000 } } as const;

/** For all else: an answer that does not come within this is asked for again, on another connection, rather than waited for. */
export const impatient = {
  ...forSending,
  // Without the last of these the SDK writes a warning, and waits.
  requestHandler: { ...forSending.requestHandler, requestTimeout: 2000, throwOnRequestTimeout: true },
} as const;

/** Opens what every function has: table, queue, clock, log. Nothing is asked of AWS before it is needed. */
export function openWorld({ TABLE_NAME, QUEUE_URL, RETENTION_DAYS, PUBLISH_EVENTS }: Environment): World {
  const metrics = new Metrics();
  const log = makeAwsLog(new Logger(), metrics);
  const timers = makeTimers();
  const { table, ...stores } = makeDynamoStores({
    client: new DynamoDBClient(impatient),
    tableName: TABLE_NAME,
    retentionMs: RETENTION_DAYS * dayMs,
    mutesMaxAgeMs: cachedForMs,
    real,
    sleep: (milliseconds) => timers.sleep(milliseconds),
    onError: (cause) => {
      log.error('row-not-read', {}, cause);
    },
  });
  const queue = makeQueue(new SQSClient(impatient), QUEUE_URL);
  return {
    ports: { clock, random: makeRandom(), timers, ...stores, queue, log, publishes: PUBLISH_EVENTS !== undefined, leasesVoidBefore: 0 },
    table,
    queue,
    metrics,
  };
}

/** Who is on call as it was last looked at. */
export const openHandoffs = ({ table }: World): HandoffStore => makeDynamoHandoffs(table);

/** Where a message goes that no function understands. There are few: the client is made for each. */
export const openDeadLetters =
  (queueUrl: string) =>
  (message: unknown): Promise<void> =>
    keepForPerson(new SQSClient(impatient), queueUrl, message);

/** Which of the named secrets are there, without what they are. */
export const openSecretNames = (prefix: string): Pick<Ports['secrets'], 'named'> =>
  makeSecretNames(new SecretsManagerClient(impatient), prefix);

interface SecretNames {
  readonly SIGNING_KEYS_ARN?: string;
  readonly ADMIN_TOKEN_ARN?: string;
  readonly NAMED_SECRETS_PREFIX?: string;
}

/** The secrets of a function; asking for one that it was not given throws. */
export const openSecrets = ({ SIGNING_KEYS_ARN, ADMIN_TOKEN_ARN, NAMED_SECRETS_PREFIX }: SecretNames): Ports['secrets'] =>
  makeSecrets({
    client: new SecretsManagerClient(impatient),
    signingKeysArn: SIGNING_KEYS_ARN ?? null,
    adminTokenArn: ADMIN_TOKEN_ARN ?? null,
    namedPrefix: NAMED_SECRETS_PREFIX ?? null,
    real,
  });
