import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { makeDynamoStores } from '../../shared/adapters/aws/dynamodb/stores.ts';
import { storeContract } from '../contract/store-contract.ts';
import { startEmulator, type Emulator } from './emulator.ts';

let emulator: Emulator;
let client: DynamoDBClient;
let tables = 0;

beforeAll(async () => {
  emulator = await startEmulator();
  client = new DynamoDBClient({
    endpoint: emulator.endpoint,
    region: emulator.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});

afterAll(async () => {
  client.destroy();
  await emulator.stop();
});

const index = (name: string, pk: string, sk: string) => ({
  IndexName: name,
  KeySchema: [
    { AttributeName: pk, KeyType: 'HASH' as const },
    { AttributeName: sk, KeyType: 'RANGE' as const },
  ],
  Projection: { ProjectionType: 'ALL' as const },
});

async function makeTable(): Promise<string> {
  const TableName = `tocsin-${String(++tables)}`;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'duePk', 'dueSk', 'listPk', 'listSk'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [index('due', 'duePk', 'dueSk'), index('listing', 'listPk', 'listSk')],
    }),
  );
  return TableName;
}

storeContract('stores in DynamoDB', async () => {
  const tableName = await makeTable();
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
    stores,
    close: async () => {
      await client.send(new DeleteTableCommand({ TableName: tableName }));
    },
  };
});
