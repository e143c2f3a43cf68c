import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it } from 'vitest';
import { AwsWorld, fields } from './aws-world.ts';

const config = {
  settings: { catchAll: ['custom:siren'] },
  services: [{ id: 'checkout', policy: 'default' }],
  policies: [{ id: 'default', levels: [{ targets: ['custom:siren'] }] }],
};

let world: AwsWorld;
let key = '';

async function open(environment: Readonly<Record<string, string>> = {}): Promise<void> {
  world = await AwsWorld.open(environment);
  world.events
    .on(PutEventsCommand)
    .callsFake(({ Entries }: { Entries: object[] }) => ({ FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: 'event-1' })) }));
  expect(await world.admin('api', 'PUT', '/v1/config', config)).toMatchObject({ statusCode: 200 });
  key = String(fields.parse(JSON.parse((await world.admin('api', 'POST', '/v1/services/checkout/keys')).body))['key']);
}

const send = (about: object) =>
  world.http('trigger', 'POST', '/v1/events', JSON.stringify(about), {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
  });

const idIn = ({ body }: { readonly body: string }): string => String(fields.parse(JSON.parse(body))['incidentId']);

/** What was put on the bus since this was asked last. */
function put(): readonly { readonly DetailType?: string | undefined; readonly Detail?: string | undefined }[] {
  const entries = world.events.commandCalls(PutEventsCommand).flatMap(({ args }) => args[0].input.Entries ?? []);
  world.events.resetHistory();
  return entries;
}

const nudges = (): number => world.sqs.commandCalls(SendMessageCommand).length;

afterEach(() => {
  world.close();
});

describe('a level with a custom target', () => {
  it('is put on the bus by the worker and by nobody else', async () => {
    await open();
    await send({ title: 'error rate 12%', dedupKey: 'a' });
    expect(put()).toEqual([]);
    await world.work();
    const [entry, ...more] = put();
    expect([entry, more]).toMatchObject([{ EventBusName: 'tocsin-dev', Source: 'tocsin', DetailType: 'notification' }, []]);
    expect(JSON.parse(entry?.Detail ?? '')).toMatchObject({ type: 'notification', data: { target: 'siren', level: 1 } });
  });
});

describe('what happens to an incident, where the environment asks for it', () => {
  it('is put on the bus by the worker, a few events in one call', async () => {
    await open({ PUBLISH_EVENTS: 'true' });
    const id = idIn(await send({ title: 'error rate 12%', dedupKey: 'a' }));
    await world.work();
    expect(put()).toMatchObject([
      { DetailType: 'notification' },
      { EventBusName: 'tocsin-dev', Source: 'tocsin', DetailType: 'incident.triggered' },
      { EventBusName: 'tocsin-dev', Source: 'tocsin', DetailType: 'incident.levelFired' },
    ]);
    await world.admin('ack', 'POST', `/v1/incidents/${id}/acknowledge`);
    await world.admin('resolve', 'POST', `/v1/incidents/${id}/resolve`);
    expect(put()).toEqual([]);
    await world.work();
    const told = put().filter(({ DetailType }) => DetailType !== 'notification');
    expect(told.map(({ DetailType }) => DetailType)).toEqual(['incident.acknowledged', 'incident.resolved']);
    expect(JSON.parse(told[1]?.Detail ?? '')).toMatchObject({
      type: 'incident.resolved',
      data: { eventId: expect.stringMatching(`^${id}-event-`) as string, by: 'api', incident: { id, state: 'resolved' } },
    });
  });

  it('costs those who take alarms and answers in nothing but a nudge where there would be none', async () => {
    await open({ PUBLISH_EVENTS: 'true' });
    // Every function has read the configuration, as a function has that is in use.
    await world.work([]);
    const warm = idIn(await send({ title: 'warm', dedupKey: 'warm' }));
    await world.work();
    await world.admin('resolve', 'POST', `/v1/incidents/${warm}/resolve`);
    await world.work();
    await world.table.asked();
    const before = nudges();
    const id = idIn(await send({ title: 'error rate 12%', dedupKey: 'a' }));
    expect([await world.table.asked(), nudges() - before]).toEqual([['PutItem'], 1]);
    await world.admin('resolve', 'POST', `/v1/incidents/${id}/resolve`);
    expect([await world.table.asked(), nudges() - before]).toEqual([['GetItem', 'PutItem', 'GetItem'], 2]);
  });

  it('is one call to the bus and one write more for a look that has something to tell', async () => {
    const askedWhile = async (): Promise<readonly string[]> => {
      await world.work([]);
      await send({ title: 'error rate 12%', dedupKey: 'a' });
      await world.table.asked();
      await world.work();
      return world.table.asked();
    };
    await open();
    const without = await askedWhile();
    world.close();
    await open({ PUBLISH_EVENTS: 'true' });
    const asked = await askedWhile();
    // How often the alarm came is asked for what is told.
    expect(asked.toSorted()).toEqual([...without, 'GetItem', 'PutItem'].toSorted());
  });

  it('is not, where it does not', async () => {
    await open();
    const id = idIn(await send({ title: 'error rate 12%', dedupKey: 'a' }));
    await world.work();
    await world.admin('resolve', 'POST', `/v1/incidents/${id}/resolve`);
    await world.work();
    expect(new Set(put().map(({ DetailType }) => DetailType))).toEqual(new Set(['notification']));
  });
});
