import { describe, expect, it } from 'vitest';
import type { Ports } from '../../shared/ports.ts';
import { SendingWorld, documentWith } from './sending-world.ts';

/** A store whose client repeats the next write because its answer was lost: the first try, which is there, stands in the way of the second. */
class RepeatingWorld extends SendingWorld {
  repeatsNext = false;

  constructor() {
    const change = (ports: Ports): Ports => ({
      ...ports,
      incidents: {
        ...ports.incidents,
        write: async (incident, expected) => {
          const written = await ports.incidents.write(incident, expected);
          if (!this.repeatsNext) return written;
          this.repeatsNext = false;
          return ports.incidents.write(incident, expected);
        },
      },
    });
    super(change);
  }

  static async open(): Promise<RepeatingWorld> {
    const world = new RepeatingWorld();
    await world.configure(documentWith());
    return world;
  }
}

describe('a write that is repeated on its way to the store', () => {
  it('makes no page of a new alarm late', async () => {
    const world = await RepeatingWorld.open();
    world.repeatsNext = true;
    expect(await world.alarm()).toMatchObject({ outcome: 'created' });
    await world.settled();
    expect([world.repeatsNext, world.paged()]).toEqual([false, ['0 ana']]);
  });

  it('makes no level late that somebody asks for', async () => {
    const world = await RepeatingWorld.open();
    const { incidentId } = await world.alarm();
    world.repeatsNext = true;
    expect(await world.act(incidentId, 'escalate')).toMatchObject({ http: 200 });
    expect([world.repeatsNext, world.messages.map(({ person }) => person)]).toEqual([false, ['ana', 'ben']]);
  });

  it('makes nobody learn late that the sender says it is over', async () => {
    const world = await RepeatingWorld.open();
    await world.alarm();
    world.repeatsNext = true;
    expect(await world.resolvedBySource()).toMatchObject({ outcome: 'merged' });
    await world.settled();
    expect([world.repeatsNext, world.messages.filter(({ kind }) => kind === 'outcome').length]).toEqual([false, 1]);
  });
});
