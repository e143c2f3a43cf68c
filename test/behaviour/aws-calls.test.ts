import { CreateScheduleCommand } from '@aws-sdk/client-scheduler';
import { PublishCommand } from '@aws-sdk/client-sns';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwsWorld, fields } from './aws-world.ts';

const phone = '+15555550100';
const config = {
  settings: { catchAll: ['user:ana'] },
  services: [{ id: 'checkout', policy: 'default' }],
  policies: [{ id: 'default', levels: [{ targets: ['user:ana'] }, { delay: '15m', targets: ['user:ana'] }] }],
  people: [{ id: 'ana', name: 'Ana', contacts: [{ id: 'phone', channel: 'sms', address: phone }] }],
};

let world: AwsWorld;
let key = '';

const send = (about: object) =>
  world.http('trigger', 'POST', '/v1/events', JSON.stringify(about), {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
  });

const idIn = ({ body }: { readonly body: string }): string => String(fields.parse(JSON.parse(body))['incidentId']);

const outside = () => ({
  queued: world.sqs.commandCalls(SendMessageCommand).length,
  armed: world.scheduler.commandCalls(CreateScheduleCommand).length,
  sent: world.sns.commandCalls(PublishCommand).length,
});

/** What a command asks of AWS: of the table in order, and how often of the queue, of Scheduler and of SNS. */
async function costOf(command: () => Promise<unknown>): Promise<object> {
  await world.table.asked();
  const before = outside();
  await command();
  const after = outside();
  return {
    table: await world.table.asked(),
    queued: after.queued - before.queued,
    armed: after.armed - before.armed,
    sent: after.sent - before.sent,
  };
}

const nothing = { queued: 0, armed: 0, sent: 0 };

beforeEach(async () => {
  world = await AwsWorld.open();
  world.sns.on(PublishCommand).resolves({ MessageId: 'sms-1' });
  expect(await world.admin('api', 'PUT', '/v1/config', config)).toMatchObject({ statusCode: 200 });
  key = String(fields.parse(JSON.parse((await world.admin('api', 'POST', '/v1/services/checkout/keys')).body))['key']);
  // Every function has read the configuration, as a function has that is in use.
  await world.work([]);
  const warm = idIn(await send({ title: 'warm', dedupKey: 'warm' }));
  await world.work();
  await send({ title: 'warm', dedupKey: 'warm' });
  await world.admin('ack', 'POST', `/v1/incidents/${warm}/acknowledge`);
  await world.admin('resolve', 'POST', `/v1/incidents/${warm}/resolve`);
  await world.work();
});

afterEach(() => {
  world.close();
});

describe('what a command asks of AWS', () => {
  it('is one write and one nudge for a new key, and no read', async () => {
    expect(await costOf(() => send({ title: 'error rate 12%', dedupKey: 'a' }))).toEqual({ ...nothing, table: ['PutItem'], queued: 1 });
  });

  it('is a look and two writes for a new key with large details', async () => {
    const large = { title: 'error rate 12%', dedupKey: 'a', details: { dump: 'x'.repeat(5000) } };
    expect(await costOf(() => send(large))).toEqual({ ...nothing, table: ['GetItem', 'PutItem', 'PutItem'], queued: 1 });
  });

  it('is one refused write and one addition for a duplicate', async () => {
    await send({ title: 'error rate 12%', dedupKey: 'a' });
    const cost = await costOf(() => send({ title: 'error rate 12%', dedupKey: 'a' }));
    expect(cost).toEqual({ ...nothing, table: ['PutItem refused', 'UpdateItem'] });
  });

  it('is one refused write, one copy and one replacement for a successor', async () => {
    const first = idIn(await send({ title: 'error rate 12%', dedupKey: 'a' }));
    await world.admin('resolve', 'POST', `/v1/incidents/${first}/resolve`);
    const cost = await costOf(() => send({ title: 'error rate 12%', dedupKey: 'a' }));
    expect(cost).toEqual({ ...nothing, table: ['PutItem refused', 'PutItem', 'PutItem'], queued: 1 });
  });

  it('is one read and one write to resolve what nobody was told of, and one read for the answer', async () => {
    const id = idIn(await send({ title: 'error rate 12%', dedupKey: 'a' }));
    const cost = await costOf(() => world.admin('resolve', 'POST', `/v1/incidents/${id}/resolve`));
    expect(cost).toEqual({ ...nothing, table: ['GetItem', 'PutItem', 'GetItem'] });
  });

  it('is nine questions to the services and one message for an escalation step of one person, from the look to the next timer', async () => {
    const id = idIn(await send({ title: 'error rate 12%', dedupKey: 'a' }));
    await world.work();
    await world.admin('api', 'POST', `/v1/incidents/${id}/escalate`);
    const claimed = ['GetItem', 'PutItem'];
    const mayLeave = ['UpdateItem refused', 'UpdateItem'];
    const code = ['PutItem', 'PutItem'];
    const settled = ['PutItem'];
    const armed = ['GetItem'];
    const table = [...claimed, ...mayLeave, ...code, ...settled, ...armed];
    expect(await costOf(() => world.work())).toEqual({ queued: 0, armed: 1, sent: 1, table });
  });

  it('is two reads to show the page behind a link, and three, one write and one nudge to acknowledge there', async () => {
    await send({ title: 'error rate 12%', dedupKey: 'a' });
    await world.work();
    const link = /\/a\/[\w-]{63}/.exec(world.texts(phone).at(-1) ?? '')?.[0] ?? '';
    expect(await costOf(() => world.http('ack', 'GET', link))).toEqual({ ...nothing, table: ['GetItem', 'GetItem'] });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const cost = await costOf(() => world.http('ack', 'POST', link, 'action=acknowledge', form));
    expect(cost).toEqual({ ...nothing, table: ['GetItem', 'GetItem', 'PutItem', 'GetItem'], queued: 1 });
  });
});
