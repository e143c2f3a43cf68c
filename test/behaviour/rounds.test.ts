import { describe, expect, it } from 'vitest';
import { World } from '../world.ts';

const ana = { targets: ['user:ana'] };
const ben = { delay: '5m', targets: ['user:ben'] };

describe('a policy that repeats the whole chain [R-013] [H-039]', () => {
  it('starts again its interval after the last level, as often as it says [R-014] [R-015]', async () => {
    const world = await World.withPolicy({ levels: [ana, ben], repeat: { times: 2, every: '20m' } });
    const { incidentId } = await world.alarm();
    await world.pass('59m');
    expect(world.paged()).toEqual(['0 ana', '5 ben', '25 ana', '30 ben', '50 ana', '55 ben']);
    expect(await world.show(incidentId)).toMatchObject({ cycle: 2, level: 2, escalationCount: 5 });
  });

  it('waits for the repeats of the last level before it counts the interval', async () => {
    const world = await World.withPolicy({ levels: [{ ...ana, repeat: { count: 2, every: '5m' } }], repeat: { times: 1, every: '20m' } });
    const { incidentId } = await world.alarm();
    expect((await world.show(incidentId))['nextEscalationAt']).toBe('2026-03-02T02:30:00.000Z');
    await world.pass('40m');
    expect(world.paged()).toEqual(['0 ana', '5 ana', '10 ana', '30 ana', '35 ana', '40 ana']);
  });

  it('waits for the own time of the last level when that is longer', async () => {
    const world = await World.withPolicy({ levels: [{ ...ana, minWait: '45m' }], repeat: { times: 1, every: '20m' } });
    await world.alarm();
    await world.pass('46m');
    expect(world.paged()).toEqual(['0 ana', '45 ana']);
  });

  it('counts from the start of the round when its anchor says so', async () => {
    const world = await World.withPolicy({ levels: [ana, ben], repeat: { times: 2, every: '20m', anchor: 'cycleStart' } });
    await world.alarm();
    await world.pass('50m');
    expect(world.paged()).toEqual(['0 ana', '5 ben', '20 ana', '25 ben', '40 ana', '45 ben']);
  });

  it('keeps the delay of the first level in every round', async () => {
    const world = await World.withPolicy({
      levels: [
        { delay: '2m', targets: ['user:ana'] },
        { delay: '10m', anchor: 'cycleStart', targets: ['user:ben'] },
      ],
      repeat: { times: 1, every: '20m' },
    });
    await world.alarm();
    await world.pass('45m');
    expect(world.paged()).toEqual(['2 ana', '10 ben', '32 ana', '40 ben']);
  });

  it('starts no further round once somebody has acknowledged', async () => {
    const world = await World.withPolicy({ levels: [ana, ben], repeat: { times: 2, every: '20m' }, acknowledgementTimeout: '10h' });
    const { incidentId } = await world.alarm();
    await world.pass('6m');
    await world.act(incidentId, 'acknowledge', { by: 'user:ben' });
    await world.pass('3h');
    expect(world.paged()).toEqual(['0 ana', '5 ben']);
  });
});

describe('the policies of the home cloud, in seconds, with levels counted from the start of the round', () => {
  const people = ['ana', 'ben', 'cara', 'lead'];
  const policy = (levels: readonly (readonly [delay: number, timeout: number])[], every: number, times: number): object => ({
    levels: levels.map(([delay, minWait], index) => ({ delay, minWait, anchor: 'cycleStart', targets: [`user:${people[index] ?? ''}`] })),
    repeat: { times, every, anchor: 'cycleStart' },
    catchAll: ['phone:+15555550190'],
  });

  /** What happened and when, in seconds since the start. */
  async function timeline(chain: object): Promise<readonly string[]> {
    const world = await World.withPolicy(chain);
    const { incidentId } = await world.alarm();
    const began = world.now;
    await world.pass('20h');
    const { events } = await world.request('GET', `/v1/incidents/${String(incidentId)}/timeline`);
    if (!Array.isArray(events)) throw new Error('no timeline');
    return events.flatMap(({ type, at, level }: { type: string; at: string; level?: number }) => {
      if (type !== 'levelFired' && type !== 'exhausted') return [];
      return [`${String((Date.parse(at) - began) / 1000)} ${type === 'exhausted' ? 'exhausted' : String(level)}`];
    });
  }

  it('critical: levels after 0, 600, 1800 and 3600 s, three more rounds 7200 s apart, exhausted at 28800 s', async () => {
    const rounds = [0, 7200, 14_400, 21_600].flatMap((start) =>
      [0, 600, 1800, 3600].map((delay, index) => `${String(start + delay)} ${String(index + 1)}`),
    );
    const critical = policy([[0, 300], [600, 600], [1800, 1800], [3600, 3600]], 7200, 3); // prettier-ignore
    expect(await timeline(critical)).toEqual([...rounds, '28800 exhausted']);
  });

  it('high: levels after 0, 1800 and 3600 s, two more rounds 14400 s apart, exhausted a round after the last began', async () => {
    const rounds = [0, 14_400, 28_800].flatMap((start) =>
      [0, 1800, 3600].map((delay, index) => `${String(start + delay)} ${String(index + 1)}`),
    );
    const high = policy([[0, 900], [1800, 1800], [3600, 3600]], 14_400, 2); // prettier-ignore
    expect(await timeline(high)).toEqual([...rounds, '43200 exhausted']);
  });

  it('medium: levels after 0 and 7200 s, one more round after 28800 s, exhausted a round after that began', async () => {
    const rounds = [0, 28_800].flatMap((start) => [0, 7200].map((delay, index) => `${String(start + delay)} ${String(index + 1)}`));
    const medium = policy([[0, 3600], [7200, 7200]], 28_800, 1); // prettier-ignore
    expect(await timeline(medium)).toEqual([...rounds, '57600 exhausted']);
  });
});
