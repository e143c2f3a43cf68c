import { describe, expect, it } from 'vitest';
import { World } from '../world.ts';

const week = { id: 'week', people: ['ana', 'ben'], rotation: { weekly: { days: ['monday'], at: '09:00' } }, start: '2026-02-23' };
const office = { ...week, id: 'office', people: ['cara'], restrictions: [{ days: ['monday'], from: '09:00', to: '17:00' }] };
const primary = { id: 'primary', zone: 'Europe/Berlin', layers: [week, office] };
const policy = { levels: [{ targets: ['schedule:primary'] }] };
const world = (...schedules: object[]) => World.withPolicy(policy, { schedules: schedules.length > 0 ? schedules : [primary] });

/** The document as it is. */
const written = async (night: World): Promise<object> => (await night.stores.config.current())?.document ?? {};

describe('asking who is on call [R-090]', () => {
  it('tells the people, their layers, until when, why, and who is next', async () => {
    expect(await (await world()).request('GET', '/v1/schedules/primary/on-call')).toEqual({
      http: 200,
      at: '2026-03-02T02:00:00.000Z',
      people: [{ id: 'ana', layer: 'week' }],
      until: '2026-03-02T08:00:00.000Z',
      why: ['Ana: layer week (weekly on Monday at 09:00), turn 1 (1st of 2), from Mon 23 Feb 09:00 to Mon 2 Mar 09:00 (Europe/Berlin)'],
      next: {
        at: '2026-03-02T08:00:00.000Z',
        people: [
          { id: 'ben', layer: 'week' },
          { id: 'cara', layer: 'office' },
        ],
      },
    });
  });

  it('at any instant, the past and the future alike', async () => {
    const night = await world();
    const at = async (instant: string) => (await night.request('GET', `/v1/schedules/primary/on-call?at=${instant}`))['people'];
    expect(await at('2026-02-22T00:00:00Z')).toEqual([]);
    expect(await at('2026-03-02T07:59:59.999Z')).toEqual([{ id: 'ana', layer: 'week' }]);
    expect(await at('2036-03-03T10:00:00%2B01:00')).toHaveLength(2);
    expect(await night.request('GET', '/v1/schedules/primary/on-call?at=noon')).toMatchObject({ http: 422, errors: [{ pointer: '/at' }] });
    expect(await night.request('GET', '/v1/schedules/other/on-call')).toMatchObject({ http: 404, code: 'unknown-schedule' });
  });

  it.each([
    'on-call?at=9999-12-31T23:59:59Z',
    'on-call?at=9000-01-01T00:00:00Z',
    'on-call?at=1969-12-31T23:59:59Z',
    'on-call?at=0000-01-01T00:00:00%2B12:00',
  ])('refuses an instant that no answer could be written for: %s', async (path) => {
    const night = await world();
    const refused = { http: 422, errors: [{ pointer: '/at', code: 'out-of-range' }] };
    expect(await night.request('GET', `/v1/schedules/primary/${path}`)).toMatchObject(refused);
    expect(await night.request('GET', `/v1/${path}`)).toMatchObject(refused);
  });

  it('writes every year with four digits, up to the last instant that may be asked for', async () => {
    const night = await world();
    const answer = await night.request('GET', '/v1/schedules/primary/on-call?at=8999-12-31T23:59:59Z');
    expect(answer.http).toBe(200);
    expect(String(answer['until'])).toMatch(/^9000-01-/);
    expect(JSON.stringify(answer)).not.toContain('"+');
  });

  it('says who made an override, and knows of it when it is over', async () => {
    const night = await world();
    const swap = { from: '2026-03-02T01:00:00Z', until: '2026-03-02T05:00:00Z', person: 'cara', by: 'user:ben' };
    await night.request('POST', '/v1/schedules/primary/overrides', swap);
    const why = ['Cara: instead of Ana (layer week) by Ben, from Mon 2 Mar 02:00 to Mon 2 Mar 06:00 (Europe/Berlin)'];
    const path = '/v1/schedules/primary/on-call?at=2026-03-02T02:00:00Z';
    expect(await night.request('GET', path)).toMatchObject({ until: '2026-03-02T05:00:00.000Z', why });
    await night.pass('1d');
    expect(await night.request('GET', path)).toMatchObject({ people: [{ id: 'cara', layer: 'week' }], why });
  });

  it('for all schedules at once, by their ids and names [R-028]', async () => {
    const night = await world(primary, { ...primary, id: 'office', name: 'Office', layers: [office] });
    expect(await night.request('GET', '/v1/on-call')).toMatchObject({
      http: 200,
      at: '2026-03-02T02:00:00.000Z',
      schedules: [
        { id: 'primary', name: null, people: [{ id: 'ana', layer: 'week' }], until: '2026-03-02T08:00:00.000Z' },
        { id: 'office', name: 'Office', people: [], next: { people: [{ id: 'cara', layer: 'office' }] } },
      ],
      names: { ana: 'Ana', cara: 'Cara' },
    });
  });

  it.each(['on-call', 'calendar', 'gaps', 'overrides', 'people/ana/calendar'])(
    'under the UUID as under the id: %s [R-026]',
    async (path) => {
      const uuid = '123e4567-e89b-12d3-a456-426614174000';
      const night = await world({ ...primary, uuid });
      const answer = await night.request('GET', `/v1/schedules/primary/${path}`);
      expect(answer).toMatchObject({ http: 200 });
      for (const name of [uuid, uuid.toUpperCase()]) expect(await night.request('GET', `/v1/schedules/${name}/${path}`)).toEqual(answer);
      expect(await night.request('GET', `/v1/schedules/${uuid.replace('1', '2')}/${path}`)).toMatchObject({ http: 404 });
    },
  );

  it('shows a calendar of shifts, and where nobody is on call', async () => {
    const night = await world({ ...primary, layers: [office] });
    const span = '?from=2026-03-02T00:00:00Z&to=2026-03-10T00:00:00Z';
    const monday = { from: '2026-03-02T08:00:00.000Z', until: '2026-03-02T16:00:00.000Z', people: [{ id: 'cara', layer: 'office' }] };
    const { shifts, ...rest } = await night.request('GET', `/v1/schedules/primary/calendar${span}`);
    expect(rest).toEqual({ http: 200, from: '2026-03-02T00:00:00.000Z', to: '2026-03-10T00:00:00.000Z' });
    expect(shifts).toHaveLength(5);
    expect(shifts).toContainEqual(monday);
    expect((await night.request('GET', `/v1/schedules/primary/gaps${span}`))['gaps']).toEqual([
      { from: '2026-03-02T00:00:00.000Z', until: '2026-03-02T08:00:00.000Z' },
      { from: '2026-03-02T16:00:00.000Z', until: '2026-03-09T08:00:00.000Z' },
      { from: '2026-03-09T16:00:00.000Z', until: '2026-03-10T00:00:00.000Z' },
    ]);
    expect((await night.request('GET', '/v1/schedules/primary/gaps'))['to']).toBe('2026-04-06T02:00:00.000Z');
  });

  it.each(['from=2026-03-02T00:00:00Z&to=2026-03-02T00:00:00Z', 'from=2026-03-02T00:00:00Z&to=2027-03-04T00:00:00Z', 'to=never'])(
    'refuses a calendar of %s',
    async (query) => {
      const refused = await (await world()).request('GET', `/v1/schedules/primary/calendar?${query}`);
      expect(refused).toMatchObject({ http: 422, errors: [{ pointer: '/to' }] });
    },
  );

  it.each(['calendar', 'gaps'])('refuses %s beyond the instants that can be written', async (path) => {
    const night = await world();
    const refused = await night.request('GET', `/v1/schedules/primary/${path}?from=9999-12-01T00:00:00Z&to=9999-12-31T00:00:00Z`);
    expect(refused).toMatchObject({
      http: 422,
      errors: [
        { pointer: '/from', code: 'out-of-range' },
        { pointer: '/to', code: 'out-of-range' },
      ],
    });
  });

  it('gives the year as an iCalendar file, for the API token alone', async () => {
    const night = await world();
    const ask = (headers: Record<string, string>) =>
      night.app.fetch(new Request('http://tocsin.test/v1/schedules/primary.ics', { headers }));
    const answer = await ask({ authorization: 'Bearer admin-token-of-the-tests' });
    expect(answer.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    expect(await answer.text()).toContain('SUMMARY:Ben\r\n');
    expect((await ask({})).status).toBe(401);
  });
});

describe('schedules in the configuration [R-037]', () => {
  it('are listed, shown, written and deleted one by one', async () => {
    const night = await World.withPolicy({ levels: [{ targets: ['user:ana'] }] });
    const { id, ...content } = primary;
    expect(await night.request('PUT', `/v1/schedules/${id}`, content)).toMatchObject({
      http: 200,
      changes: [{ kind: 'schedule', id, change: 'created' }],
    });
    expect(await night.request('GET', '/v1/schedules')).toEqual({ http: 200, schedules: [primary] });
    expect(await night.request('GET', `/v1/schedules/${id}`)).toEqual({ http: 200, ...primary });
    expect(await night.request('DELETE', `/v1/schedules/${id}`)).toMatchObject({ changes: [{ kind: 'schedule', change: 'deleted' }] });
    expect(await night.request('GET', `/v1/schedules/${id}`)).toMatchObject({ http: 404 });
  });

  it('cannot be deleted while a level names them', async () => {
    expect(await (await world()).request('DELETE', '/v1/schedules/primary')).toMatchObject({
      http: 422,
      errors: [{ pointer: '/policies/0/levels/0/targets/0', code: 'unknown-reference' }],
    });
  });

  const uuid = '123e4567-e89b-12d3-a456-426614174000';
  it.each([
    ['two of one id', [primary, primary], '/schedules/1/id', 'duplicate-id'],
    [
      'two of one UUID',
      [
        { ...primary, uuid },
        { ...primary, id: 'b', uuid: uuid.toUpperCase() },
      ],
      '/schedules/1/uuid',
      'duplicate-uuid',
    ],
    [
      'a UUID that is the id of another',
      [
        { ...primary, id: uuid },
        { ...primary, uuid },
      ],
      '/schedules/1/uuid',
      'duplicate-uuid',
    ],
    [
      'somebody unknown',
      [{ ...primary, layers: [{ ...week, people: ['ana', 'bem'] }] }],
      '/schedules/0/layers/0/people/1',
      'unknown-reference',
    ],
    ['a name that ends as a file does', [primary, { ...primary, id: 'b.ics' }], '/schedules/1/id', 'invalid-id'],
  ])('are refused with %s', async (_, schedules, pointer, code) => {
    const night = await World.withPolicy({ levels: [{ targets: ['user:ana'] }] });
    expect(await night.request('PUT', '/v1/config', { ...(await written(night)), schedules })).toMatchObject({
      http: 422,
      errors: [{ pointer, code }],
    });
  });

  it('warn of hours without anybody, of one person alone, and of a handoff in the night', async () => {
    const night = await World.withPolicy({ levels: [{ targets: ['user:ana'] }] });
    const late = { ...week, rotation: { daily: { at: '03:00' } } };
    const schedules = [
      { ...primary, layers: [office] },
      { ...primary, id: 'late', layers: [late] },
    ];
    const { warnings } = await night.request('PUT', '/v1/config?dryRun=true', { ...(await written(night)), schedules });
    const found = Array.isArray(warnings)
      ? warnings.map(({ code, pointer }: { code: string; pointer: string }) => `${pointer} ${code}`)
      : [];
    expect(found.filter((one) => one.startsWith('/schedules'))).toEqual([
      '/schedules/0 gap',
      '/schedules/0 single-person',
      '/schedules/1/layers/0 night-handoff',
    ]);
  });
});

describe('the calendar of one person by a secret link', () => {
  const calendarOf = async (night: World, person = 'ben'): Promise<string> =>
    String((await night.request('GET', `/v1/schedules/primary/people/${person}/calendar`))['url']);
  const follow = async (night: World, url: string) => {
    const answer = await night.app.fetch(new Request(url));
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
  };

  it('is read without a credential, and shows the shifts of that person alone', async () => {
    const night = await world();
    const url = await calendarOf(night);
    expect(url).toMatch(/^http:\/\/tocsin\.test\/v1\/calendars\/primary\/ben\/[\w-]{23}\.ics$/);
    const { status, type, text } = await follow(night, url);
    expect([status, type]).toEqual([200, 'text/calendar; charset=utf-8']);
    expect(text).toContain('DTSTART:20260302T080000Z');
    expect(text).not.toContain('/ana/');
  });

  it('never expires', async () => {
    const night = await world();
    const url = await calendarOf(night);
    night.now += 5 * 366 * 86_400_000;
    expect((await follow(night, url)).status).toBe(200);
  });

  it('opens nothing else, and cannot be guessed from another', async () => {
    const night = await world();
    const url = await calendarOf(night);
    const wrong = [
      url.replace('/ben/', '/ana/'),
      url.replace('.ics', ''),
      url.replace(/.\.ics$/, '_.ics'),
      url.replace('primary', 'other'),
    ];
    for (const one of wrong) expect((await follow(night, one)).status).toBe(404);
    expect(await night.request('GET', '/v1/schedules/primary/people/nobody/calendar')).toMatchObject({ http: 404, code: 'unknown-person' });
  });

  it('ends when the number of the link is raised, and for nobody else', async () => {
    const night = await world();
    const [bens, anas] = [await calendarOf(night), await calendarOf(night, 'ana')];
    const ben = { name: 'Ben', calendarLink: 2, contacts: [{ id: 'phone', channel: 'sms', address: '+15555550101' }] };
    expect(await night.request('PUT', '/v1/people/ben', ben)).toMatchObject({ http: 200 });
    expect([(await follow(night, bens)).status, (await follow(night, anas)).status]).toEqual([404, 200]);
    expect((await follow(night, await calendarOf(night))).status).toBe(200);
  });
});
