import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type AttributeValue,
  type DynamoDBClient,
  type QueryCommandInput,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { Item } from './attributes.ts';
import { s } from './attributes.ts';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** A condition in DynamoDB's own words, with the values it names. */
export interface Condition {
  readonly expression: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, AttributeValue>>;
}

/** `ok: false` brings the item that stood in the way, so that a lost race needs no second read. */
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly item: Item | null };

interface Range {
  readonly index?: 'due' | 'listing';
  readonly key: Condition;
  readonly filter?: Condition;
  readonly backwards?: boolean;
  /** How many rows one page reads at most; filters come after it. */
  readonly pageSize?: number;
}

const fetchedAtOnce = 100;
const unprocessedTries = 8;
const firstPauseMs = 25;
const keyOf = ({ pk, sk }: Key): Item => ({ pk: s(pk), sk: s(sk) });

const withCondition = (condition: Condition | undefined) =>
  condition === undefined
    ? {}
    : {
        ConditionExpression: condition.expression,
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
        ...namesAndValues(condition),
      };

function namesAndValues(...parts: readonly (Condition | undefined)[]) {
  const names: Record<string, string> = {};
  const values: Record<string, AttributeValue> = {};
  for (const part of parts) {
    Object.assign(names, part?.names);
    Object.assign(values, part?.values);
  }
  return {
    ...(Object.keys(names).length === 0 ? {} : { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
  };
}

async function judged(write: Promise<unknown>): Promise<Outcome> {
  try {
    await write;
    return { ok: true };
  } catch (cause) {
    if (cause instanceof ConditionalCheckFailedException) return { ok: false, item: cause.Item ?? null };
    throw cause;
  }
}

/** The one table, in words that say what is read and under which condition something is written. */
export class Table {
  readonly #client: DynamoDBClient;
  readonly #name: string;
  readonly #wait: (milliseconds: number) => Promise<void>;

  constructor(client: DynamoDBClient, name: string, wait: (milliseconds: number) => Promise<void>) {
    this.#client = client;
    this.#name = name;
    this.#wait = wait;
  }

  /** Strongly consistent. */
  async get(key: Key): Promise<Item | null> {
    const { Item } = await this.#client.send(new GetItemCommand({ TableName: this.#name, Key: keyOf(key), ConsistentRead: true }));
    return Item ?? null;
  }

  /** Strongly consistent; what is not there is left out, and no order is kept. */
  async getAll(keys: readonly Key[]): Promise<readonly Item[]> {
    const parts = Array.from({ length: Math.ceil(keys.length / fetchedAtOnce) }, (_, part) =>
      this.#getSome(keys.slice(part * fetchedAtOnce, (part + 1) * fetchedAtOnce)),
    );
    return (await Promise.all(parts)).flat();
  }

  async #getSome(keys: readonly Key[]): Promise<readonly Item[]> {
    const found: Item[] = [];
    let wanted: readonly Item[] = keys.map(keyOf);
    for (let attempt = 0; wanted.length > 0; attempt += 1) {
      if (attempt === unprocessedTries) throw new Error(`${wanted.length} rows could not be read`);
      if (attempt > 0) await this.#wait(firstPauseMs * 2 ** attempt);
      const RequestItems = { [this.#name]: { Keys: [...wanted], ConsistentRead: true } };
      const answer = await this.#client.send(new BatchGetItemCommand({ RequestItems }));
      found.push(...(answer.Responses?.[this.#name] ?? []));
      wanted = answer.UnprocessedKeys?.[this.#name]?.Keys ?? [];
    }
    return found;
  }

  put(key: Key, attributes: Item, condition?: Condition): Promise<Outcome> {
    const Item = { ...attributes, ...keyOf(key) };
    return judged(this.#client.send(new PutItemCommand({ TableName: this.#name, Item, ...withCondition(condition) })));
  }

  update(key: Key, change: Condition, condition?: Condition): Promise<Outcome> {
    const input = { TableName: this.#name, Key: keyOf(key), UpdateExpression: change.expression };
    return judged(
      this.#client.send(new UpdateItemCommand({ ...input, ...withCondition(condition), ...namesAndValues(change, condition) })),
    );
  }

  remove(key: Key, condition?: Condition): Promise<Outcome> {
    return judged(this.#client.send(new DeleteItemCommand({ TableName: this.#name, Key: keyOf(key), ...withCondition(condition) })));
  }

  /** Rows in order of the sort key, page by page; strongly consistent unless it asks an index. */
  async *pages(range: Range): AsyncGenerator<readonly Item[]> {
    for await (const { Items } of this.#query(range, {})) yield Items ?? [];
  }

  /** All rows of a range. */
  async all(range: Range): Promise<readonly Item[]> {
    const rows: Item[] = [];
    for await (const page of this.pages(range)) rows.push(...page);
    return rows;
  }

  /** The first rows of a range; a page may bring some more. */
  async first(range: Range, count: number): Promise<readonly Item[]> {
    const rows: Item[] = [];
    for await (const page of this.pages(range)) {
      rows.push(...page);
      if (rows.length >= count) break;
    }
    return rows;
  }

  async count(range: Range): Promise<number> {
    let counted = 0;
    for await (const { Count } of this.#query(range, { Select: 'COUNT' })) counted += Count ?? 0;
    return counted;
  }

  async *#query(
    { index, key, filter, backwards, pageSize }: Range,
    wanted: Pick<QueryCommandInput, 'Select'>,
  ): AsyncGenerator<QueryCommandOutput> {
    let start: Item | undefined;
    do {
      const answer = await this.#client.send(
        new QueryCommand({
          TableName: this.#name,
          ...(index === undefined ? { ConsistentRead: true } : { IndexName: index }),
          KeyConditionExpression: key.expression,
          ...(filter === undefined ? {} : { FilterExpression: filter.expression }),
          ...(pageSize === undefined ? {} : { Limit: pageSize }),
          ...namesAndValues(key, filter),
          ScanIndexForward: backwards !== true,
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          ...wanted,
        }),
      );
      yield answer;
      start = answer.LastEvaluatedKey;
    } while (start !== undefined);
  }
}
