import { describe, expect, it } from 'vitest';
import { permanent, transient } from '../world.ts';
import { address, documentWith, SendingWorld } from './sending-world.ts';

const { phone } = address;
const healthOf = async (world: SendingWorld, contact: string) =>
  (await world.stores.state.contactHealth()).find((one) => one.contact === contact && one.person === 'ana');

describe('the health of a contact', () => {
  it('is good when a message was handed over', async () => {
    const world = await SendingWorld.with();
    await world.alarm();
    expect(await healthOf(world, 'phone')).toMatchObject({ unhealthy: null, lastSentAt: world.now });
  });

  it('is not touched by a provider that is out of order for a moment', async () => {
    const world = await SendingWorld.with();
    world.answers({ [phone]: transient });
    await world.alarm();
    await world.pass('2m');
    expect(await healthOf(world, 'phone')).toBeUndefined();
  });

  it('remembers since when it is bad, and when it last worked', async () => {
    const world = await SendingWorld.with();
    await world.alarm();
    const worked = world.now;
    await world.pass('10m');
    world.answers({ [phone]: permanent });
    await world.alarm({ dedupKey: 'second' });
    const since = world.now;
    await world.pass('10m');
    await world.alarm({ dedupKey: 'third' });
    expect(await healthOf(world, 'phone')).toMatchObject({ unhealthy: { code: 'invalid-number', since }, lastSentAt: worked });
    world.answers({});
    await world.pass('10m');
    await world.alarm({ dedupKey: 'fourth' });
    expect(await healthOf(world, 'phone')).toMatchObject({ unhealthy: null });
  });

  it('is not bad because the contact was taken off the card before its page could leave', async () => {
    const world = await SendingWorld.with(documentWith({ rules: [{ notify: ['phone', { contact: 'mail', after: '2m' }] }] }));
    const { incidentId } = await world.alarm();
    const contacts = [{ id: 'phone', channel: 'sms', address: phone }];
    await world.configure(documentWith({ contacts }));
    await world.pass('2m');
    expect((await world.incident(incidentId)).unfiled).toContainEqual(expect.objectContaining({ code: 'contact-gone' }));
    expect(await healthOf(world, 'mail')).toBeUndefined();
  });

  it('holds no page up when it cannot be noted', async () => {
    let down = false;
    const orDown = <T>(work: () => Promise<T>): Promise<T> => (down ? Promise.reject(new Error('the store is down')) : work());
    const world = await SendingWorld.with(documentWith(), (ports) => ({
      ...ports,
      state: {
        ...ports.state,
        contactHealth: () => orDown(() => ports.state.contactHealth()),
        putContactHealth: (health) => orDown(() => ports.state.putContactHealth(health)),
      },
    }));
    down = true;
    world.answers({ [phone]: permanent });
    await world.alarm();
    expect(world.pages()).toEqual([`0 ${address.mail}`]);
  });
});
