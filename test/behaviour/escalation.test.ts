import { describe, expect, it } from 'vitest';
import { phone, World } from '../world.ts';

describe('an alarm that nobody answers climbs [T-001] [R-001] [T-042] [P-060]', () => {
  it('pages the first level at once, repeats it, and pages the next level after its delay', async () => {
    const world = await World.withConfig();
    const { incidentId } = await world.alarm();
    expect(world.pages()).toEqual([`0 ${phone.ana}`]);
    await world.pass('14m59s');
    expect(world.pages()).toEqual([
      `0 ${phone.ana}`,
      '2 ana@example.com',
      `5 ${phone.ana}`,
      '7 ana@example.com',
      `10 ${phone.ana}`,
      '12 ana@example.com',
    ]);
    await world.pass('1s');
    expect(world.pages().slice(6)).toEqual([`15 ${phone.ana}`, `15 ${phone.ben}`]);
    expect((await world.incident(incidentId)).position.level).toBe(2);
  });

  it('stops when Ana answers with the code from her SMS', async () => {
    const world = await World.withConfig();
    const { incidentId } = await world.alarm();
    const replies = await world.sms(phone.ana, world.code(phone.ana));
    expect(replies[0]).toMatch(/^Acknowledged: checkout/);
    await world.pass('59m');
    expect(world.pages()).toEqual([`0 ${phone.ana}`]);
    expect(await world.incident(incidentId)).toMatchObject({ state: 'acknowledged', acknowledged: { by: 'user:ana' } });
  });
});
