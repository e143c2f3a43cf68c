import { describe, expect, it } from 'vitest';
import { transient, withPolicy, World } from '../world.ts';

const person = (id: string, number: number, rest: object = {}): object => ({
  id,
  name: id.toUpperCase(),
  contacts: [
    { id: 'phone', channel: 'sms', address: `+1555555010${String(number)}` },
    { id: 'mail', channel: 'email', address: `${id}@example.com` },
    { id: 'office', channel: 'email', address: `${id}@office.example` },
  ],
  rules: [{ notify: ['phone'] }],
  ...rest,
});

const document = withPolicy(
  { levels: [{ targets: ['user:ana', 'user:ben', 'user:cara', 'email:team@example.com'] }, { delay: '1h', targets: ['user:lead'] }] },
  { people: [person('ana', 0), person('ben', 1), person('cara', 3, { tellOutcomeBySms: true }), person('lead', 2)] },
);

const outcomes = (world: World): readonly string[] => world.messages.filter(({ kind }) => kind === 'outcome').map(({ to }) => to);
const toBen = ['ben@example.com', 'ben@office.example'];
const toCara = ['+15555550103', 'cara@example.com', 'cara@office.example'];

describe('what somebody did', () => {
  it.each(['acknowledge', 'resolve', 'cancel'] as const)(
    '(%s) is told by e-mail to everyone who was paged, by SMS only to those who want that, and never to the one who did it',
    async (act) => {
      const world = await World.withConfig(document);
      const { incidentId } = await world.alarm();
      await world.act(incidentId, act, { by: 'user:ana' });
      expect(outcomes(world).toSorted()).toEqual([...toBen, ...toCara, 'team@example.com'].toSorted());
    },
  );

  it('is told to all who were paged when a machine or a stranger did it', async () => {
    const world = await World.withConfig(document);
    await world.alarm();
    await world.resolvedBySource();
    expect(outcomes(world)).toHaveLength(2 + 2 + 3 + 1);
  });

  it('is not told to those who were never paged', async () => {
    const world = await World.withConfig(document);
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'resolve', { by: 'user:ana' });
    expect(outcomes(world)).not.toContain('lead@example.com');
  });

  it('is told to each of very many once, a hundred at a time, so that the record never grows too large to be written', async () => {
    const crowd = Array.from({ length: 260 }, (_, n) => ({
      id: `p${String(n)}`,
      name: `P ${String(n)}`,
      contacts: [{ id: 'mail', channel: 'email', address: `p${String(n)}@example.com` }],
    }));
    let largest = 0;
    const world = await World.withConfig(
      withPolicy(
        { levels: [{ targets: ['team:platform'] }] },
        { people: [...crowd, person('lead', 2)], teams: [{ id: 'platform', members: crowd.map(({ id }) => id) }] },
      ),
      (ports) => ({
        ...ports,
        incidents: {
          ...ports.incidents,
          write: (item, expected) => {
            largest = Math.max(largest, item.outbox.length);
            return ports.incidents.write(item, expected);
          },
        },
      }),
    );
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:p7' });
    await world.act(incidentId, 'resolve', { by: 'user:p8' });
    await world.pass('10m');
    const told = (what: string): readonly string[] =>
      world.messages.flatMap(({ subject, to }) => (subject?.startsWith(what) === true ? [to] : [])).toSorted();
    const allBut = (id: string): readonly string[] => crowd.flatMap((one) => (one.id === id ? [] : [`${one.id}@example.com`])).toSorted();
    expect(told('[ACKNOWLEDGED]')).toEqual(allBut('p7'));
    expect(told('[RESOLVED]')).toEqual(allBut('p8'));
    expect(largest).toBeLessThanOrEqual(100);
  });

  it('names who did it', async () => {
    const world = await World.withConfig(document);
    await world.alarm();
    await world.sms('+15555550100', world.code('+15555550100'));
    expect(world.received('ben@example.com')).toEqual([expect.stringContaining('ANA')]);
  });

  it('is told for each act, and once', async () => {
    const world = await World.withConfig(document);
    const { incidentId } = await world.alarm();
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    await world.act(incidentId, 'acknowledge', { by: 'user:ana' });
    await world.act(incidentId, 'resolve', { by: 'user:ana' });
    await world.pass('1h');
    expect(world.received('ben@example.com')).toEqual([expect.stringMatching(/acknowledged/i), expect.stringMatching(/resolved/i)]);
  });

  it('is tried again for some minutes while the provider is out of order, and never pages anybody', async () => {
    const world = await World.withConfig(document);
    const { incidentId } = await world.alarm();
    world.provider = ({ channel }) => (channel === 'email' ? transient : null);
    await world.act(incidentId, 'resolve', { by: 'user:ana' });
    await world.pass('1m');
    expect(world.received('ben@example.com')).toEqual([]);
    world.provider = () => null;
    await world.pass('2m');
    expect(world.received('ben@example.com')).toHaveLength(1);
    expect(world.paged()).toHaveLength(4);
  });
});
