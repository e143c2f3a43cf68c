import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeDynamoStores, type DynamoStores } from '../../shared/adapters/aws/dynamodb/stores.ts';
import { FakeTable } from '../dynamodb-table.ts';
import { at, incident, minute, nextVersion, note, resolved, t0 } from './samples.ts';

const day = 24 * 60 * minute;

let table: FakeTable;

const stores = (retentionDays: number): DynamoStores =>
  makeDynamoStores({
    client: new DynamoDBClient({ region: 'us-east-1' }),
    tableName: 'tocsin',
    retentionMs: retentionDays * day,
    mutesMaxAgeMs: 0,
    real: () => 0,
    sleep: () => Promise.resolve(),
    onError: (error) => {
      throw error;
    },
  });

beforeEach(() => {
  table = new FakeTable();
});

afterEach(() => {
  table.close();
});

/** After how many days DynamoDB removes a row, counted from `t0`; undefined: never. */
function daysOf(sk: string): number | undefined {
  const row = [...table.rows.values()].find((each) => each['sk']?.S === sk);
  if (row === undefined) throw new Error(`no row ${sk}`);
  const ttl = row['ttl']?.N;
  return ttl === undefined ? undefined : (Number(ttl) * 1000 - t0) / day;
}

describe('what DynamoDB removes by itself, and when [T-060]', () => {
  test.each([30, 400])('is an incident that ended, a month after the %i days that the environment says', async (days) => {
    const { incidents } = stores(days);
    const item = incident();
    await incidents.write(item, null);
    expect(daysOf('head')).toBeUndefined();
    await incidents.write(nextVersion(item, resolved), at(item));
    expect(daysOf('head')).toBeCloseTo(days + 31, 1);
  });

  test.each([30, 400])(
    'is its predecessor after those %i days, and what was filed of it when no incident can be open any more that it belongs to',
    async (days) => {
      const { incidents } = stores(days);
      await incidents.archive(incident(resolved));
      expect(daysOf(`generation#${'1'.padStart(16, '0')}`)).toBeCloseTo(days, 1);
      await incidents.fileEvents(incident(), [note(1)]);
      const [filed = ''] = [...table.rows.values()].map((row) => row['sk']?.S ?? '').filter((sk) => !sk.startsWith('generation#'));
      expect(daysOf(filed)).toBeCloseTo(days + 366, 1);
    },
  );
});
