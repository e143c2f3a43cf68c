import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { phone, World } from '../world.ts';

const policyList = z.object({ policies: z.array(z.object({ id: z.string(), severities: z.array(z.string()) })) });

describe('an alarm that nobody answers climbs [T-001] [T-002] [R-001] [T-042] [P-060]', () => {
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

describe('an escalation can be started by hand', () => {
  it('with the id of a policy that was found in the list [R-076]', async () => {
    const calm = { id: 'calm', severities: ['low', 'info'], levels: [{ targets: ['user:ben'] }] };
    const night = { id: 'night', severities: ['critical'], levels: [{ targets: ['user:cara'] }] };
    const world = await World.withPolicy({ levels: [{ targets: ['user:ana'] }] }, { policies: [calm, night], services: [] });
    const { policies } = policyList.parse(await world.request('GET', '/v1/policies'));
    const found = policies.find(({ severities }) => severities.includes('critical'));
    expect(await world.request('PUT', '/v1/services/by-hand', { policy: found?.id })).toMatchObject({ http: 200 });
    const { incidentId } = await world.alarm({ service: 'by-hand', title: 'the lift is stuck' });
    expect(await world.show(incidentId)).toMatchObject({ policy: 'night', state: 'active' });
    expect(world.paged()).toEqual(['0 cara']);
  });
});
