import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeCustom, makeEventBus } from '../../shared/adapters/aws/event-bus.ts';
import { customChannel } from '../../shared/channels/custom.ts';
import type { SendResult } from '../../shared/ports.ts';
import { about, ackUrl, content, recordingTransports } from './channels-content.ts';

const events = mockClient(EventBridgeClient);
const bus = makeEventBus(new EventBridgeClient({ region: 'us-east-1' }), 'tocsin-dev');
const custom = makeCustom(bus);
const send = (change: Parameters<typeof content>[0] = {}): Promise<SendResult> =>
  customChannel.render(content(change)).send('siren', { ...recordingTransports(), custom }, about);

const permanent = (code: string): object => ({ ok: false, permanent: true, code, retryAfter: null });
const passing = (code: string): object => ({ ok: false, permanent: false, code, retryAfter: null });

const codes = [
  ['MalformedDetail', permanent('malformed-event')],
  ['InvalidArgument', permanent('invalid-event')],
  ['ValidationException', permanent('invalid-event')],
  ['AccessDeniedException', permanent('not-allowed')],
  ['InvalidAccountIdException', permanent('not-allowed')],
  ['NotAuthorizedForSourceException', permanent('not-allowed')],
  ['NotAuthorizedForDetailTypeException', permanent('not-allowed')],
  ['ResourceNotFoundException', permanent('not-configured')],
  ['ThrottlingException', passing('throttled')],
  ['LimitExceededException', passing('quota')],
  ['InternalFailure', passing('provider-fault')],
  ['InternalException', passing('provider-fault')],
  ['RedactionFailure', passing('provider-fault')],
  ['TimeoutError', passing('timeout')],
  ['SomethingNew', passing('unknown')],
] as const;

beforeEach(() => {
  events.reset();
});

describe('an event for a custom target, through Amazon EventBridge', () => {
  it('is put on the bus with what a webhook says, and the name of the target', async () => {
    events.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: 'event-1' }] });
    expect(await send()).toEqual({ ok: true, providerId: 'event-1' });
    const [call] = events.commandCalls(PutEventsCommand).map(({ args }) => args[0].input);
    const { Detail = '', ...entry } = call?.Entries?.[0] ?? {};
    expect({ ...call, Entries: [entry] }).toEqual({
      Entries: [{ EventBusName: 'tocsin-dev', Source: 'tocsin', DetailType: 'notification' }],
    });
    expect(JSON.parse(Detail)).toEqual({
      type: 'notification',
      timestamp: '2026-08-03T12:05:12.000Z',
      data: {
        target: 'siren',
        ...{ notificationId: 'abcdefghijklmnopqrstuvwxya-3-1', kind: 'page', purpose: 'level', level: 2, cycle: 0, by: null, ackUrl },
        incident: { id: 'abcdefghijklmnopqrstuvwxya-3', service: 'checkout', title: 'error rate 12%', severity: 'critical' },
      },
    });
  });

  it.each(codes)('that is refused with %s is told in a word of ours', async (name, refusal) => {
    events.on(PutEventsCommand).rejects(Object.assign(new Error('siren'), { name }));
    expect(await send()).toEqual(refusal);
  });

  it.each(codes)('that is refused with %s by an answer that says 200 is told in the same word', async (ErrorCode, refusal) => {
    events.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode, ErrorMessage: 'siren' }] });
    expect(await send()).toEqual(refusal);
  });

  it('that an answer says nothing of counts as not taken', async () => {
    events.on(PutEventsCommand).resolves({});
    expect(await send()).toEqual(passing('unknown'));
  });

  it('has at most 256 KB: where a sender wrote more, the long parts are left out and it leaves all the same', async () => {
    events.on(PutEventsCommand).resolves({ Entries: [{ EventId: 'event-1' }] });
    const id = 'abcdefghijklmnopqrstuvwxya-3';
    const long = (characters: number) => ({
      incident: () => ({ id, title: 'error rate 12%', labels: { text: '\u{1F6A8}'.repeat(characters / 2) } }),
    });
    for (const characters of [100_000, 200_000]) expect(await send(long(characters))).toMatchObject({ ok: true });
    const details = events.commandCalls(PutEventsCommand).map(({ args }) => args[0].input.Entries?.[0]?.Detail ?? '');
    for (const detail of details) expect(Buffer.byteLength(`tocsin notification${detail}`)).toBeLessThanOrEqual(256 * 1024);
    const incidents = details.map((detail) => (JSON.parse(detail) as { data: { incident: object } }).data.incident);
    expect(incidents.map((incident) => Object.keys(incident))).toEqual([
      ['id', 'title', 'labels'],
      ['id', 'title'],
    ]);
  });

  it('holds its id and its target also where nothing of the alarm can be told', async () => {
    events.on(PutEventsCommand).resolves({ Entries: [{ EventId: 'event-1' }] });
    await customChannel.plain(content()).send('siren', { ...recordingTransports(), custom }, about);
    const detail = events.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries?.[0]?.Detail ?? '';
    expect(JSON.parse(detail)).toMatchObject({
      data: { target: 'siren', notificationId: 'abcdefghijklmnopqrstuvwxya-3-1', incident: { id: content().incidentId } },
    });
  });
});

describe('what happens to incidents, through Amazon EventBridge', () => {
  const told = (count: number, detail = '{}') =>
    Array.from({ length: count }, (_, place) => ({ type: `incident.${String(place)}`, detail }));
  const entries = () => events.commandCalls(PutEventsCommand).map(({ args }) => args[0].input.Entries ?? []);
  const takeAll = () =>
    events
      .on(PutEventsCommand)
      .callsFake(({ Entries }: { Entries: object[] }) => ({ FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: 'event-1' })) }));

  it('is put there under its own type, several in one call', async () => {
    takeAll();
    expect(await bus.publish(told(2))).toEqual([
      { ok: true, providerId: 'event-1' },
      { ok: true, providerId: 'event-1' },
    ]);
    expect(entries()).toEqual([
      [
        { EventBusName: 'tocsin-dev', Source: 'tocsin', DetailType: 'incident.0', Detail: '{}' },
        { EventBusName: 'tocsin-dev', Source: 'tocsin', DetailType: 'incident.1', Detail: '{}' },
      ],
    ]);
  });

  it('is put there as far as one call goes: ten events, 256 KB', async () => {
    takeAll();
    expect(await bus.publish(told(11))).toHaveLength(10);
    expect(await bus.publish(told(5, JSON.stringify('x'.repeat(100_000))))).toHaveLength(2);
    expect(await bus.publish(told(5, JSON.stringify('\u{1F6A8}'.repeat(40_000))))).toHaveLength(1);
    expect(await bus.publish(told(2, JSON.stringify('x'.repeat(300_000))))).toHaveLength(1);
    expect(entries().map(({ length }) => length)).toEqual([10, 2, 1, 1]);
  });

  it('is told of each whether it was taken', async () => {
    events.on(PutEventsCommand).resolves({
      FailedEntryCount: 2,
      Entries: [{ EventId: 'event-1' }, { ErrorCode: 'ThrottlingException' }, { ErrorCode: 'MalformedDetail' }],
    });
    expect(await bus.publish(told(3))).toEqual([{ ok: true, providerId: 'event-1' }, passing('throttled'), permanent('malformed-event')]);
  });

  it('is told of all when the call is refused', async () => {
    events.on(PutEventsCommand).rejects(Object.assign(new Error('busy'), { name: 'InternalException' }));
    expect(await bus.publish(told(2))).toEqual([passing('provider-fault'), passing('provider-fault')]);
  });
});
