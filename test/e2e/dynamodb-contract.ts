import { CreateTableCommand, DeleteTableCommand, DynamoDBClient, type CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { App, Stack } from 'aws-cdk-lib';
import { afterAll, beforeAll } from 'vitest';
import * as z from 'zod';
import { Table } from '../../lib/table.ts';
import { makeDynamoHandoffs } from '../../shared/adapters/aws/dynamodb/handoffs.ts';
import { makeDynamoStores } from '../../shared/adapters/aws/dynamodb/stores.ts';
import { storeContract } from '../contract/store-contract.ts';

/** Something that answers as DynamoDB does. */
interface Dynamo {
  readonly endpoint: string;
  stop(): Promise<void>;
}

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.literal(['HASH', 'RANGE']) }));
const projection = z.object({ ProjectionType: z.literal('INCLUDE'), NonKeyAttributes: z.array(z.string()) });
const tableProperties = z.object({
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.literal('S') })),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z.array(z.object({ IndexName: z.string(), KeySchema: keySchema, Projection: projection })),
});

/** The keys and indexes that the stack gives its table, as the template has them. */
function schemaOfTheStack(): Pick<CreateTableCommandInput, 'AttributeDefinitions' | 'KeySchema' | 'GlobalSecondaryIndexes'> {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  new Table(stack, 'Data', { keepData: false });
  const template: unknown = app.synth().getStackByName('Stack').template;
  const { Resources } = z
    .object({ Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.unknown() })) })
    .parse(template);
  const table = Object.values(Resources).find(({ Type }) => Type === 'AWS::DynamoDB::GlobalTable');
  return tableProperties.parse(table?.Properties);
}

/** The contract of the stores over a table of somebody else's making. */
export function dynamoContract(name: string, start: () => Promise<Dynamo>): void {
  let dynamo: Dynamo;
  let client: DynamoDBClient;
  let schema: ReturnType<typeof schemaOfTheStack>;
  let tables = 0;

  beforeAll(async () => {
    schema = schemaOfTheStack();
    dynamo = await start();
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    client = new DynamoDBClient({ endpoint: dynamo.endpoint, region: 'us-east-1', credentials });
  });

  afterAll(async () => {
    client.destroy();
    await dynamo.stop();
  });

  storeContract(name, async () => {
    const tableName = `tocsin-${String(++tables)}`;
    await client.send(new CreateTableCommand({ ...schema, TableName: tableName, BillingMode: 'PAY_PER_REQUEST' }));
    const stores = makeDynamoStores({
      client,
      tableName,
      retentionMs: 400 * 24 * 3600 * 1000,
      mutesMaxAgeMs: 0,
      real: () => Date.now(),
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      onError: (error) => {
        throw error;
      },
    });
    return {
      stores: { ...stores, handoffs: makeDynamoHandoffs(stores.table) },
      close: async () => {
        await client.send(new DeleteTableCommand({ TableName: tableName }));
      },
    };
  });
}
