import { describe, expect, it } from 'vitest';
import { transient, withPolicy, World } from '../world.ts';

const levels = [{ targets: ['user:ana'] }];

async function resolvedOnce(policy: object): Promise<{ readonly world: World; readonly first: string | null }> {
  const world = await World.withPolicy({ levels, ...policy });
  const { incidentId: first } = await world.alarm();
  await world.pass('10m');
  await world.act(first, 'resolve', { by: 'user:ana' });
  return { world, first };
}

describe('a cooldown: quiet for the same problem after it started [T-050]', () => {
  it('holds a repeated alarm, says so, and starts it when the cooldown ends', async () => {
    const { world, first } = await resolvedOnce({ cooldown: '60m' });
    await world.pass('5m');
    expect(await world.alarm({ title: 'error rate 40%' })).toEqual({
      outcome: 'held',
      reason: 'cooldown',
      dedupKey: 'error-rate',
      incidentId: null,
    });
    expect(await world.declined()).toEqual(['held cooldown']);
    await world.pass('44m59s');
    expect(world.paged()).toEqual(['0 ana']);
    await world.pass('1s');
    expect(world.paged()).toEqual(['0 ana', '60 ana']);
    expect(world.received('+15555550100')[1]).toContain('error rate 40%');
    const [second] = await world.open();
    expect(second).toBe(String(first).replace(/-1$/, '-2'));
  });

  it('counts from the last start of the key, not from its end, and does not touch other problems', async () => {
    const { world } = await resolvedOnce({ cooldown: '15m' });
    expect(await world.alarm({ dedupKey: 'another' })).toMatchObject({ outcome: 'created' });
    await world.pass('5m');
    expect(await world.alarm()).toMatchObject({ outcome: 'created' });
  });

  it('starts nothing when the monitor says before its end that all is well again', async () => {
    const { world } = await resolvedOnce({ cooldown: '60m' });
    await world.alarm();
    await world.pass('5m');
    expect(await world.resolvedBySource()).toMatchObject({ outcome: 'ignored', reason: 'held-trigger-withdrawn' });
    await world.pass('5h');
    expect(world.paged()).toEqual(['0 ana']);
    expect(await world.open()).toEqual([]);
  });

  it.each(['the monitor', 'a person'])('starts nothing when %s resolves the incident that nobody had answered', async (who) => {
    const world = await World.withPolicy({ levels, cooldown: '60m' });
    const { incidentId } = await world.alarm();
    await world.pass('20m');
    expect(await world.alarm()).toMatchObject({ outcome: 'held', reason: 'cooldown' });
    const answer = who === 'a person' ? await world.act(incidentId, 'resolve', { by: 'user:ana' }) : await world.resolvedBySource();
    expect(answer).toMatchObject(who === 'a person' ? { http: 200 } : { outcome: 'merged', incidentId });
    await world.pass('5h');
    expect(world.paged()).toEqual(['0 ana', '15 lead']);
    expect(await world.open()).toEqual([]);
  });

  it('several alarms in a cooldown start one incident, with the newest of them', async () => {
    const { world } = await resolvedOnce({ cooldown: '60m' });
    await world.alarm({ title: 'first' });
    await world.pass('10m');
    await world.alarm({ title: 'second' });
    await world.pass('5h');
    expect(world.received('+15555550100').filter((text) => text.includes('first') || text.includes('second'))).toHaveLength(1);
    expect(world.received('+15555550100')[1]).toContain('second');
  });

  it('then: drop forgets them, and says that too', async () => {
    const { world } = await resolvedOnce({ cooldown: { for: '60m', then: 'drop' } });
    expect(await world.alarm()).toMatchObject({ outcome: 'declined', reason: 'cooldown' });
    expect(await world.declined()).toEqual(['declined cooldown']);
    await world.pass('5h');
    expect(world.paged()).toEqual(['0 ana']);
  });

  it('a successor of an incident nobody answered waits as well', async () => {
    const world = await World.withPolicy({ levels, cooldown: '60m' });
    await world.alarm();
    await world.pass('20m');
    expect(await world.alarm()).toMatchObject({ outcome: 'held', reason: 'cooldown' });
    await world.pass('40m');
    expect(world.paged().at(-1)).toBe('60 ana');
  });
});

describe('a muted service', () => {
  const mute = (world: World, duration: string) =>
    world.request('POST', '/v1/services/checkout/mute', { for: duration, reason: 'release' });

  it('holds alarms and starts them when the mute ends; until then there is no incident', async () => {
    const world = await World.withPolicy({ levels });
    await mute(world, '2h');
    expect(await world.alarm()).toEqual({ outcome: 'held', reason: 'muted', dedupKey: 'error-rate', incidentId: null });
    expect(await world.declined()).toEqual(['held muted']);
    expect(await world.request('GET', '/v1/incidents')).toMatchObject({ incidents: [] });
    await world.pass('119m');
    expect(world.paged()).toEqual([]);
    await world.pass('1m');
    expect(world.paged()).toEqual(['120 ana']);
    expect((await world.open())[0]).toMatch(/-1$/);
  });

  it('is listed, with why, by whom and until when, as long as it is muted', async () => {
    const world = await World.withPolicy({ levels });
    const listed = async () => (await world.request('GET', '/v1/mutes'))['mutes'];
    expect(await listed()).toEqual([]);
    const made = await mute(world, '2h');
    expect(await listed()).toEqual([{ service: 'checkout', since: made['since'], until: made['until'], reason: 'release', by: 'api' }]);
    await world.pass('2h');
    expect(await listed()).toEqual([]);
    await mute(world, '2h');
    await world.request('DELETE', '/v1/services/checkout/mute');
    expect(await listed()).toEqual([]);
  });

  it('starts nothing for what was resolved meanwhile', async () => {
    const world = await World.withPolicy({ levels });
    await mute(world, '2h');
    await world.alarm();
    await world.resolvedBySource();
    await world.pass('5h');
    expect(world.paged()).toEqual([]);
    expect(await world.alarm()).toMatchObject({ outcome: 'created' });
    expect((await world.open())[0]).toMatch(/-1$/);
  });

  it('leaves an incident that had begun before alone', async () => {
    const world = await World.withPolicy({ levels: [...levels, { delay: '5m', targets: ['user:ben'] }] });
    const { incidentId } = await world.alarm();
    await mute(world, '2h');
    expect(await world.alarm()).toMatchObject({ outcome: 'merged', incidentId });
    await world.pass('5m');
    expect(world.paged()).toEqual(['0 ana', '5 ben']);
  });

  it('starts what it held as soon as somebody ends it', async () => {
    const world = await World.withPolicy({ levels });
    await mute(world, '2h');
    await world.alarm();
    await world.pass('10m');
    await world.request('DELETE', '/v1/services/checkout/mute');
    expect(world.paged()).toEqual(['10 ana']);
  });

  it('holds on for what is longer: a cooldown that outlasts the mute', async () => {
    const { world } = await resolvedOnce({ cooldown: '60m' });
    await mute(world, '20m');
    expect(await world.alarm()).toMatchObject({ outcome: 'held' });
    await world.pass('49m');
    expect(world.paged()).toEqual(['0 ana']);
    await world.pass('1m');
    expect(world.paged()).toEqual(['0 ana', '60 ana']);
  });
});

describe('a limit on open incidents', () => {
  const full = (maxOpen: number) => World.withConfig(withPolicy({ levels }, { settings: { catchAll: ['user:lead'], maxOpen } }));

  it('holds what is beyond it, and starts the one that has waited longest when an incident ends', async () => {
    const world = await full(1);
    const { incidentId: first } = await world.alarm({ dedupKey: 'a' });
    await world.pass('10s');
    for (const dedupKey of ['b', 'c', 'd']) {
      expect(await world.alarm({ dedupKey, title: dedupKey })).toMatchObject({ outcome: 'held', reason: 'capacity', incidentId: null });
      await world.pass('7s');
    }
    await world.act(first, 'resolve', { by: 'user:ana' });
    expect(world.received('+15555550100').slice(1)).toEqual([expect.stringContaining('checkout: b')]);
    await world.act(String((await world.open())[0]), 'resolve', { by: 'user:ana' });
    expect(world.received('+15555550100').slice(2)).toEqual([expect.stringContaining('checkout: c')]);
    await world.pass('5m');
    expect(world.paged()).toHaveLength(3);
  });

  it('takes repeats of what is open', async () => {
    const world = await full(1);
    const { incidentId } = await world.alarm();
    expect(await world.alarm()).toMatchObject({ outcome: 'merged', incidentId });
  });

  it('does not hold up the pages of the incident under the same key while it waits', async () => {
    const world = await full(1);
    world.provider = ({ to }) => (to === '+15555550102' ? transient : null);
    await world.alarm();
    await world.pass('15m');
    await world.alarm({ dedupKey: 'another' });
    expect(await world.alarm()).toMatchObject({ outcome: 'held', reason: 'capacity' });
    await world.pass('61s');
    world.provider = () => null;
    await world.pass('5s');
    expect(world.paged()).toEqual(['0 ana', '15 ana', expect.stringMatching(/^16\.\d+ lead$/)]);
  });

  it('an incident that nobody answered gives its place back when it runs out', async () => {
    const world = await full(1);
    await world.alarm({ dedupKey: 'a' });
    expect(await world.alarm({ dedupKey: 'b' })).toMatchObject({ outcome: 'held', reason: 'capacity' });
    await world.pass('15m');
    expect(world.paged()).toEqual(['0 ana', '15 lead', '15 ana']);
  });

  it('forgets what the monitor takes back', async () => {
    const world = await full(1);
    const { incidentId } = await world.alarm({ dedupKey: 'a' });
    await world.alarm({ dedupKey: 'b' });
    await world.resolvedBySource({ dedupKey: 'b' });
    await world.act(incidentId, 'resolve', { by: 'user:ana' });
    await world.pass('10m');
    expect(world.paged()).toEqual(['0 ana']);
  });
});

describe('what is switched off [T-046] [R-010]', () => {
  const off: readonly (readonly [string, object, object])[] = [
    ['a policy', { enabled: false }, {}],
    ['a service', {}, { services: [{ id: 'checkout', policy: 'default', enabled: false }] }],
    ['everything, by the kill switch', {}, { settings: { catchAll: ['user:lead'], enabled: false } }],
  ];
  it.each(off)('%s: alarms are declined as disabled, listed, and not held', async (_, policy, rest) => {
    const world = await World.withPolicy({ levels, ...policy }, rest);
    expect(await world.alarm()).toEqual({ outcome: 'declined', reason: 'disabled', dedupKey: 'error-rate', incidentId: null });
    expect(await world.declined()).toEqual(['declined disabled']);
    await world.configure(withPolicy({ levels }));
    await world.pass('5h');
    expect(world.paged()).toEqual([]);
    expect(await world.alarm()).toMatchObject({ outcome: 'created' });
  });

  it('an incident that runs already goes on when its policy is switched off', async () => {
    const two = [...levels, { delay: '5m', targets: ['user:ben'] }];
    const world = await World.withPolicy({ levels: two });
    await world.alarm();
    await world.configure(withPolicy({ levels: two, enabled: false }));
    await world.pass('5m');
    expect(world.paged()).toEqual(['0 ana', '5 ben']);
  });

  it('what was held when the switch went off is dropped, and that is listed', async () => {
    const { world } = await resolvedOnce({ cooldown: '60m' });
    await world.alarm();
    await world.configure(withPolicy({ levels, cooldown: '60m', enabled: false }));
    await world.pass('5h');
    expect(world.paged()).toEqual(['0 ana']);
    expect(await world.declined()).toEqual(['declined disabled', 'held cooldown']);
  });
});
