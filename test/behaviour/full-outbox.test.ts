import { describe, expect, it } from 'vitest';
import type { Ports } from '../../shared/ports.ts';
import { transient, withPolicy, World } from '../world.ts';

const most = 100;
const crowd = Array.from({ length: 260 }, (_, index) => ({
  id: `p${String(index)}`,
  name: `Person ${String(index)}`,
  contacts: [{ id: 'phone', channel: 'sms', address: `+1555556${String(1000 + index)}` }],
}));
const lead = { id: 'lead', name: 'Lee', contacts: [{ id: 'phone', channel: 'sms', address: '+15555550102' }] };
const teams = [{ id: 'crowd', members: crowd.map(({ id }) => id) }];

/** Two hundred and sixty people on one level, and the sizes that the outbox has had whenever the incident was written. */
async function crowded(): Promise<{ readonly world: World; readonly sizes: number[] }> {
  const sizes: number[] = [];
  const watched = (ports: Ports): Ports => ({
    ...ports,
    incidents: {
      ...ports.incidents,
      write: (incident, expected) => {
        sizes.push(incident.outbox.length);
        return ports.incidents.write(incident, expected);
      },
    },
  });
  const policy = { levels: [{ targets: ['team:crowd'] }], exhaustedAfter: '10h' };
  return { world: await World.withConfig(withPolicy(policy, { people: [...crowd, lead], teams }), watched), sizes };
}

const everybody = crowd.map(({ id }) => id).toSorted();
const told = (world: World): readonly string[] => world.paged().map((page) => page.split(' ')[1] ?? '');

describe('a level with more people than the outbox holds', () => {
  it('never has more than a hundred messages waiting, and tells everybody in the end, once', async () => {
    const { world, sizes } = await crowded();
    await world.alarm();
    expect(told(world).toSorted()).toEqual(everybody);
    expect(Math.max(...sizes)).toBe(most);
  });

  it('also while some of them are tried again and keep their places', async () => {
    const { world, sizes } = await crowded();
    const first = new Set(crowd.slice(0, 60).map(({ contacts: [phone] }) => phone?.address ?? ''));
    world.provider = ({ to }) => (first.has(to) ? transient : null);
    await world.alarm();
    expect(told(world)).toHaveLength(200);
    world.provider = () => null;
    await world.pass('1m');
    expect(told(world).toSorted()).toEqual(everybody);
    expect(Math.max(...sizes)).toBe(most);
  });
});
