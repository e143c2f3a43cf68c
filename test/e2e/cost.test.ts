import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { asTable, details, incidentRows, linesOf, tableOnPage, thousand, total, type Counted } from '../aws-cost.ts';
import { FakeTable } from '../dynamodb-table.ts';
import { Deployed } from './deployed.ts';
import { startEmulator, type Emulator } from './emulator.ts';

const phones = { una: '+15555550110', tom: '+15555550111' } as const;
const person = (id: keyof typeof phones) => ({ id, name: id, contacts: [{ id: 'phone', channel: 'sms', address: phones[id] }] });
const config = {
  settings: { catchAll: ['user:una'] },
  services: [{ id: 'checkout', policy: 'default' }],
  policies: [{ id: 'default', levels: [{ targets: ['user:una', 'user:tom'] }] }],
  people: [person('una'), person('tom')],
};

const operations: Readonly<Record<string, new (input: never) => unknown>> = {
  GetItem: GetItemCommand,
  PutItem: PutItemCommand,
  UpdateItem: UpdateItemCommand,
  DeleteItem: DeleteItemCommand,
  Query: QueryCommand,
  BatchGetItem: BatchGetItemCommand,
};

const inputOf = (schedule: string): object => {
  const { Target } = z.object({ Target: z.object({ Input: z.string() }) }).parse(JSON.parse(schedule));
  return z.looseObject({}).parse(JSON.parse(Target.Input));
};

type Asked = ReturnType<Emulator['asked']>;

/** The sweeper has a table of its own: it runs every minute, whether there are incidents or not. Mutes are read by others too: after its mark, by it. */
function sweeperWatch(): (body: string) => boolean {
  let marked = false;
  return (body) => {
    const isOfMark = /"IndexName":"due"|"pk":\{"S":"(sweep|handoffs)"\}/.test(body);
    const isOfMutes = marked && body.includes('":pk":{"S":"mute"}');
    if (isOfMark || isOfMutes) marked = isOfMark;
    return isOfMark || isOfMutes;
  };
}

/** What DynamoDB bills for the calls behind `start`: they are asked once more, all of them from the first on, of a table that reckons. */
async function unitsOf(asked: Asked, start: number): Promise<Pick<Counted, 'written' | 'read'>> {
  const table = new FakeTable();
  const client = new DynamoDBClient({ region: 'us-east-1' });
  let [written, read] = [0, 0];
  const isSweeping = sweeperWatch();
  for (const [place, [service, operation, body]] of asked.entries()) {
    const Operation = operations[operation];
    if (service !== 'dynamodb' || Operation === undefined) continue;
    const input: unknown = JSON.parse(body, (name, value: unknown) => (name === 'B' ? Buffer.from(String(value), 'base64') : value));
    try {
      // Of whichever operation: the emulator has taken it from the very client.
      await client.send(new Operation(input as never) as GetItemCommand);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
    const units = table.units();
    if (isSweeping(body) || place < start) continue;
    written += units.written;
    read += units.read;
  }
  table.close();
  return { written, read };
}

describe('deployed, an incident as most are', () => {
  let emulator: Emulator;
  let deployed: Deployed;
  let key: string;

  beforeAll(async () => {
    emulator = await startEmulator();
    deployed = await Deployed.open(emulator);
    await deployed.call('PUT', '/v1/config', JSON.stringify(config));
    key = await deployed.makeKey('checkout');
  });

  afterAll(async () => {
    await emulator.stop();
  });

  const pass = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const schedulesSince = (start: number): readonly string[] =>
    emulator
      .asked()
      .slice(start)
      .flatMap(([service, , body]) => (service === 'scheduler' ? [body] : []));

  /** Two people are paged, one looks at the link and acknowledges, later it is resolved, and what was armed meanwhile fires to no effect. */
  async function incident(title: string, betweenMs: number): Promise<void> {
    const start = emulator.asked().length;
    const body = { title, dedupKey: title, details };
    const { incidentId } = z.object({ incidentId: z.string() }).parse(await deployed.call('POST', '/v1/events', body, key));
    const link = /\/a\/[\w-]{63}/.exec(await deployed.text(phones.una, title))?.[0] ?? '';
    await pass(betweenMs);
    await deployed.call('GET', link, null, null);
    await deployed.call('POST', link, new URLSearchParams({ action: 'acknowledge' }), null);
    await pass(betweenMs);
    await deployed.call('POST', `/v1/incidents/${incidentId}/resolve`, {});
    const armed = schedulesSince(start);
    // The emulator would fire them in a quarter of an hour, and in an hour.
    for (const schedule of armed) await deployed.account.invoke('tocsin-e2e-escalate', inputOf(schedule));
  }

  test('costs what the page says, which the calls of its functions tell: $0.055 for 1,000 of them at most, besides the messages', async () => {
    // The one before has made every function read its secrets. A minute later the same people may be paged anew without a look at how much they got.
    await incident('error rate 11%', 1000);
    await pass(61_000);
    const [start, before] = [emulator.asked().length, await deployed.account.invocations()];
    // Functions read the configuration anew after ten seconds, as they do for whatever comes later than that.
    await incident('error rate 12%', 11_000);
    await pass(3000);

    const asked = emulator.asked();
    const after = await deployed.account.invocations();
    const called = (name: string): number => (after[name] ?? 0) - (before[name] ?? 0);
    const count = (service: string, operation: string): number =>
      asked.slice(start).filter(([one, what]) => one === service && what === operation).length;
    const http = called('Trigger') + called('Ack') + called('Resolve');
    const lines = linesOf({
      http,
      calls: http + called('Escalate'),
      ...(await unitsOf(asked, start)),
      queued: count('sqs', 'SendMessage'),
      armed: schedulesSince(start).length,
      secrets: count('secretsmanager', 'GetSecretValue'),
    });
    const table = await asTable(incidentRows(lines));
    console.log(table);
    expect(total(lines, thousand)).toBeLessThanOrEqual(0.055);
    expect(table).toBe(tableOnPage('an incident'));
  });
});
