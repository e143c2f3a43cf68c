import { PublishCommand } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replyTopic } from '../aws-environment.ts';
import { AwsWorld, captured, fields } from './aws-world.ts';

const phone = '+15555550100';
const config = {
  settings: { catchAll: ['user:ana'] },
  services: [{ id: 'checkout', policy: 'default' }],
  policies: [{ id: 'default', levels: [{ targets: ['user:ana'] }] }],
  people: [{ id: 'ana', name: 'Ana', contacts: [{ id: 'phone', channel: 'sms', address: phone }] }],
};

let world: AwsWorld;

/** An alarm whose page leaves in a message that SNS knows by the name of the alarm. */
async function paged(AlarmName: string): Promise<string> {
  world.sns.on(PublishCommand).resolves({ MessageId: `sns-${AlarmName}` });
  await world.run('trigger', { AlarmName, NewStateValue: 'ALARM', AlarmDescription: 'tocsin:service=checkout' });
  await world.work();
  const page = world.texts(phone).at(-1) ?? '';
  return /Reply (\d{4,6})/.exec(page)?.[1] ?? '';
}

let codes: readonly string[] = [];

beforeEach(async () => {
  world = await AwsWorld.open();
  expect(await world.admin('api', 'PUT', '/v1/config', config)).toMatchObject({ statusCode: 200 });
  codes = [await paged('latency'), await paged('errors')];
  world.sns.on(PublishCommand).resolves({ MessageId: 'answer' });
});

afterEach(() => {
  world.close();
});

/** An SMS of the handset, as two-way SMS brings it; the texts that came back. */
async function reply(messageBody: string, rest: object = {}): Promise<readonly string[]> {
  const before = world.texts(phone).length;
  await world.run('reply', world.fromTopic(replyTopic, JSON.stringify({ ...captured('two-way-sms'), messageBody, ...rest })));
  return world.texts(phone).slice(before);
}

const states = async (): Promise<Readonly<Record<string, unknown>>> => {
  const { body } = await world.admin('api', 'GET', '/v1/incidents');
  const { incidents } = fields.parse(JSON.parse(body));
  if (!Array.isArray(incidents)) throw new Error(body);
  return Object.fromEntries(incidents.map((one) => fields.parse(one)).map(({ title, state }) => [String(title), state]));
};

describe('an SMS that comes back from a handset', () => {
  it('means the page whose code it holds, whatever message it follows', async () => {
    await reply(codes[0] ?? '', { previousPublishedMessageId: 'sns-errors' });
    expect(await states()).toEqual({ latency: 'acknowledged', errors: 'active' });
  });

  it('means the page that it follows where it holds no code', async () => {
    expect(await reply('ack', { previousPublishedMessageId: 'sns-latency' })).toEqual([expect.stringContaining('latency')]);
    expect(await states()).toEqual({ latency: 'acknowledged', errors: 'active' });
  });

  it.each([
    ['follows nothing', { previousPublishedMessageId: undefined }],
    ['follows a message that was no page', { previousPublishedMessageId: 'answer' }],
  ])('is answered with the list where it holds no code, %s and several pages are open', async (_, rest) => {
    const [list = ''] = await reply('ack', rest);
    expect(list).toContain(codes[0]);
    expect(list).toContain(codes[1]);
    expect(await states()).toEqual({ latency: 'active', errors: 'active' });
  });

  it('means the only open page where it follows nothing', async () => {
    await reply('ack', { previousPublishedMessageId: 'sns-latency', inboundMessageId: 'first' });
    await reply('ack', { previousPublishedMessageId: null, inboundMessageId: 'second' });
    expect(await states()).toEqual({ latency: 'acknowledged', errors: 'acknowledged' });
  });

  it('does nothing to another page when the one that it follows is over', async () => {
    await reply(`${codes[0] ?? ''} r`, { inboundMessageId: 'first' });
    expect(await reply('ack', { previousPublishedMessageId: 'sns-latency', inboundMessageId: 'second' })).toHaveLength(1);
    expect(await states()).toEqual({ latency: 'resolved', errors: 'active' });
  });

  it('acts and is answered once, however often it is delivered', async () => {
    expect(await reply(codes[0] ?? '')).toHaveLength(1);
    expect(await reply(codes[0] ?? '')).toEqual([]);
  });

  it('is taken in beside others that are malformed, which make the function fail, so that they are dead-lettered', async () => {
    const good = JSON.stringify({ ...captured('two-way-sms'), messageBody: codes[0] });
    const event = world.fromTopic(replyTopic, '{"originationNumber":', good, '"hello"', '{"hello":"you"}');
    await expect(world.run('reply', event)).rejects.toThrow('3 of 4 messages could not be worked');
    expect(await states()).toMatchObject({ latency: 'acknowledged', errors: 'active' });
  });

  it('gets no answer when it comes from a number that nobody knows', async () => {
    const event = world.fromTopic(replyTopic, JSON.stringify({ ...captured('two-way-sms'), originationNumber: '+15555550999' }));
    await world.run('reply', event);
    expect(world.texts('+15555550999')).toEqual([]);
  });

  it('counts for nothing from a topic that is not ours', async () => {
    const event = world.fromTopic(
      'arn:aws:sns:us-east-1:123456789012:others',
      JSON.stringify({ ...captured('two-way-sms'), messageBody: codes[0] }),
    );
    await world.run('reply', event);
    expect(await states()).toEqual({ latency: 'active', errors: 'active' });
  });
});
