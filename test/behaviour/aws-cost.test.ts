import { CreateScheduleCommand } from '@aws-sdk/client-scheduler';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { PublishCommand } from '@aws-sdk/client-sns';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { illnesses } from '../../lib/illnesses.ts';
import { toBase32 } from '../../shared/domain/base32.ts';
import { functionEnvironments } from '../../shared/schema/function-environments.ts';
import { asTable, details, dollars, incidentRows, linesOf, tableOnPage, thousand, total, type Counted } from '../aws-cost.ts';
import { prices } from '../aws-prices.ts';
import { AwsWorld, fields } from './aws-world.ts';

// What chance makes packs to a few bytes more or less, and the table on the page must not change by them.
let made = 0;
vi.mock('../../shared/adapters/node/random.ts', () => ({
  makeRandom: () => {
    const hex = (length: number) => hash('sha512', String((made += 1)), 'hex').slice(0, length);
    return { id: () => toBase32(Buffer.from(hex(32), 'hex')), token: hex, fraction: () => parseInt(hex(8), 16) / 2 ** 32 };
  },
}));

const phones = { ana: '+15555550100', ben: '+15555550101' } as const;
const person = (id: keyof typeof phones) => ({ id, name: id, contacts: [{ id: 'phone', channel: 'sms', address: phones[id] }] });
const config = {
  settings: { catchAll: ['user:ana'] },
  services: [{ id: 'checkout', policy: 'default' }],
  policies: [{ id: 'default', levels: [{ targets: ['user:ana', 'user:ben'] }] }],
  people: [person('ana'), person('ben')],
};

const minutes = 60_000;
const monthMinutes = 43_800;

let world: AwsWorld;
let key = '';

beforeEach(async () => {
  made = 0;
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-01-05T09:00:00Z') });
  world = await AwsWorld.open();
  world.sns.on(PublishCommand).resolves({ MessageId: 'sms-1' });
  expect(await world.admin('api', 'PUT', '/v1/config', config)).toMatchObject({ statusCode: 200 });
  key = String(fields.parse(JSON.parse((await world.admin('api', 'POST', '/v1/services/checkout/keys')).body))['key']);
});

afterEach(() => {
  world.close();
  vi.useRealTimers();
});

const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);

async function workAll(): Promise<void> {
  for (let waiting = world.queued(); waiting.length > 0; waiting = world.queued()) await world.work(waiting);
}

/** Two people are paged, one looks at the link and acknowledges, later it is resolved, and what was armed meanwhile fires. */
async function typicalIncident(dedupKey: string): Promise<void> {
  const armed = world.scheduler.commandCalls(CreateScheduleCommand).length;
  const body = JSON.stringify({ title: 'error rate 12%', dedupKey, details });
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const taken = await world.http('trigger', 'POST', '/v1/events', body, headers);
  await workAll();
  pass(minutes);
  const link = /\/a\/[\w-]{63}/.exec(world.texts(phones.ana).at(-1) ?? '')?.[0] ?? '';
  await world.http('ack', 'GET', link);
  await world.http('ack', 'POST', link, 'action=acknowledge', { 'content-type': 'application/x-www-form-urlencoded' });
  await workAll();
  pass(minutes);
  const id = String(fields.parse(JSON.parse(taken.body))['incidentId']);
  expect(await world.admin('resolve', 'POST', `/v1/incidents/${id}/resolve`)).toMatchObject({ statusCode: 200 });
  await workAll();
  for (const { args } of world.scheduler.commandCalls(CreateScheduleCommand).slice(armed)) {
    await world.run('escalate', JSON.parse(args[0].input.Target?.Input ?? ''));
    await workAll();
  }
}

async function counted(run: () => Promise<void>): Promise<Counted> {
  const [http, calls] = [vi.spyOn(world, 'http'), vi.spyOn(world, 'run')];
  const asked = () => ({
    queued: world.sqs.commandCalls(SendMessageCommand).length,
    armed: world.scheduler.commandCalls(CreateScheduleCommand).length,
    secrets: world.secrets.commandCalls(GetSecretValueCommand).length,
  });
  world.table.units();
  const before = asked();
  await run();
  const after = asked();
  return {
    http: http.mock.calls.length,
    calls: calls.mock.calls.length,
    ...world.table.units(),
    queued: after.queued - before.queued,
    armed: after.armed - before.armed,
    secrets: after.secrets - before.secrets,
  };
}

const page = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

describe('what it costs on AWS, counted', () => {
  it('is at most $0.055 for 1,000 typical incidents besides the messages, while functions are in use', async () => {
    // The one before has made every function read its secrets; the configuration is read anew by each call that comes later than ten seconds.
    await typicalIncident('the one before');
    pass(minutes);
    const lines = linesOf(await counted(() => typicalIncident('the one that is counted')));
    expect(total(lines, thousand)).toBeLessThanOrEqual(0.055);
    expect(tableOnPage('an incident')).toBe(await asTable(incidentRows(lines)));
  });

  it('is $0.005 more for each function that reads its secret for it, three at most', async () => {
    const { secrets } = await counted(() => typicalIncident('the first for long'));
    expect(secrets).toBe(3);
    expect(dollars(prices.secretRead * thousand, 3)).toBe('$0.005');
  });

  it('is a few dollars a month while nothing happens', async () => {
    const sweep = linesOf(
      await counted(async () => {
        await world.run('sweep', {});
      }),
    );
    const alarms = Object.keys(illnesses).length + Object.keys(functionEnvironments).length * 2;
    const metrics = new Set([...page('runbook.md').matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name)).size;
    // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html: five long polls of 20 s, always, for each of two queues.
    const polls = 2 * 5 * 3 * monthMinutes;
    const lines: readonly (readonly [string, string, number])[] = [
      ['alarms', String(alarms), alarms * prices.alarmMonth],
      ['metrics, if each has a value in the month', String(metrics), metrics * prices.metricMonth],
      ['secrets of the stack; those that you name come on top', '2', 2 * prices.secretMonth],
      ['runs of the sweeper, with what they ask of the table and log', String(monthMinutes), total(sweep, monthMinutes)],
      ['SQS requests by which Lambda waits for messages', String(polls), polls * prices.queueRequest],
      ['GB of table', '1', prices.storedGigabyteMonth],
      ['GB of table, kept for point-in-time recovery', '1', prices.backupGigabyteMonth],
    ];
    const sum = lines.reduce((so, [, , each]) => so + each, 0);
    const rows = [
      ['for one month', 'count', ''],
      ...lines.map(([item, count, each]) => [item, count, dollars(each, 2)]),
      ['**while nothing happens, besides the telephone number**', '', `**${dollars(sum, 2)}**`],
    ];
    expect(tableOnPage('a month')).toBe(await asTable(rows));
  });

  it('names the day of the prices', () => {
    expect(page('aws.md')).toContain(`List prices of us-east-1 in ${prices.asOf}`);
  });
});
