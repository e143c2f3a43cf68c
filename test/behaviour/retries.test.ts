import { describe, expect, it } from 'vitest';
import type { SendResult } from '../../shared/ports.ts';
import { transient } from '../world.ts';
import { address, documentWith, SendingWorld } from './sending-world.ts';

const { phone, ben } = address;
const onePhone = documentWith({ contacts: [{ id: 'phone', channel: 'sms', address: phone }] });

describe('a message that a provider does not take for the moment', () => {
  it.each([
    ['says so', transient],
    ['cannot be reached', 'throw' as const],
  ])('is tried again after 2, 4, 8 … seconds when the provider %s', async (_, verdict) => {
    const world = await SendingWorld.with(onePhone);
    world.answers({ [phone]: verdict });
    await world.alarm();
    await world.pass('65s');
    expect(world.attempts).toEqual([0, 2, 6, 14, 30, 62].map((at) => `${String(at)} ${phone}`));
  });

  it('is not tried again sooner than the provider asks', async () => {
    const busy: SendResult = { ok: false, permanent: false, code: 'throttled', retryAfter: 20 };
    const world = await SendingWorld.with(onePhone);
    world.answers({ [phone]: busy });
    await world.alarm();
    await world.pass('45s');
    expect(world.attempts).toEqual([`0 ${phone}`, `20 ${phone}`, `40 ${phone}`]);
  });

  it('keeps its notification id, so that the receiver can tell a repeat', async () => {
    const world = await SendingWorld.with(onePhone);
    world.answers({ [phone]: transient });
    const { incidentId } = await world.alarm();
    world.answers({});
    await world.pass('2s');
    expect(world.messages.map((message) => message.notificationId)).toEqual([`${String(incidentId)}-1`]);
  });

  it('is tried every five minutes at last, for as long as its level has', async () => {
    const policies = [{ id: 'default', levels: [{ targets: ['user:ana'] }, { delay: '2h', targets: ['user:ben'] }] }];
    const world = await SendingWorld.with(documentWith({ contacts: [{ id: 'phone', channel: 'sms', address: phone }] }, {}, { policies }));
    world.answers({ [phone]: transient });
    await world.alarm();
    await world.pass('119m');
    const instants = world.attempts.filter((attempt) => attempt.endsWith(phone)).map((attempt) => Number(attempt.split(' ')[0]));
    expect(instants.slice(-3).map((at, index, all) => at - (all[index - 1] ?? at))).toEqual([0, 300, 300]);
    expect(instants.at(-1)).toBeGreaterThan(6600);
  });

  it('is tried for a quarter of an hour where nothing comes after it', async () => {
    const policies = [{ id: 'default', levels: [{ targets: ['user:ana'], requireAck: false }] }];
    const world = await SendingWorld.with(documentWith({ contacts: [{ id: 'phone', channel: 'sms', address: phone }] }, {}, { policies }));
    world.answers({ [phone]: transient });
    await world.alarm();
    await world.pass('8m');
    world.answers({});
    await world.pass('7m');
    expect(world.messages.map(({ to }) => to)).toEqual([phone]);
  });

  it('is given up when the time of its level is over, and the next level is told', async () => {
    const world = await SendingWorld.with(onePhone);
    world.answers({ [phone]: transient });
    await world.alarm();
    await world.pass('10m');
    expect(world.attempts.filter((attempt) => attempt.endsWith(phone) && Number(attempt.split(' ')[0]) >= 300)).toEqual([]);
    // Nothing was left to try before the five minutes were over.
    expect(world.attempts.filter((attempt) => attempt.endsWith(ben))).toHaveLength(1);
  });

  it('is not tried again after somebody acknowledged', async () => {
    const world = await SendingWorld.with(onePhone);
    world.answers({ [phone]: transient });
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:ben' });
    await world.pass('10m');
    expect(world.attempts).toEqual([`0 ${phone}`]);
  });

  it('and says who acknowledged is tried again also after the resolve, which is told besides', async () => {
    const world = await SendingWorld.with(documentWith({}, { targets: ['user:ana', 'user:ben'] }));
    world.answers({ 'ben@example.com': transient });
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    await world.act(incidentId, 'resolve', { by: 'user:ana' });
    world.answers({});
    await world.pass('1m');
    expect(world.messages.filter(({ to }) => to === 'ben@example.com').map(({ kind }) => kind)).toEqual(['outcome', 'outcome']);
  });

  it('does not hold up the messages of others', async () => {
    const world = await SendingWorld.with(documentWith({}, { targets: ['user:ana', 'user:ben'] }));
    world.answers({ [phone]: 'throw' });
    await world.alarm();
    expect(world.pages()).toEqual([`0 ${ben}`]);
  });
});
