import { PublishCommand } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AwsWorld, fields } from './aws-world.ts';

const person = (id: string, number: number) => ({
  ...{ id, name: id, contacts: [{ id: 'phone', channel: 'sms', address: `+1555555010${String(number)}` }], handoffNotices: ['phone'] },
});
const config = {
  settings: { catchAll: ['user:ana'] },
  services: [{ id: 'checkout', policy: 'default' }],
  policies: [{ id: 'default', levels: [{ targets: ['schedule:primary'] }] }],
  people: [person('ana', 0), person('ben', 1)],
  schedules: [
    { id: 'primary', zone: 'UTC', layers: [{ id: 'week', people: ['ana'], rotation: { daily: { at: '09:00' } }, start: '2026-01-05' }] },
  ],
};
const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
const look = JSON.stringify({ handoffs: true });

let world: AwsWorld;

beforeEach(async () => {
  world = await AwsWorld.open();
  world.sns.on(PublishCommand).resolves({ MessageId: 'sms-1' });
  expect(await world.admin('api', 'PUT', '/v1/config', config)).toMatchObject({ statusCode: 200 });
});

afterEach(() => {
  world.close();
});

describe('handoffs in an AWS account', () => {
  it('are looked at by the worker alone, when something changed, and told to those who want to know', async () => {
    expect(world.queued()).toEqual([look]);
    await world.work([look]);
    const swap = { person: 'ben', from: inHours(-1), until: inHours(1) };
    expect(await world.admin('api', 'POST', '/v1/schedules/primary/overrides', swap)).toMatchObject({ statusCode: 201 });
    expect(world.texts('+15555550101')).toEqual([]);
    // Twice, as a queue may bring it.
    await world.work([look, look]);
    await world.work([look]);
    expect(world.texts('+15555550101')).toEqual([
      expect.stringMatching(/^\[INFO\] primary: you are on call until .* \(UTC\); none open for this schedule\.$/),
    ]);
    expect(world.texts('+15555550100')).toEqual(['[INFO] primary: you are off call; now on call: ben; none open for this schedule.']);
  });

  it('are found by the sweeper when the nudge was lost, and not asked for before it is time', async () => {
    world.queued();
    await world.run('sweep', {});
    expect(world.queued()).toEqual([look]);
    await world.work([look]);
    await world.run('sweep', {});
    expect(world.queued()).toEqual([]);
  });

  it('cost one read a minute while there is nothing to look at', async () => {
    await world.table.asked();
    await world.run('sweep', {});
    const shards = Array.from({ length: 16 }, () => 'Query');
    expect(await world.table.asked()).toEqual([...shards, 'PutItem', 'GetItem', 'Query']);
  });
});

it('an iCalendar file is taken as a schedule by the function of the API', async () => {
  const event = ['BEGIN:VEVENT', 'SUMMARY:ben', 'DTSTART:20260101T000000Z', 'DURATION:P1D', 'RRULE:FREQ=DAILY', 'END:VEVENT'];
  const calendar = ['BEGIN:VCALENDAR', ...event, 'END:VCALENDAR'].join('\r\n');
  const headers = { authorization: 'Bearer admin-token-of-the-canaries', 'content-type': 'text/calendar' };
  const answer = await world.http('api', 'PUT', '/v1/schedules/primary', calendar, headers);
  expect(fields.parse(JSON.parse(answer.body))).toMatchObject({
    version: 2,
    changes: [{ kind: 'schedule', id: 'primary', change: 'updated' }],
  });
  const { body } = await world.admin('api', 'GET', '/v1/schedules/primary/on-call');
  expect(JSON.parse(body)).toMatchObject({ people: [{ id: 'ben', layer: null }] });
});
