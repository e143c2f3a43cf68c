import { describe, expect, it } from 'vitest';
import { permanent, phone, transient } from '../world.ts';
import { arrivals, bundles, flood, floodWorld } from './floods-world.ts';

const levels = [{ targets: ['user:ana'] }];

describe('reminders of what nobody answered', () => {
  it('of one incident come when they are due', async () => {
    const world = await floodWorld({ levels, exhaustedAfter: '10m' });
    await flood(world, 1);
    await world.pass('101m');
    expect(arrivals(world, phone.lee).map(([at]) => at / 60)).toEqual([0, 30, 60, 90]);
  });

  it('of forty incidents are one message each time, when they are due, and its code answers all of them', async () => {
    const world = await floodWorld({ levels, exhaustedAfter: '10m' });
    await flood(world, 40, 21);
    await world.pass('11m30s');
    expect(arrivals(world, phone.lee).map(([at]) => at)).toEqual([0, 0, 0, 60]);
    await world.pass('30m');
    const reminders = arrivals(world, phone.lee).slice(4);
    expect(reminders.map(([at]) => at)).toEqual([1800]);
    const [[, text] = []] = reminders;
    expect(text).toMatch(/^\[CRIT\] 40 pages - still open, nobody answered: checkout 21, search 19\. Reply/);
    await world.pass('30m');
    expect(arrivals(world, phone.lee).slice(5)).toEqual([[3600, expect.stringContaining('40 pages')]]);
    const code = world.code(phone.lee);
    expect(await world.sms(phone.lee, code)).toEqual([`Acknowledged 40 incidents. Reply ${code} R to resolve all.`]);
    await world.pass('2h');
    expect(arrivals(world, phone.lee)).toHaveLength(6);
  });

  it('of incidents that ran out within a minute are one message too, and none of them is late', async () => {
    const world = await floodWorld({ levels, exhaustedAfter: '10m' });
    for (let number = 0; number < 12; number += 1) {
      await flood(world, 1, 1, number);
      await world.pass('5s');
    }
    await world.pass('75m');
    const reminders = arrivals(world, phone.lee).filter(([, text]) => text.includes('still open'));
    expect(reminders.map(([at]) => at)).toEqual([1800, 3600]);
    for (const [, text] of reminders) expect(text).toMatch(/^\[CRIT\] 12 pages/);
  });

  it('reach a program one by one, and no sooner than a person', async () => {
    const world = await floodWorld({ levels, exhaustedAfter: '10m', catchAll: ['webhook:https://hooks.example/pager'] });
    await flood(world, 5);
    await world.pass('71m');
    const hooks = world.messages.filter(({ channel }) => channel === 'webhook');
    expect(hooks.map(({ at }) => (at - Number(hooks[0]?.at)) / 1000)).toEqual(
      [0, 1800, 3600].flatMap((at) => Array.from({ length: 5 }, () => at)),
    );
    expect(bundles(world).filter(({ channel }) => channel === 'webhook')).toEqual([]);
  });

  it('wait for no others where they come every minute', async () => {
    const world = await floodWorld({ levels, exhaustedAfter: '10m', reminder: '1m' });
    await flood(world, 1);
    await world.pass('12m');
    expect(arrivals(world, phone.lee).map(([at]) => at)).toEqual([0, 60, 120]);
  });

  it('fall to the next contact of a person at once, and are tried again, as any page', async () => {
    const lead = {
      ...{ id: 'lead', name: 'Lee', rules: [{ notify: ['phone'] }] },
      contacts: [
        { id: 'phone', channel: 'sms', address: phone.lee },
        { id: 'mail', channel: 'email', address: 'lee@example.com' },
      ],
    };
    const ana = { id: 'ana', name: 'Ana', contacts: [{ id: 'phone', channel: 'sms', address: phone.ana }] };
    const world = await floodWorld({ levels, exhaustedAfter: '10m' }, { people: [ana, lead], teams: [] });
    await flood(world, 1);
    await world.pass('20m');
    const [told] = world.messages.filter(({ to }) => to === phone.lee);
    world.provider = ({ channel }) => (channel === 'sms' ? permanent : null);
    await world.pass('21m');
    expect(world.messages.filter(({ to }) => to === 'lee@example.com').map(({ at }) => (at - Number(told?.at)) / 1000)).toEqual([1800]);
    world.provider = ({ to }) => (to === phone.lee && world.now < Number(told?.at) + 3_601_000 ? transient : null);
    await world.pass('30m');
    expect(arrivals(world, phone.lee).map(([at]) => at)).toEqual([0, 3602]);
  });

  it('of incidents that ran out one after the other are three messages in half an hour at the most', async () => {
    const world = await floodWorld({ levels, exhaustedAfter: '10m' });
    for (let minute = 0; minute < 20; minute += 1) {
      await flood(world, 1, 1, minute);
      await world.pass('1m');
    }
    await world.pass('3h');
    const reminders = arrivals(world, phone.lee)
      .filter(([, text]) => text.includes('still open'))
      .map(([at]) => at);
    for (const at of reminders) expect(reminders.filter((other) => other > at - 1800 && other <= at).length).toBeLessThanOrEqual(3);
    expect(reminders.length).toBeGreaterThan(10);
  });

  it('hold no other page back: an alarm reaches the lead at once while reminders are gathered', async () => {
    const world = await floodWorld({ levels, exhaustedAfter: '10m' });
    await flood(world, 10);
    await world.pass('40m30s');
    expect(arrivals(world, phone.lee).at(-1)?.[0]).toBe(1800);
    const before = arrivals(world, phone.lee).length;
    const [id] = await flood(world, 1, 1, 100);
    await world.act(id ?? null, 'reassign', { to: ['user:lead'] });
    expect(arrivals(world, phone.lee)).toHaveLength(before + 1);
  });
});
