import { describe, expect, it } from 'vitest';
import { permanent, transient, withPolicy, World } from '../world.ts';

// The night begins on Monday 2 March 2026 at 02:00 UTC; Ana's turn ends at 09:00.
const week = { id: 'week', people: ['ana', 'ben', 'cara'], rotation: { weekly: { days: ['monday'], at: '09:00' } }, start: '2026-02-23' };
const uuid = '123e4567-e89b-12d3-a456-426614174000';
const primary = { id: 'primary', uuid, name: 'Primary', zone: 'UTC', layers: [week] };
const policy = { levels: [{ targets: ['schedule:primary'] }], exhaustedAfter: '1d' };

const person = (id: string, number: number, rest: object = {}) => ({
  id,
  name: id.slice(0, 1).toUpperCase() + id.slice(1),
  contacts: [
    { id: 'phone', channel: 'sms', address: `+1555555010${String(number)}` },
    { id: 'mail', channel: 'email', address: `${id}@example.com` },
  ],
  ...rest,
});
const wants = { handoffNotices: ['mail'] };
const everybody = [person('ana', 0, wants), person('ben', 1, wants), person('cara', 3, wants), person('lead', 2)];
const document = (people: readonly object[] = everybody, schedules: readonly object[] = [primary]) =>
  withPolicy(policy, { people, schedules });
const world = (...parts: Parameters<typeof document>) => World.withConfig(document(...parts)).then(settled);

async function settled(night: World): Promise<World> {
  await night.settled();
  return night;
}

const hour = 3_600_000;
/** Notices in hours since the start of the night: `7 ben Primary: you are on call until Mon 9 Mar 09:00 (UTC); none open for this schedule`. */
const notices = (night: World): readonly string[] =>
  night.messages
    .filter(({ kind }) => kind === 'notice')
    .map(({ at, person: to, subject, text }) => `${hours(at)} ${to} ${shown(subject ?? text)}`);
const begin = Date.UTC(2026, 2, 2, 2);
const hours = (at: number): string => String(Math.round(((at - begin) / hour) * 100) / 100);
const shown = (line: string): string => line.replace('[INFO] ', '');

describe('a notice of a handoff', () => {
  it('is sent to who comes on call and to who goes off, at the handoff, on the contacts that they chose', async () => {
    const night = await world();
    expect(notices(night)).toEqual([]);
    await night.pass('7h');
    expect(notices(night)).toEqual([
      '7 ben Primary: you are on call until Mon 9 Mar 09:00 (UTC); none open for this schedule',
      '7 ana Primary: you are off call; now on call: Ben; none open for this schedule',
    ]);
    expect(night.messages.map(({ channel, to }) => `${channel} ${to}`)).toEqual(['email ben@example.com', 'email ana@example.com']);
    await night.pass('7d');
    expect(
      notices(night)
        .slice(2)
        .map((line) => line.split(' ').slice(0, 5).join(' ')),
    ).toEqual(['175 cara Primary: you are', '175 ben Primary: you are']);
  });

  it('is sent to nobody who did not ask for it', async () => {
    const night = await world([
      person('ana', 0),
      person('ben', 1, { handoffNotices: ['phone', 'mail'] }),
      person('cara', 3),
      person('lead', 2),
    ]);
    await night.pass('7h');
    expect(night.messages.map(({ channel, person: to }) => `${channel} ${to}`)).toEqual(['sms ben', 'email ben']);
    const silent = await world([person('ana', 0), person('ben', 1), person('cara', 3), person('lead', 2)]);
    await silent.pass('30d');
    expect(silent.messages).toEqual([]);
    expect(await silent.stores.handoffs.current()).toBeNull();
  });

  it('says in one SMS how long, and how many incidents are open', async () => {
    const night = await world([person('ana', 0), person('ben', 1, { handoffNotices: ['phone'] }), person('cara', 3), person('lead', 2)]);
    await night.alarm();
    await night.pass('7h');
    expect(night.received('+15555550101')).toEqual(['[INFO] Primary: you are on call until Mon 9 Mar 09:00 (UTC); 1 open incident.']);
  });

  it('lists the open incidents that concern the schedule, most severe first, with who acknowledged them, and says why', async () => {
    const night = await World.withConfig(
      JSON.stringify({
        ...(JSON.parse(document()) as object),
        services: [
          { id: 'checkout', policy: 'default' },
          { id: 'search', name: 'Search', policy: 'other' },
          { id: 'mail', policy: 'by-uuid' },
          { id: 'shop', policy: 'at-last' },
        ],
        policies: [
          { id: 'default', ...policy },
          { id: 'other', levels: [{ targets: ['user:lead'] }] },
          { id: 'by-uuid', levels: [{ targets: [`schedule:${uuid}`] }] },
          { id: 'at-last', levels: [{ targets: ['user:lead'] }], catchAll: ['schedule:primary'] },
        ],
      }),
    );
    await night.settled();
    await night.alarm({ dedupKey: 'a', title: 'disk\n[CRITICAL] all: lost', severity: 'medium' });
    const { incidentId } = await night.alarm({ dedupKey: 'b', title: 'error rate', severity: 'critical' });
    await night.alarm({ service: 'search', title: 'elsewhere', severity: 'critical' });
    await night.alarm({ service: 'mail', title: 'by UUID', severity: 'low' });
    await night.alarm({ service: 'shop', title: 'at last', severity: 'low' });
    const assigned = await night.alarm({ service: 'search', dedupKey: 'c', title: 'handed over', severity: 'high' });
    await night.act(assigned.incidentId, 'reassign', { to: [`schedule:${uuid.toUpperCase()}`] });
    await night.pass('6h30m');
    await night.act(incidentId, 'acknowledge', { by: 'user:ana' });
    await night.pass('30m');
    const text = night.messages.find(({ person: to, kind }) => to === 'ben' && kind === 'notice')?.text ?? '';
    expect(text.split('Description:\n')[1]?.trimEnd().split('\n')).toEqual([
      '  Ben: layer week (weekly on Monday at 09:00), turn 2 (2nd of 3), from Mon 2 Mar 09:00 to Mon 9 Mar 09:00 (UTC)',
      '  [CRITICAL] checkout: error rate, since Mon 2 Mar 02:00, acknowledged by Ana',
      '  [HIGH] Search: handed over, since Mon 2 Mar 02:00',
      '  [MEDIUM] checkout: disk [CRITICAL] all: lost, since Mon 2 Mar 02:00',
      '  [LOW] shop: at last, since Mon 2 Mar 02:00',
      '  [LOW] mail: by UUID, since Mon 2 Mar 02:00',
    ]);
    expect(text).toMatch(/^you are on call .*; 5 open incidents\n\nSchedule: Primary\n/);
  });

  it('tells times in the zone of the person', async () => {
    const night = await world([person('ana', 0), person('ben', 1, { ...wants, zone: 'Asia/Tokyo' }), person('cara', 3), person('lead', 2)]);
    await night.pass('7h');
    expect(notices(night)).toEqual(['7 ben Primary: you are on call until Mon 9 Mar 18:00 (Asia/Tokyo); none open for this schedule']);
  });

  it('also comes of a swap, when it is made, when it begins and ends, and when it is taken back', async () => {
    const night = await world();
    const path = '/v1/schedules/primary/overrides';
    const swap = { person: 'cara', instead: 'ana' };
    await night.request('POST', path, { ...swap, from: '2026-03-02T03:00:00Z', until: '2026-03-02T04:00:00Z' });
    await night.pass('2h');
    expect(notices(night).map((line) => line.split(';')[0])).toEqual([
      '1 cara Primary: you are on call until Mon 2 Mar 04:00 (UTC)',
      '1 ana Primary: you are off call',
      '2 ana Primary: you are on call until Mon 2 Mar 09:00 (UTC)',
      '2 cara Primary: you are off call',
    ]);
    const made = await night.request('POST', path, { ...swap, from: '2026-03-02T00:00:00Z', until: '2026-03-02T08:00:00Z' });
    expect(notices(night)).toHaveLength(6);
    await night.request('DELETE', `${path}/${String(made['id'])}`);
    expect(
      notices(night)
        .slice(6)
        .map((line) => line.split(' ').slice(0, 2).join(' ')),
    ).toEqual(['2 ana', '2 cara']);
  });

  it('comes of a change of the schedule, and of none when a schedule is new or somebody begins to want notices', async () => {
    const night = await world([person('ana', 0), person('ben', 1), person('cara', 3), person('lead', 2)]);
    await night.configure(document());
    await night.configure(document(everybody, [primary, { ...primary, id: 'second', uuid: null }]));
    await night.settled();
    expect(notices(night)).toEqual([]);
    await night.configure(document(everybody, [{ ...primary, layers: [{ ...week, people: ['ben', 'cara'] }] }]));
    await night.settled();
    expect(notices(night).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['0 ben', '0 ana']);
  });

  it('is sent for each schedule that hands over, and to nobody who only moves to another layer', async () => {
    const both = { ...primary, id: 'both', uuid: null, layers: [week, { ...week, id: 'back', people: ['ben', 'cara', 'ana'] }] };
    const night = await world(everybody, [primary, both]);
    await night.pass('7h');
    expect(notices(night).map((line) => line.split(';')[0])).toEqual([
      '7 ben Primary: you are on call until Mon 9 Mar 09:00 (UTC)',
      '7 ana Primary: you are off call',
      '7 cara Primary: you are on call until Mon 16 Mar 09:00 (UTC)',
      '7 ana Primary: you are off call',
    ]);
  });

  it('says when nobody takes over', async () => {
    const days = { ...primary, layers: [{ ...week, restrictions: [{ from: '00:00', to: '04:00' }] }] };
    const night = await world(everybody, [days]);
    await night.pass('2h');
    expect(notices(night)).toEqual(['2 ana Primary: you are off call, and nobody is on call now; none open for this schedule']);
  });

  it('names no end where there is none', async () => {
    const alone = { ...primary, layers: [{ ...week, people: ['ana'] }] };
    const night = await world(everybody, [alone]);
    const swap = { person: 'cara', instead: 'ana', from: '2026-03-02T03:00:00Z', until: '2026-03-02T04:00:00Z' };
    await night.request('POST', '/v1/schedules/primary/overrides', swap);
    await night.pass('2h');
    expect(notices(night)).toContain('2 ana Primary: you are on call; none open for this schedule');
  });

  it('lists 20 incidents, and how many more there are', async () => {
    const night = await world();
    for (let number = 0; number < 23; number += 1) await night.alarm({ dedupKey: String(number), title: `disk ${String(number)}` });
    await night.pass('7h');
    const text = night.messages.find(({ person: to, kind }) => to === 'ben' && kind === 'notice')?.text ?? '';
    expect(text).toContain('; 23 open incidents\n');
    expect(text.match(/\] checkout: disk/g)).toHaveLength(20);
    expect(text).toContain('\n  and 3 more\n');
  });

  it('does not wait for the list of incidents when that cannot be had', async () => {
    const night = await World.withConfig(document(), (ports) => ({
      ...ports,
      incidents: { ...ports.incidents, list: () => Promise.reject(new Error('away')) },
    }));
    await night.settled();
    await night.pass('7h');
    expect(notices(night)).toEqual([
      '7 ben Primary: you are on call until Mon 9 Mar 09:00 (UTC)',
      '7 ana Primary: you are off call; now on call: Ben',
    ]);
  });

  it('goes to a program as words', async () => {
    const hook = { contacts: [{ id: 'hook', channel: 'webhook', address: 'https://hooks.example.com/ben' }], handoffNotices: ['hook'] };
    const night = await world([person('ana', 0), { id: 'ben', name: 'Ben', ...hook }, person('cara', 3), person('lead', 2)]);
    await night.pass('7h');
    expect(JSON.parse(night.messages[0]?.text ?? '')).toMatchObject({
      type: 'notification',
      data: {
        kind: 'notice',
        purpose: 'handoff',
        incident: null,
        title: 'you are on call until Mon 9 Mar 09:00 (UTC); none open for this schedule',
      },
    });
  });
});

describe('a notice of a handoff that comes late', () => {
  it('is one for all handoffs that were missed: of how it was and how it is', async () => {
    const night = await world();
    await night.outage('8d');
    expect(notices(night)).toEqual([
      '192 cara Primary: you are on call until Mon 16 Mar 09:00 (UTC); none open for this schedule',
      '192 ana Primary: you are off call; now on call: Cara; none open for this schedule',
    ]);
    const round = await world();
    await round.outage('15d');
    expect(notices(round)).toEqual([]);
  });

  it('is sent again, later and later, while its provider does not take it, and given up after two hours', async () => {
    const night = await world();
    const tries: string[] = [];
    night.provider = ({ to }) => {
      tries.push(`${hours(night.now)} ${to.split('@')[0] ?? ''}`);
      return to.startsWith('ana') ? null : transient;
    };
    await night.pass('10h');
    expect(tries.filter((one) => one.endsWith('ben'))).toEqual(
      ['7', '7.02', '7.05', '7.12', '7.25', '7.52', '8.05', '9.05'].map((time) => `${time} ben`),
    );
    expect(tries.filter((one) => one.endsWith('ana'))).toEqual(['7 ana']);
    expect((await night.stores.handoffs.current())?.notices).toEqual([]);
  });

  it('is replaced by what holds by then', async () => {
    const night = await world();
    night.provider = () => transient;
    await night.request('POST', '/v1/schedules/primary/overrides', {
      ...{ person: 'cara', instead: 'ana', from: '2026-03-02T03:00:00Z', until: '2026-03-02T03:00:30Z' },
    });
    await night.pass('1h');
    night.provider = () => null;
    await night.pass('1h');
    expect(notices(night).map((line) => line.split(';')[0])).toEqual([
      '1.01 cara Primary: you are off call',
      '1.01 ana Primary: you are on call until Mon 2 Mar 09:00 (UTC)',
    ]);
  });

  it('is not sent any more to who does not want it by then', async () => {
    const night = await world();
    night.provider = () => transient;
    await night.pass('7h');
    night.provider = () => null;
    await night.configure(document([person('ana', 0), ...everybody.slice(1)]));
    await night.pass('1h');
    expect(notices(night).map((line) => line.split(' ')[1])).toEqual(['ben']);
  });

  it('is not tried again where that would not help, and shows the contact as unhealthy', async () => {
    const night = await world();
    night.provider = () => permanent;
    await night.pass('8h');
    expect((await night.stores.handoffs.current())?.notices).toEqual([]);
    expect((await night.stores.state.contactHealth()).map(({ person: of, contact }) => `${of} ${contact}`)).toEqual([
      'ben mail',
      'ana mail',
    ]);
  });
});

it('a swap is made all the same when handoffs cannot be marked, and its end is told', async () => {
  let broken = false;
  const night = await World.withConfig(document(), (ports) => ({
    ...ports,
    handoffs: { ...ports.handoffs, save: (one) => (broken ? Promise.reject(new Error('away')) : ports.handoffs.save(one)) },
  }));
  await night.settled();
  broken = true;
  const swap = { person: 'cara', instead: 'ana', from: '2026-03-02T02:00:00Z', until: '2026-03-02T08:00:00Z' };
  expect(await night.request('POST', '/v1/schedules/primary/overrides', swap)).toMatchObject({ http: 201 });
  broken = false;
  await night.pass('7h');
  expect(notices(night).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['7 ben', '7 ana']);
});

describe('notices of handoffs in the configuration', () => {
  it.each([
    ['a contact that the person has not', { handoffNotices: ['mail', 'pager'] }, '/people/1/handoffNotices/1', 'unknown-reference'],
    ['no list', { handoffNotices: true }, '/people/1/handoffNotices', 'wrong-type'],
  ])('are refused with %s', async (_, rest, pointer, code) => {
    const night = await world();
    const changed = JSON.parse(document([person('ana', 0), person('ben', 1, rest), person('cara', 3), person('lead', 2)])) as object;
    expect(await night.request('PUT', '/v1/config', changed)).toMatchObject({ http: 422, errors: [{ pointer, code }] });
  });
});
