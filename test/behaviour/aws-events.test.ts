import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwsWorld, fields } from './aws-world.ts';

const config = {
  settings: { catchAll: ['custom:siren'] },
  services: [{ id: 'checkout', policy: 'default' }],
  policies: [{ id: 'default', levels: [{ targets: ['custom:siren'] }] }],
};

let world: AwsWorld;
let key = '';

const send = (about: object) =>
  world.http('trigger', 'POST', '/v1/events', JSON.stringify(about), {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
  });

const put = () => world.events.commandCalls(PutEventsCommand).flatMap(({ args }) => args[0].input.Entries ?? []);

beforeEach(async () => {
  world = await AwsWorld.open();
  world.events.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: 'event-1' }] });
  expect(await world.admin('api', 'PUT', '/v1/config', config)).toMatchObject({ statusCode: 200 });
  key = String(fields.parse(JSON.parse((await world.admin('api', 'POST', '/v1/services/checkout/keys')).body))['key']);
});

afterEach(() => {
  world.close();
});

describe('a level with a custom target', () => {
  it('is put on the bus by the worker and by nobody else', async () => {
    await send({ title: 'error rate 12%', dedupKey: 'a' });
    expect(put()).toEqual([]);
    await world.work();
    expect(put()).toMatchObject([{ EventBusName: 'tocsin-dev', Source: 'tocsin', DetailType: 'notification' }]);
    expect(JSON.parse(put()[0]?.Detail ?? '')).toMatchObject({ type: 'notification', data: { target: 'siren', level: 1 } });
  });
});
