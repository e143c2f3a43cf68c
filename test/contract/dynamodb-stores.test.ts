import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { makeDynamoHandoffs } from '../../shared/adapters/aws/dynamodb/handoffs.ts';
import { makeDynamoStores } from '../../shared/adapters/aws/dynamodb/stores.ts';
import { FakeTable } from '../dynamodb-table.ts';
import { storeContract } from './store-contract.ts';

storeContract('stores in one table [T-095] [H-033]', () => {
  const table = new FakeTable();
  const stores = makeDynamoStores({
    client: new DynamoDBClient({ region: 'us-east-1' }),
    tableName: 'tocsin',
    retentionMs: 400 * 24 * 3600 * 1000,
    mutesMaxAgeMs: 0,
    real: () => 0,
    sleep: () => Promise.resolve(),
    onError: (error) => {
      throw error;
    },
  });
  return Promise.resolve({
    stores: { ...stores, handoffs: makeDynamoHandoffs(stores.table) },
    close: () => {
      table.close();
      return Promise.resolve();
    },
  });
});
