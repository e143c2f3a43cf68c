import { describe, expect, it } from 'vitest';
import { permanent, withPolicy, World } from '../world.ts';

const noContacts = {
  people: [
    { id: 'lead', name: 'Lee', contacts: [] },
    { id: 'ana', name: 'Ana', contacts: [] },
  ],
  teams: [],
};
const levels = [{ targets: ['user:ana'] }];

describe('nobody can be reached', () => {
  it('not even the catch-all: our own alarm is raised, again with every reminder', async () => {
    const world = await World.withConfig(withPolicy({ levels }, noContacts));
    const { incidentId } = await world.alarm();
    expect(world.alarms).toEqual(['catch-all-reaches-nobody']);
    expect(await world.open()).toEqual([incidentId]);
    await world.pass('2h');
    expect(world.alarms.length).toBeGreaterThanOrEqual(4);
  });

  it('because every contact of the catch-all refuses: our own alarm is raised', async () => {
    const world = await World.withPolicy({ levels });
    world.provider = () => permanent;
    await world.alarm();
    expect(world.alarms).toEqual(['catch-all-page-failed']);
  });

  it('of the people on the levels: the catch-all is told at once, once, and the incident goes on', async () => {
    const world = await World.withPolicy({ levels: [{ targets: ['user:ana'] }, { delay: '10m', targets: ['user:ben'] }] });
    world.provider = ({ to }) => (to === '+15555550102' ? null : permanent);
    const { incidentId } = await world.alarm();
    expect(world.paged()).toEqual(['0 lead']);
    expect(world.alarms).toEqual([]);
    expect(await world.incident(incidentId)).toMatchObject({ state: 'active' });
  });

  it('no alarm of our own while somebody is reached', async () => {
    const world = await World.withPolicy({ levels });
    await world.alarm();
    await world.pass('3h');
    expect(world.alarms).toEqual([]);
  });
});
