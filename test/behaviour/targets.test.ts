import { describe, expect, it } from 'vitest';
import { transient, withPolicy, World } from '../world.ts';

const person = (id: string, number: number, rules: object[] = []) => ({
  id,
  name: id,
  contacts: [
    { id: 'phone', channel: 'sms', address: `+155555501${String(number).padStart(2, '0')}` },
    { id: 'mail', channel: 'email', address: `${id}@example.com` },
  ],
  rules,
});
const people = [person('ana', 0), person('ben', 1), person('lead', 2), person('cara', 3)];
const levels = (...targets: unknown[]) => ({ levels: [{ targets }], exhaustedAfter: '10h' });
const told = async (policy: object, rest: object = {}): Promise<readonly string[]> => {
  const world = await World.withConfig(withPolicy(policy, { people, ...rest }));
  await world.alarm();
  return [...world.pages()].sort();
};

describe('whom a target means', () => {
  it('a user: that person, on all contacts, if there are no rules [T-003] [T-028] [R-023]', async () => {
    expect(await told(levels('user:ana'))).toEqual(['0 +15555550100', '0 ana@example.com']);
    expect(await told(levels({ type: 'user', id: 'ana', name: 'Ana' }))).toEqual(['0 +15555550100', '0 ana@example.com']);
  });

  it('a team: all of its members [T-004] [T-029] [R-024]', async () => {
    const expected = ['0 +15555550100', '0 +15555550101', '0 ana@example.com', '0 ben@example.com'];
    expect(await told(levels('team:platform'))).toEqual(expected);
    expect(await told(levels({ type: 'team', id: 'platform', name: 'Platform' }))).toEqual(expected);
  });

  it('an e-mail address that belongs to nobody [T-008] [T-033]', async () => {
    expect(await told(levels('email:ops@example.com'))).toEqual(['0 ops@example.com']);
    expect(await told(levels({ type: 'email', id: 'ops@example.com', name: 'Operations' }))).toEqual(['0 ops@example.com']);
  });

  it('a telephone that belongs to nobody [T-009]', async () => {
    expect(await told(levels('phone:+15555550190'))).toEqual(['0 +15555550190']);
  });

  it('an address stands for its person: it can answer by its code, and is recorded as itself', async () => {
    const world = await World.withPolicy(levels('phone:+15555550190'));
    const { incidentId } = await world.alarm();
    await world.sms('+15555550190', world.code('+15555550190'));
    expect(await world.show(incidentId)).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'phone:+15555550190' });
  });

  it('somebody named twice is told once', async () => {
    expect(await told(levels('user:ana', 'team:platform', 'user:ana'))).toEqual([
      '0 +15555550100',
      '0 +15555550101',
      '0 ana@example.com',
      '0 ben@example.com',
    ]);
  });
});

describe('what a target says besides whom [T-027]', () => {
  it('priority 1 is told before 2, however they are written', async () => {
    const world = await World.withPolicy(
      levels({ type: 'user', id: 'cara', priority: 3 }, { type: 'user', id: 'ben', priority: 2 }, { type: 'user', id: 'ana', priority: 1 }),
    );
    await world.alarm();
    expect(world.paged()).toEqual(['0 ana', '0 ben', '0 cara']);
  });

  it('channels leave only the contacts on them; those of the level apply to all its targets', async () => {
    expect(await told(levels({ type: 'user', id: 'ana', channels: ['email'] }, 'user:ben'))).toEqual([
      '0 +15555550101',
      '0 ana@example.com',
      '0 ben@example.com',
    ]);
    const level = { channels: ['sms'], targets: ['user:ana', { type: 'user', id: 'ben', channels: ['sms', 'email'] }] };
    expect(await told({ levels: [level] })).toEqual(['0 +15555550100', '0 +15555550101']);
  });

  it('metadata is kept and given back', async () => {
    const world = await World.withPolicy(levels({ type: 'user', id: 'ana', name: 'Ana', priority: 1, metadata: { slack: 'U123' } }));
    const document = await world.request('GET', '/v1/config');
    expect(document['policies']).toMatchObject([{ levels: [{ targets: [{ metadata: { slack: 'U123' } }] }] }]);
  });
});

describe('the rules of a person', () => {
  const rules = [
    { severities: ['critical', 'high'], notify: ['phone', { contact: 'mail', after: '2m' }] },
    { severities: ['info'], notify: [] },
    { notify: ['mail'] },
  ];
  const withRules = { people: [person('ana', 0, rules), person('ben', 1), person('lead', 2), person('cara', 3)] };

  it('the first that fits the severity says which contacts and after how long', async () => {
    const expected = {
      critical: ['0 +15555550100', '2 ana@example.com'],
      high: ['0 +15555550100', '2 ana@example.com'],
      low: ['0 ana@example.com'],
    };
    for (const severity of ['critical', 'high', 'low'] as const) {
      const world = await World.withConfig(withPolicy(levels('user:ana'), withRules));
      await world.alarm({ severity });
      await world.pass('10m');
      expect(world.pages()).toEqual(expected[severity]);
    }
  });

  it('may say that a severity is not worth telling: then the level reaches nobody, and the next comes', async () => {
    const world = await World.withConfig(
      withPolicy({ levels: [{ targets: ['user:ana'] }, { delay: '5m', targets: ['user:cara'], channels: ['sms'] }] }, withRules),
    );
    await world.alarm({ severity: 'info' });
    expect(world.paged()).toEqual(['0 cara']);
  });

  it('never silence a level: when its channels leave none of the contacts chosen, all that fit are used', async () => {
    const world = await World.withConfig(withPolicy({ levels: [{ targets: ['user:ana'], channels: ['sms'] }] }, withRules));
    await world.alarm({ severity: 'low' });
    expect(world.pages()).toEqual(['0 +15555550100']);
  });
});

describe('a level with very many people', () => {
  const many = Array.from({ length: 260 }, (_, index) => person(`p${String(index)}`, index));
  const crowd = { people: [...many.map(({ contacts, ...one }, index) => ({ ...one, contacts: [{ ...contacts[0], address: `+1555556${String(1000 + index)}` }] })), person('lead', 2)], teams: [{ id: 'crowd', members: many.map(({ id }) => id) }] }; // prettier-ignore

  it('tells everybody exactly once, the first hundred first', async () => {
    const world = await World.withConfig(withPolicy(levels('team:crowd'), crowd));
    const { incidentId } = await world.alarm();
    const expected = many.map(({ id }) => `0 ${id}`);
    expect([...world.paged()].sort()).toEqual([...expected].sort());
    expect(new Set(world.paged().slice(0, 100))).toEqual(new Set(expected.slice(0, 100)));
    await world.pass('9h');
    expect(world.paged()).toHaveLength(260);
    expect(await world.show(incidentId)).toMatchObject({ notificationCount: 260, level: 1 });
  });

  it('tells no further ones once somebody has acknowledged', async () => {
    const world = await World.withConfig(withPolicy(levels('team:crowd'), crowd));
    let worn = false;
    world.provider = ({ to }) => {
      worn ||= to === '+15555561003';
      return worn ? transient : null;
    };
    const { incidentId } = await world.alarm();
    const before = world.paged().length;
    expect(before).toBeLessThan(26);
    await world.act(incidentId, 'acknowledge', { by: 'user:p0' });
    world.provider = () => null;
    await world.pass('50m');
    expect(world.paged()).toHaveLength(before);
  });
});
