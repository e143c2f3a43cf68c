import { describe, expect, it } from 'vitest';
import { makeMapStores } from '../../shared/adapters/map/stores.ts';
import { Unavailable } from '../../shared/app/use-cases.ts';
import type { Ports } from '../../shared/ports.ts';
import { target } from '../fixtures.ts';
import { phone, withPolicy, World } from '../world.ts';

describe('a fault of ours in the middle of one send', () => {
  /** A provider that cannot be reached for Ben, once, and a log that cannot be written at that moment. */
  async function faulty(): Promise<World> {
    let faults = 0;
    const world = await World.withConfig(withPolicy({ levels: [{ targets: ['user:ana', 'user:ben', 'user:cara'] }] }), (ports) => ({
      ...ports,
      log: {
        ...ports.log,
        error: () => {
          faults += 1;
          if (faults === 1) throw new Error('the disk is full');
        },
      },
    }));
    world.provider = ({ to }) => (to === phone.ben && faults === 0 ? 'throw' : null);
    return world;
  }

  it('is that message’s alone: the others are settled, it is tried again, and nobody is told twice', async () => {
    const world = await faulty();
    const { incidentId } = await world.alarm();
    expect(world.paged()).toEqual(['0 ana', '0 cara']);
    expect((await world.incident(incidentId)).outbox).toMatchObject([{ person: 'ben', failures: 1, lease: null }]);

    await world.pass('2s');
    expect(world.received(phone.ben)).toHaveLength(1);
    await world.pass('10m');
    expect(world.paged().map((page) => page.split(' ')[1])).toEqual(['ana', 'cara', 'ben']);
    expect((await world.show(incidentId))['notificationCount']).toBe(3);
  });
});

describe('a process that is killed between the two writes of an act on an old incident', () => {
  /** All that a process writes to incidents goes by here, and after so many writes from the moment it is armed the process is dead. */
  class Mortal {
    #left = Infinity;

    diesAfter(writes: number): void {
      this.#left = writes;
    }

    readonly wrap = (ports: Ports): Ports => {
      const alive = async <T>(write: () => Promise<T>): Promise<T> => {
        if (this.#left === 0) throw new Error('dead');
        this.#left -= 1;
        return write();
      };
      const { incidents } = ports;
      return {
        ...ports,
        incidents: {
          ...incidents,
          write: (incident, expected) => alive(() => incidents.write(incident, expected)),
          writeArchived: (incident, version) => alive(() => incidents.writeArchived(incident, version)),
        },
      };
    };
  }

  const reassign = { type: 'reassign', by: 'user:ana', reason: null, to: [target('user:ben')] } as const;
  const command = { id: 'reassign-1', body: null };

  it('leaves a look too many and none too few: asked again, it is done, and whoever it was given to is told once', async () => {
    const stores = makeMapStores();
    const mortal = new Mortal();
    const first = new World(mortal.wrap, stores);
    await first.configure(withPolicy({ levels: [{ targets: ['user:ana'] }], catchAll: ['user:lead'] }));
    const { incidentId: old } = await first.alarm();
    await first.pass('15m');
    const { incidentId: now } = await first.alarm();
    const archived = await first.incident(old);
    expect(archived.state).toBe('timed_out');

    mortal.diesAfter(1);
    await expect(first.app.acts(archived, reassign, command)).rejects.toThrow(Unavailable);

    const second = new World((ports) => ports, stores);
    second.now = first.now;
    expect((await second.incident(now)).finish).toMatchObject([{ generation: 1 }]);
    expect(await second.incident(old)).toEqual(archived);
    await second.pass('1h');
    expect(second.received(phone.ben)).toEqual([]);
    expect((await second.incident(now)).finish).toEqual([]);

    expect(await second.app.acts(archived, reassign, command)).toMatchObject({ kind: 'done' });
    await second.pass('1m');
    expect(second.messages.filter(({ to }) => to === phone.ben)).toMatchObject([{ incidentId: old }]);
  });
});
