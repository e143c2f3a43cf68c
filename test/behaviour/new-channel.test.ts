import { describe, expect, it, vi } from 'vitest';
import type { Channel } from '../../shared/channels/channel.ts';
import { channels } from '../../shared/channels/registry.ts';
import { hostileContents, notRendered } from '../unit/hostile-content.ts';
import { World } from '../world.ts';
import { pagerChannel } from './made-up-channel.ts';

vi.mock(import('../../shared/channels/registry.ts'), async (original) => {
  const { pagerChannel } = await import('./made-up-channel.ts');
  return { channels: new Map([...(await original()).channels, [pagerChannel.name, pagerChannel]]) };
});

const document = (channel: string, address: string): string => `
settings: { catchAll: ['user:ana'] }
services: [{ id: checkout, policy: default }]
policies: [{ id: default, levels: [{ channels: [${channel}], targets: ['user:ana'] }] }]
people: [{ id: ana, name: Ana, contacts: [{ id: own, channel: ${channel}, address: '${address}' }] }]
`;

describe('a channel that is one file and one line in the registry', () => {
  it('can be named by a contact and by a level, and is paged', async () => {
    const world = await World.withConfig(document('pager', '4711'));
    await world.alarm({ title: 'error rate 12%' });
    expect(world.messages).toMatchObject([{ to: '4711', text: 'Call in: error rate 12%' }]);
  });

  it('judges its own addresses, in its own words', async () => {
    const saved = await new World().app.saving.saveDocument(document('pager', 'ana@example.com'), 'application/yaml', {
      dryRun: false,
      ifMatch: null,
    });
    expect(saved).toMatchObject({
      kind: 'invalid',
      errors: [
        { pointer: '/people/0/contacts/0/address', code: 'invalid-address', detail: 'The number of a pager has 4 to 8 digits.', line: 5 },
      ],
    });
  });

  it('is named among the channels where a document asks for one that is not there', async () => {
    const saved = await new World().app.saving.saveDocument(document('pigeon', '4711'), 'application/yaml', {
      dryRun: false,
      ifMatch: null,
    });
    const place = { code: 'unknown-channel', detail: 'A channel is one of sms, email, slack, webhook, custom, pager.' };
    expect(saved).toMatchObject({
      errors: [
        { pointer: '/policies/0/levels/0/channels/0', ...place },
        { pointer: '/people/0/contacts/0/channel', ...place },
      ],
    });
  });

  it('is put through the corpus of hostile strings like all others', () => {
    expect([...channels.keys()]).toContain('pager');
    const corpus = hostileContents('level');
    expect(notRendered(channels, corpus)).toEqual([]);
    const careless: Channel = {
      ...pagerChannel,
      render: (page) => {
        throw new Error(page.title);
      },
    };
    expect(notRendered(new Map([...channels, ['careless', careless]]), corpus)).toHaveLength(corpus.length);
  });

  it('leaves what was saved readable when it is taken out again', async () => {
    const world = await World.withConfig(document('pager', '4711'));
    const without = vi.spyOn(channels, 'get').mockImplementation(() => undefined);
    await world.alarm();
    expect(without).toHaveBeenCalledWith('pager');
    expect(world.messages).toEqual([]);
    expect(world.alarms).toContain('catch-all-page-failed');
    without.mockRestore();
  });
});
