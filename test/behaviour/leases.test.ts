import { describe, expect, it } from 'vitest';
import { parseIncidentId } from '../../shared/domain/incident-id.ts';
import type { Incident } from '../../shared/domain/incident.ts';
import type { Ports, WriteResult } from '../../shared/ports.ts';
import { night } from '../fixtures.ts';
import { withPolicy } from '../world.ts';
import { address, documentWith, MortalWorld, SendingWorld } from './sending-world.ts';

const at = (world: SendingWorld): readonly number[] => world.messages.map((message) => (message.at - night) / 1000);

/** A world whose store refuses the first writes after something was sent. */
async function refusingToSettle(times: number): Promise<{ readonly world: SendingWorld; readonly refused: () => number }> {
  let refusals = 0;
  const world: SendingWorld = await SendingWorld.with(documentWith(), (ports) => ({
    ...ports,
    incidents: {
      ...ports.incidents,
      write: (incident, expected) => {
        if (world.messages.length === 0 || refusals === times) return ports.incidents.write(incident, expected);
        refusals += 1;
        return Promise.reject(new Error('the store is away'));
      },
    },
  }));
  return { world, refused: () => refusals };
}

describe('a worker that is killed in the middle of a send', () => {
  it.each(['before', 'after'] as const)(
    '%s the provider took the page: it is sent when the lease is over, under the same id',
    async (death) => {
      const mortal = await MortalWorld.with(documentWith());
      const { world } = mortal;
      await mortal.dying(death, () => world.alarm());
      const incidentId = String((await world.open())[0]);
      await world.pass('1m');
      expect(at(world)).toEqual(death === 'before' ? [30] : [0, 30]);
      expect(new Set(world.messages.map((message) => message.notificationId))).toEqual(new Set([`${incidentId}-1`]));
      expect(new Set(world.messages.map((message) => message.code)).size).toBe(1);
      expect(await world.timeline(incidentId)).toEqual(['triggered', 'levelFired', 'notificationRetaken', 'notificationSent']);
    },
  );

  it('holds no other worker up, and no other sends the same while the lease lasts', async () => {
    const mortal = await MortalWorld.with(documentWith({ rules: [{ notify: ['phone', { contact: 'mail', after: '10s' }] }] }));
    const { world } = mortal;
    await mortal.dying('before', () => world.alarm());
    await world.pass('29s');
    expect(world.messages.map((message) => message.to)).toEqual([address.mail]);
  });

  it('with the whole process of this machine leaves its page to the next start, which does not wait for the lease', async () => {
    const mortal = await MortalWorld.with(documentWith());
    await mortal.dying('before', () => mortal.world.alarm());
    const id = parseIncidentId(String((await mortal.world.open())[0])) ?? { key: '', generation: 0 };
    const started = night + 1000;
    const after = new SendingWorld((ports) => ({ ...ports, leasesVoidBefore: started }), mortal.world.stores);
    after.now = started;
    await after.app.work(id);
    expect(at(after)).toEqual([1]);
  });

  it('leaves its page to the sweeper alone when no nudge comes', async () => {
    const mortal = await MortalWorld.with(documentWith());
    const { world } = mortal;
    await mortal.dying('before', () => world.alarm());
    world.now += 60_000;
    expect(await world.app.sweep()).toMatchObject({ found: 1 });
    await world.settled();
    expect(at(world)).toEqual([60]);
  });
});

describe('a worker', () => {
  it('waits 5 seconds for a provider, and then for the next try', async () => {
    const silent = new Promise<never>(() => undefined);
    const world = await SendingWorld.with(documentWith(), (ports) => ({
      ...ports,
      transports: { ...ports.transports, sms: () => silent },
      timers: {
        ...ports.timers,
        within: async (milliseconds, work) => {
          if (milliseconds !== 5000) return work();
          const working = work();
          return Promise.race([working, new Promise<'timeout'>((resolve) => setImmediate(resolve, 'timeout'))]);
        },
      },
    }));
    const { incidentId } = await world.alarm();
    const failed = (await world.incident(incidentId)).unfiled.filter(({ type }) => type === 'notificationFailed');
    expect(failed).toMatchObject([{ code: 'timeout', permanent: false, retryAt: night + 2000 }]);
  });

  it('claims at most 25 messages at a time, and sends all of a large team', async () => {
    const claimed: number[] = [];
    const watch = (ports: Ports): Ports => ({
      ...ports,
      incidents: {
        ...ports.incidents,
        write: (incident, expected) => {
          claimed.push(incident.outbox.filter((one) => one.lease !== null).length);
          return ports.incidents.write(incident, expected);
        },
      },
    });
    const ids = Array.from({ length: 60 }, (_, index) => `p${String(index)}`);
    const people = ids.map((id, index) => ({
      id,
      name: id,
      contacts: [{ id: 'phone', channel: 'sms', address: `+1555666${String(1000 + index)}` }],
    }));
    const rest = { settings: {}, teams: [{ id: 'all', members: ids }], people };
    const world = await SendingWorld.with(withPolicy({ levels: [{ targets: ['team:all'] }], catchAll: ['user:p0'] }, rest), watch);
    await world.alarm();
    expect(new Set(world.messages.map((message) => message.to)).size).toBe(60);
    expect(world.messages).toHaveLength(60);
    expect(Math.max(...claimed)).toBe(25);
  });

  it('starts no send with less than ten seconds of its lease left', async () => {
    let slowness = 21_000;
    const world: SendingWorld = await SendingWorld.with(documentWith(), (ports) => ({
      ...ports,
      secrets: {
        ...ports.secrets,
        signingKeys: () => {
          world.now += slowness;
          slowness = 0;
          return ports.secrets.signingKeys();
        },
      },
    }));
    await world.alarm();
    expect(at(world)).toEqual([]);
    await world.pass('20s');
    expect(at(world)).toEqual([30]);
  });

  it('settles what it sent however often the store refuses, so that nobody is told twice', async () => {
    const { world, refused } = await refusingToSettle(8);
    const { incidentId } = await world.alarm();
    await world.pass('4m');
    expect(refused()).toBe(8);
    expect(world.messages).toHaveLength(1);
    expect(await world.timeline(incidentId)).toEqual(['triggered', 'levelFired', 'notificationSent']);
  });

  it('asks a store that is away while it settles every two seconds at the latest', async () => {
    const { world, refused } = await refusingToSettle(30);
    await world.alarm();
    expect(refused()).toBe(30);
    expect(world.now - night).toBeLessThanOrEqual(60_000);
  });

  it('leaves a settle whose claim is gone alone', async () => {
    const mortal = await MortalWorld.with(documentWith());
    const { world } = mortal;
    await mortal.dying('after', () => world.alarm());
    await world.pass('1m');
    const { notificationCount, told } = await world.incident(String((await world.open())[0]));
    expect([notificationCount, told.length]).toEqual([1, 1]);
  });

  it.each([
    ['and nobody asked again', () => Promise.reject(new Error('the connection was lost'))],
    ['and it was repeated on the way, so that its own first try stood in its way', (repeat: () => Promise<WriteResult>) => repeat()],
  ])('sends what it claimed, at once, although the answer to its claim was lost %s', async (_, answered) => {
    let lost = false;
    const claims = (incident: Incident): boolean => incident.outbox.some((one) => one.lease !== null);
    const world = await SendingWorld.with(documentWith(), (ports) => ({
      ...ports,
      incidents: {
        ...ports.incidents,
        write: async (incident, expected) => {
          const written = await ports.incidents.write(incident, expected);
          if (lost || !claims(incident)) return written;
          lost = true;
          return answered(() => ports.incidents.write(incident, expected));
        },
      },
    }));
    await world.alarm();
    expect([lost, at(world)]).toEqual([true, [0]]);
  });

  it('gives up soon while the store is down, loses nothing by it, and goes on when it is back', async () => {
    let down = false;
    let asked = 0;
    const world = await SendingWorld.with(documentWith(), (ports) => ({
      ...ports,
      incidents: {
        ...ports.incidents,
        write: (incident, expected) => {
          if (!down) return ports.incidents.write(incident, expected);
          asked += 1;
          return Promise.reject(new Error('the store is down'));
        },
      },
    }));
    await world.alarm();
    down = true;
    await world.pass('4m');
    world.now += 60_000;
    await world.app.sweep();
    await expect(world.settled()).rejects.toThrow('the store is down');
    expect(asked).toBeLessThanOrEqual(5);
    down = false;
    await world.pass('1m');
    expect(world.messages.map((message) => message.to)).toEqual([address.phone, address.ben]);
  });
});
