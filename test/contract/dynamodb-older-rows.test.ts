import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeDynamoStores } from '../../shared/adapters/aws/dynamodb/stores.ts';
import { FakeTable } from '../dynamodb-table.ts';
import { at, incident, nextVersion, resolved } from './samples.ts';

let table: FakeTable;

beforeEach(() => {
  table = new FakeTable();
});

afterEach(() => {
  table.close();
});

const stores = () =>
  makeDynamoStores({
    client: new DynamoDBClient({ region: 'us-east-1' }),
    tableName: 'tocsin',
    retentionMs: 0,
    mutesMaxAgeMs: 0,
    real: () => 0,
    sleep: () => Promise.resolve(),
    onError: (error) => {
      throw error;
    },
  });

/** Has every item stand there as releases wrote it that did not pack it. */
function unpack(): void {
  for (const row of table.rows.values()) row['body'] = { S: JSON.stringify(incident()) };
}

test('an incident that a release before wrote goes on with this one: its record need not be packed', async () => {
  const { incidents } = stores();
  await incidents.write(incident(), null);
  await incidents.archive(incident());
  unpack();
  expect(await incidents.head(incident().key)).toEqual(incident());
  expect(await incidents.write(nextVersion(incident(), resolved), null)).toEqual({ ok: false, current: incident() });
  expect(await incidents.write(nextVersion(incident(), resolved), at(incident()))).toEqual({ ok: true });
});
