import { describe, expect, it } from 'vitest';
import { transient } from '../world.ts';
import { address, documentWith, MortalWorld, SendingWorld } from './sending-world.ts';

const { phone, mail, ben } = address;
const mailLater = (after: string): object => ({ rules: [{ notify: ['phone', { contact: 'mail', after }] }] });

describe('a page that waits for its time', () => {
  it('leaves then, also when a later level has fired a moment before', async () => {
    const world = await SendingWorld.with(documentWith(mailLater('6m')));
    await world.alarm();
    await world.pass('10m');
    expect(world.pages()).toEqual([`0 ${phone}`, `5 ${ben}`, `6 ${mail}`]);
  });

  it.each(['acknowledge', 'resolve', 'cancel'] as const)('is dropped when somebody asks to %s', async (act) => {
    const world = await SendingWorld.with(documentWith(mailLater('2m')));
    const { incidentId } = await world.alarm();
    await world.pass('1m');
    await world.act(incidentId, act, { by: 'user:ana' });
    await world.pass('20m');
    expect(world.pages()).toEqual([`0 ${phone}`]);
    expect((await world.incident(incidentId)).unfiled.find((event) => 'dropped' in event)).toMatchObject({ dropped: [2], inFlight: [] });
  });
});

describe('a message older than its use', () => {
  it('expires, and the timeline says so: a later level fired long ago by the time it could leave', async () => {
    const world = await SendingWorld.with(documentWith(mailLater('2m')));
    const { incidentId } = await world.alarm();
    await world.pass('1m');
    await world.outage('40m');
    expect(world.pages()).toEqual([`0 ${phone}`, `41 ${ben}`]);
    const expired = (await world.incident(incidentId)).unfiled.filter((event) => event.type === 'notificationExpired');
    expect(expired).toMatchObject([{ n: 2, person: 'ana', contact: 'mail', reason: 'later-level-fired' }]);
  });

  it('expires when it had failed before and somebody asked for the next level', async () => {
    const world = await SendingWorld.with(documentWith({ contacts: [{ id: 'phone', channel: 'sms', address: phone }] }));
    world.answers({ [phone]: transient });
    const { incidentId } = await world.alarm();
    await world.pass('20s');
    world.answers({});
    await world.act(String(incidentId), 'escalate', { by: 'user:ben' });
    await world.pass('4m');
    expect(world.messages.map(({ to }) => to)).toEqual([ben]);
    expect(await world.timeline(incidentId)).toContain('notificationExpired');
  });

  it('expires also where it only says what somebody did, more than an hour ago', async () => {
    const world = await SendingWorld.with(documentWith());
    const { incidentId } = await world.alarm();
    world.answers({ [mail]: transient });
    await world.act(String(incidentId), 'resolve', { by: 'user:ben' });
    world.answers({});
    await world.outage('61m');
    expect(world.messages.map(({ to }) => to)).toEqual([phone]);
    expect(await world.timeline(incidentId)).toContain('notificationExpired');
  });

  it('expires when its worker died with it and somebody answered meanwhile', async () => {
    const mortal = await MortalWorld.with(documentWith());
    const { world } = mortal;
    await mortal.dying('before', () => world.alarm());
    const incidentId = String((await world.open())[0]);
    expect(await world.act(incidentId, 'acknowledge', { by: 'user:ben' })).toMatchObject({ http: 200 });
    await world.pass('10m');
    expect(world.pages()).toEqual([]);
    expect(await world.timeline(incidentId)).toContain('notificationExpired');
  });
});
