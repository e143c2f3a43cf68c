import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Effect } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Table } from './table.ts';

/** One statement of a function's role. */
export interface Grant {
  readonly effect?: Effect;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

type Index = 'due' | 'listing';

/** Reads and writes single items. */
export const items = (table: Table): Grant => ({
  actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
  resources: [table.arn],
});

export const looking = (table: Table, ...indexes: readonly Index[]): Grant => ({
  actions: ['dynamodb:Query'],
  resources: indexes.map((index) => `${table.arn}/index/${index}`),
});

/** Items, all rows of one partition, and the indexes. */
export const rows = (table: Table, ...indexes: readonly Index[]): readonly Grant[] => [
  items(table),
  { actions: ['dynamodb:Query'], resources: [table.arn] },
  looking(table, ...indexes),
];

/** Brings the items that the listing names. */
export const listing = (table: Table): Grant => ({ actions: ['dynamodb:BatchGetItem'], resources: [table.arn] });

/** What the listing and the configuration need besides. */
export const management = (table: Table): Grant => ({ actions: ['dynamodb:BatchGetItem', 'dynamodb:DeleteItem'], resources: [table.arn] });

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html */
const onlyUnder = (partition: string): Pick<Grant, 'conditions'> => ({
  conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': partition } },
});

/** Reads what is overdue, when handoffs are to be looked at and which mutes are over, and leaves the mark that somebody looked: those rows and no others. */
export const sweeping = (table: Table): readonly Grant[] => [
  looking(table, 'due'),
  { actions: ['dynamodb:GetItem'], resources: [table.arn], ...onlyUnder('handoffs') },
  { actions: ['dynamodb:Query'], resources: [table.arn], ...onlyUnder('mute') },
  { actions: ['dynamodb:PutItem'], resources: [table.arn], ...onlyUnder('sweep') },
];

export const queueing = (queue: Queue): Grant => ({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] });

export const working = (queue: Queue): Grant => ({
  actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
  resources: [queue.queueArn],
});

export const readingSecret = (...arns: readonly string[]): Grant => ({ actions: ['secretsmanager:GetSecretValue'], resources: arns });

/** Secrets whose name starts with the prefix. */
export const namedSecretArns = (scope: Construct, prefix: string): string =>
  Stack.of(scope).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    resourceName: `${prefix}*`,
  });

/** A phone number has no ARN: publishing is allowed on everything, and then denied on every topic. */
export const texting = (scope: Construct): readonly Grant[] => [
  { actions: ['sns:Publish'], resources: ['*'] },
  {
    effect: Effect.DENY,
    actions: ['sns:Publish'],
    resources: [Stack.of(scope).formatArn({ service: 'sns', region: '*', account: '*', resource: '*' })],
  },
];

/** E-mail from one identity with one configuration set; in the sandbox SES asks about the receiving identity too. */
export function mailing(scope: Construct, identities: readonly string[], configurationSet: string): Grant {
  const arn = (resource: string, resourceName: string): string => Stack.of(scope).formatArn({ service: 'ses', resource, resourceName });
  return {
    actions: ['ses:SendEmail'],
    resources: [...identities.map((identity) => arn('identity', identity)), arn('configuration-set', configurationSet)],
  };
}
