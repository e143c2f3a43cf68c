import { describe, expect, it } from 'vitest';
import type { SendResult } from '../../shared/ports.ts';
import { transient } from '../world.ts';
import { address, documentWith, SendingWorld } from './sending-world.ts';

const { phone, ben } = address;

/** A world in which something happens while a message to the number is on its way, before the provider answers. */
async function during(
  number: string,
  document: string,
  happens: (world: SendingWorld) => Promise<unknown>,
  verdict: SendResult | null = null,
): Promise<SendingWorld> {
  let done = false;
  const world: SendingWorld = await SendingWorld.with(document, (ports) => ({
    ...ports,
    transports: {
      ...ports.transports,
      sms: async (message) => {
        if (message.to !== number || done) return ports.transports.sms(message);
        done = true;
        await happens(world);
        return verdict ?? (await ports.transports.sms(message));
      },
    },
  }));
  return world;
}

const act = (name: 'acknowledge' | 'resolve') => async (world: SendingWorld) =>
  world.act(String((await world.open())[0]), name, { by: 'user:lead' });
const both = documentWith({ rules: [{ notify: ['phone', { contact: 'mail', after: '1m' }] }] }, { targets: ['user:ana', 'user:ben'] });

describe.each(['acknowledge', 'resolve'] as const)('%s while pages are on their way', (name) => {
  it('takes effect at once; the pages are recorded as in flight, the others are dropped, and nothing more starts', async () => {
    const world = await during(phone, both, act(name));
    const { incidentId } = await world.alarm();
    expect(world.pages().toSorted()).toEqual([`0 ${phone}`, `0 ${ben}`].toSorted());
    await world.pass('30m');
    expect(world.pages()).toHaveLength(2);
    const answered = (await world.incident(incidentId)).unfiled.find((event) => event.type === 'acknowledged' || event.type === 'resolved');
    expect(answered).toMatchObject({ inFlight: [1, 3], dropped: [2] });
  });

  it('a page that fails then is not tried again, neither there nor elsewhere', async () => {
    const world = await during(phone, both, act(name), transient);
    await world.alarm();
    await world.pass('30m');
    expect(world.pages()).toEqual([`0 ${ben}`]);
  });

  it('the first to get such a page hears it too, when nobody had been told before', async () => {
    const world = await during(phone, documentWith(), act(name));
    await world.alarm();
    expect(world.messages.filter(({ kind }) => kind === 'outcome').map(({ to }) => to)).toEqual([address.mail]);
  });

  it('whoever gets such a page hears that it is answered already, like those who were told before', async () => {
    const world = await during(ben, documentWith(), act(name));
    await world.alarm();
    await world.pass('6m');
    expect(world.pages()).toEqual([`0 ${phone}`, `5 ${ben}`]);
    const outcomes = world.messages.filter((message) => message.kind === 'outcome').map((message) => message.to);
    expect(outcomes.toSorted()).toEqual([address.mail, 'ben@example.com'].toSorted());
  });
});
