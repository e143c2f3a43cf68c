import { describe, expect, it } from 'vitest';
import { night } from '../fixtures.ts';
import { permanent } from '../world.ts';
import { address, documentWith, SendingWorld } from './sending-world.ts';

describe('a test page', () => {
  it('goes to each contact of a person at once, whatever their rules say, and tells how each went', async () => {
    const world = await SendingWorld.with();
    world.answers({ [address.spare]: permanent });
    const answer = await world.request('POST', '/v1/people/ana/test');
    expect(answer).toMatchObject({ http: 200 });
    expect(world.now).toBe(night);
    expect(world.messages.map((message) => message.to).toSorted()).toEqual([address.phone, address.mail].toSorted());
    expect(world.messages.every((message) => /test/i.test(message.text) && message.code === null && message.ackUrl === null)).toBe(true);
    expect(JSON.stringify(answer)).toContain('"contact":"spare","channel":"sms","ok":false,"code":"invalid-number"');
  });

  it('shows a contact that does not work before the night it is needed, and one that works again', async () => {
    const world = await SendingWorld.with();
    const unhealthy = async (): Promise<readonly string[]> =>
      (await world.stores.state.contactHealth()).filter((one) => one.unhealthy !== null).map((one) => one.contact);
    world.answers({ [address.spare]: permanent });
    await world.request('POST', '/v1/people/ana/test');
    expect(await unhealthy()).toEqual(['spare']);
    world.answers({});
    await world.request('POST', '/v1/people/ana/test');
    expect(await unhealthy()).toEqual([]);
  });

  it('tells how each went also when the store takes longer over the first result than over the last', async () => {
    let slow = true;
    const world = await SendingWorld.with(documentWith(), (ports) => ({
      ...ports,
      state: {
        ...ports.state,
        answerRequest: async (key, answer) => {
          const waits = slow;
          slow = false;
          if (waits) await new Promise((resolve) => setImmediate(resolve));
          await ports.state.answerRequest(key, answer);
        },
      },
    }));
    const answer = await world.request('POST', '/v1/people/ana/test');
    const results = ['phone', 'mail', 'spare'].map((contact) => expect.objectContaining({ contact, ok: true }) as object);
    expect(answer).toEqual({ http: 200, results });
  });

  it('makes no incident', async () => {
    const world = await SendingWorld.with();
    await world.request('POST', '/v1/people/ana/test');
    expect(await world.open()).toEqual([]);
  });

  it('for nobody is 404', async () => {
    const world = await SendingWorld.with();
    expect(await world.request('POST', '/v1/people/nobody/test')).toMatchObject({ http: 404 });
  });
});
