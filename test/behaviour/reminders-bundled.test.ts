import { describe, expect, it } from 'vitest';
import { phone } from '../world.ts';
import { arrivals, flood, floodWorld } from './floods-world.ts';

const levels = [{ targets: ['user:ana'] }];

describe('reminders of what nobody answered', () => {
  it('of one incident come when they are due', async () => {
    const world = await floodWorld({ levels, exhaustedAfter: '10m' });
    await flood(world, 1);
    await world.pass('101m');
    expect(arrivals(world, phone.lee).map(([at]) => at / 60)).toEqual([0, 30, 60, 90]);
  });

  it('of forty incidents are two messages each time and not forty: the first at once, and a minute later one for all the others', async () => {
    const world = await floodWorld({ levels, exhaustedAfter: '10m' });
    await flood(world, 40, 21);
    await world.pass('11m30s');
    expect(arrivals(world, phone.lee).map(([at]) => at)).toEqual([0, 0, 0, 60]);
    await world.pass('30m');
    const reminders = arrivals(world, phone.lee).slice(4);
    expect(reminders.map(([at]) => at)).toEqual([1800, 1860]);
    const [, [, text] = []] = reminders;
    expect(text).toMatch(/^\[CRIT\] 39 pages - still open, nobody answered: checkout 2[01], search 1[89]\. Reply/);
    const code = world.code(phone.lee);
    expect(await world.sms(phone.lee, code)).toEqual([
      `Acknowledged 39 incidents. Reply ${code} R to resolve all. 1 other page is open: reply ack for the list.`,
    ]);
    await world.pass('31m');
    expect(arrivals(world, phone.lee).slice(6)).toHaveLength(1);
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
