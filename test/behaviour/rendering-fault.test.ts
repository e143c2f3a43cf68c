import { afterEach, describe, expect, it, vi } from 'vitest';
import { channels } from '../../shared/channels/registry.ts';
import { address, documentWith, SendingWorld } from './sending-world.ts';

const words = { title: 'harmless title', description: 'and its description' };

function brokenRendering(channel: 'sms' | 'email'): void {
  const found = channels.get(channel);
  if (found === undefined) throw new Error(channel);
  vi.spyOn(found, 'render').mockImplementation(() => {
    throw new Error('no words for this');
  });
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('an alarm that no words can be made of', () => {
  it.each([
    ['sms', 'phone', address.phone],
    ['email', 'mail', address.mail],
  ] as const)('by %s: pages in plain words without anything the sender gave, and can be answered', async (channel, contact, to) => {
    const world = await SendingWorld.with(documentWith({ rules: [{ notify: [contact] }] }));
    brokenRendering(channel);
    const { incidentId } = await world.alarm(words);
    const [page] = world.messages;
    expect(page).toMatchObject({ to, kind: 'page', incidentId });
    for (const given of [words.title, words.description, 'checkout', 'error-rate'])
      expect(`${String(page?.subject)} ${String(page?.text)}`).not.toContain(given);
    expect(page?.text).toContain(channel === 'sms' ? String(page?.code) : String(page?.ackUrl));
  });

  it('says in the timeline that plain words went out', async () => {
    const world = await SendingWorld.with();
    brokenRendering('sms');
    const { incidentId } = await world.alarm(words);
    const { unfiled } = await world.incident(incidentId);
    expect(unfiled.filter((event) => event.type === 'notificationSent')).toMatchObject([{ n: 1, plain: true }]);
    expect(await world.sms(address.phone, world.code(address.phone))).toEqual([expect.stringMatching(/^Acknowledged/)]);
  });
});
