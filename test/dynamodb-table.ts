import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type BatchGetItemCommandInput,
  type BatchGetItemCommandOutput,
  type QueryCommandInput,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { Expression, type Row, type Words } from './dynamodb-expression.ts';
import { readUnits, refusedUnits, replaceUnits, sizeOf, type Index, type Units } from './dynamodb-units.ts';

/** DynamoDB takes none that is larger. */
const largestRow = 400 * 1024;
const sortKeys = { table: 'sk', due: 'dueSk', listing: 'listSk' } as const;

/** As `lib/table.ts` has them. */
const indexes: readonly Index[] = [
  { keys: ['duePk', 'dueSk'], projected: ['key', 'generation', 'heldReason', 'heldSince', 'service'] },
  { keys: ['listPk', 'listSk'], projected: ['key', 'generation', 'state', 'service', 'severity', 'policy'] },
];

const idOf = (key: Row | undefined): string => JSON.stringify([key?.['pk']?.S, key?.['sk']?.S]);
const textAt = (row: Row, name: string): string => row[name]?.S ?? '';

interface Write extends Words {
  readonly ConditionExpression?: string | undefined;
}

/** A table in memory that stands for all of DynamoDB in a process, and knows what was asked of it. */
export class FakeTable {
  readonly rows = new Map<string, Row>();
  readonly #mock = mockClient(DynamoDBClient);
  #counted = 0;
  #written = 0;
  #read = 0;

  constructor() {
    const mock = this.#mock;
    mock.on(GetItemCommand).callsFake(({ Key }: { Key: Row }) => {
      const Item = this.rows.get(idOf(Key));
      this.#read += readUnits(Item === undefined ? [] : [Item], false);
      return { Item };
    });
    mock.on(PutItemCommand).callsFake(({ Item, ...write }: Write & { Item: Row }) => {
      this.#write(Item, write, () => Item);
    });
    mock.on(UpdateItemCommand).callsFake(({ Key, UpdateExpression, ...write }: Write & { Key: Row; UpdateExpression: string }) => {
      this.#write(Key, write, (row) => ({ ...new Expression(UpdateExpression, row, write).updated(), ...Key }));
    });
    mock.on(DeleteItemCommand).callsFake(({ Key, ...write }: Write & { Key: Row }) => {
      this.#write(Key, write, () => null);
    });
    mock.on(QueryCommand).callsFake((query: QueryCommandInput) => this.#query(query));
    mock.on(BatchGetItemCommand).callsFake((batch: BatchGetItemCommandInput) => this.#batch(batch));
  }

  /** What was asked since the last time, in order: `PutItem`, and `PutItem refused` where a condition did not hold. */
  async asked(): Promise<readonly string[]> {
    const calls = this.#mock.calls().slice(this.#counted);
    this.#counted += calls.length;
    return Promise.all(
      calls.map(async ({ args: [command], returnValue }) => {
        const name = command.constructor.name.replace(/Command$/, '');
        const refused = await Promise.resolve(returnValue).then(
          () => '',
          () => ' refused',
        );
        return name + refused;
      }),
    );
  }

  /** What was billed since the last time. */
  units(): Units {
    const units = { written: this.#written, read: this.#read };
    this.#written = 0;
    this.#read = 0;
    return units;
  }

  close(): void {
    this.#mock.restore();
  }

  #write(key: Row, write: Write, change: (row: Row | null) => Row | null): void {
    const row = this.rows.get(idOf(key)) ?? null;
    const { ConditionExpression: condition } = write;
    if (condition !== undefined && !new Expression(condition, row, write).holds()) {
      this.#written += refusedUnits(row);
      throw new ConditionalCheckFailedException({ message: 'refused', $metadata: {}, ...(row === null ? {} : { Item: row }) });
    }
    const changed = change(row);
    if (changed !== null && sizeOf(changed) > largestRow) throw new Error('Item size has exceeded the maximum allowed size');
    this.#written += replaceUnits(row, changed, indexes);
    if (changed === null) this.rows.delete(idOf(key));
    else this.rows.set(idOf(key), changed);
  }

  #query(query: QueryCommandInput): Omit<QueryCommandOutput, '$metadata'> {
    const { KeyConditionExpression = '', FilterExpression, IndexName, Limit, ScanIndexForward, ExclusiveStartKey } = query;
    const sortKey = sortKeys[IndexName === 'due' || IndexName === 'listing' ? IndexName : 'table'];
    const sign = ScanIndexForward === false ? -1 : 1;
    const found = [...this.rows.values()]
      .filter((row) => row[sortKey] !== undefined && new Expression(KeyConditionExpression, row, query).holds())
      .sort((a, b) => sign * (textAt(a, sortKey) < textAt(b, sortKey) ? -1 : 1));
    const start = ExclusiveStartKey === undefined ? 0 : found.findIndex((row) => idOf(row) === idOf(ExclusiveStartKey)) + 1;
    const page = found.slice(start, Limit === undefined ? undefined : start + Limit);
    this.#read += readUnits(page, IndexName !== undefined);
    const last = page.at(-1);
    const more = last !== undefined && start + page.length < found.length;
    const Items = page.filter((row) => FilterExpression === undefined || new Expression(FilterExpression, row, query).holds());
    return { Items, Count: Items.length, ...(more ? { LastEvaluatedKey: last } : {}) };
  }

  #batch({ RequestItems = {} }: BatchGetItemCommandInput): Pick<BatchGetItemCommandOutput, 'Responses'> {
    const Responses: Record<string, Row[]> = {};
    for (const [table, { Keys = [] }] of Object.entries(RequestItems)) {
      Responses[table] = Keys.map((key) => this.rows.get(idOf(key))).filter((row) => row !== undefined);
      for (const row of Responses[table]) this.#read += readUnits([row], false);
    }
    return { Responses };
  }
}
