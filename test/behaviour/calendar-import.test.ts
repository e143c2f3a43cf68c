import { describe, expect, it } from 'vitest';
import { withPolicy, World } from '../world.ts';

const uuid = '123e4567-e89b-12d3-a456-426614174000';
const week = { id: 'week', people: ['ana', 'ben'], rotation: { weekly: { days: ['monday'], at: '09:00' } }, start: '2026-02-23' };
const primary = { id: 'primary', uuid, name: 'Primary', zone: 'Europe/Berlin', layers: [week] };
const policy = { levels: [{ targets: ['schedule:primary'] }] };
const address = (id: string) => ({ id: 'mail', channel: 'email', address: `${id}@example.com` });
const people = [
  { id: 'ana', name: 'Ana Long', contacts: [{ id: 'phone', channel: 'sms', address: '+15555550100' }, address('ana')] },
  { id: 'ben', name: 'Ben', contacts: [{ id: 'phone', channel: 'sms', address: '+15555550101' }, address('ben')] },
  { id: 'lead', name: 'Lee', contacts: [address('lead')] },
];
// The night begins on Monday 2 March 2026 at 02:00 UTC.
const world = (schedules: readonly object[] = [primary], rest: object = {}) => World.withPolicy(policy, { people, schedules, ...rest });

const event = (...lines: readonly string[]): string => ['BEGIN:VEVENT', 'UID:1', ...lines, 'END:VEVENT'].join('\r\n');
const file = (...events: readonly string[]): string => ['BEGIN:VCALENDAR', 'VERSION:2.0', ...events, 'END:VCALENDAR', ''].join('\r\n');
const weekly = (summary: string, monday: string, ...more: readonly string[]): string =>
  event(
    `SUMMARY:${summary}`,
    `DTSTART;TZID=Europe/Berlin:${monday}T090000`,
    'DURATION:P7D',
    'RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20260501T000000Z',
    ...more,
  );
const rota = file(weekly('Ana Long', '20260223'), weekly('Ben', '20260302'));

/** The calendar as the body of a request; what comes back as JSON, and its status as `http`. */
async function put(night: World, text: string, { name = 'primary', query = '', type = 'text/calendar; charset=utf-8' } = {}) {
  const request = new Request(`http://tocsin.test/v1/schedules/${name}${query}`, {
    method: 'PUT',
    headers: { authorization: 'Bearer admin-token-of-the-tests', 'content-type': type },
    body: text,
  });
  const answer = await night.app.fetch(request);
  const body: unknown = await answer.json();
  return { ...(typeof body === 'object' ? body : {}), http: answer.status } as Record<string, unknown> & { http: number };
}

const onCall = async (night: World, at: string, name = 'primary') =>
  (await night.request('GET', `/v1/schedules/${name}/on-call?at=${at}`))['people'];

describe('an iCalendar file as a schedule', () => {
  it('is what a level pages by from then on, in place of the layers; name, zone and UUID stay', async () => {
    const night = await world();
    expect(await put(night, rota)).toMatchObject({
      http: 200,
      version: 2,
      changes: [{ kind: 'schedule', id: 'primary', change: 'updated' }],
      imported: {
        shifts: 10,
        from: '2026-02-23T08:00:00Z',
        until: '2026-05-04T07:00:00Z',
        people: [
          { id: 'ana', shifts: 5 },
          { id: 'ben', shifts: 5 },
        ],
      },
    });
    expect(await onCall(night, '2026-03-30T07:00:00Z')).toEqual([{ id: 'ben', layer: null }]);
    const { layers, shifts, ...kept } = await night.request('GET', '/v1/schedules/primary');
    expect([kept, layers]).toEqual([{ http: 200, id: 'primary', uuid, name: 'Primary', zone: 'Europe/Berlin' }, undefined]);
    expect(shifts).toContainEqual({ person: 'ben', from: '2026-03-02T08:00:00Z', until: '2026-03-09T08:00:00Z' });
    await night.alarm();
    await night.pass('6h');
    await night.alarm({ dedupKey: 'later' });
    expect(night.paged().filter((page) => /^(0|360) /.test(page))).toEqual(['0 ana', '0 ana', '360 ben', '360 ben']);
  });

  it('makes a new schedule in the zone asked for, else in that of the settings', async () => {
    const floating = file(event('SUMMARY:ben', 'DTSTART;VALUE=DATE:20260303', 'DTEND;VALUE=DATE:20260304'));
    const night = await world([primary], { settings: { catchAll: ['user:lead'], zone: 'Asia/Tokyo' } });
    expect(await put(night, floating, { name: 'new' })).toMatchObject({ changes: [{ id: 'new', change: 'created' }] });
    expect(await onCall(night, '2026-03-02T15:00:00Z', 'new')).toEqual([{ id: 'ben', layer: null }]);
    await put(night, floating, { name: 'newer', query: '?zone=America/New_York' });
    expect(await onCall(night, '2026-03-03T04:59:00Z', 'newer')).toEqual([]);
    expect(await onCall(night, '2026-03-03T05:00:00Z', 'newer')).toEqual([{ id: 'ben', layer: null }]);
    for (const zone of ['Mars/Base', '%2B02:00'])
      expect(await put(night, floating, { name: 'third', query: `?zone=${zone}` })).toMatchObject({
        http: 422,
        errors: [{ pointer: '/zone', code: 'invalid-zone' }],
      });
  });

  it('is kept when the whole configuration is read and applied again, as JSON and as YAML', async () => {
    const night = await world();
    await put(night, rota);
    const { http, ...document } = await night.request('GET', '/v1/config');
    expect(http).toBe(200);
    expect(await night.request('PUT', '/v1/config', document)).toMatchObject({ http: 200, version: 2, changes: [] });
    const headers = { authorization: 'Bearer admin-token-of-the-tests', accept: 'application/yaml' };
    const yaml = await (await night.app.fetch(new Request('http://tocsin.test/v1/config', { headers }))).text();
    await night.configure(yaml);
    expect(await night.request('PUT', '/v1/config?dryRun=true', document)).toMatchObject({ version: 2, changes: [] });
  });

  it('only tells what it would do when it is asked to, and warns like any other schedule', async () => {
    const night = await world();
    const told = await put(night, file(weekly('Ben', '20260302')), { query: '?dryRun=true' });
    expect(told).toMatchObject({ http: 200, version: 1, imported: { people: [{ id: 'ben', shifts: 5 }] } });
    expect(JSON.stringify(told['warnings'])).toMatch(/"gap","pointer":"\/schedules\/0".*"single-person","pointer":"\/schedules\/0"/);
    expect(JSON.stringify(told['warnings'])).not.toContain('resolves-to-nobody');
    expect(await night.request('GET', '/v1/schedules/primary')).toMatchObject({ layers: [week] });
  });

  it('can be written under the UUID, and only on the version that was meant', async () => {
    const night = await world();
    expect(await put(night, rota, { name: uuid.toUpperCase() })).toMatchObject({ changes: [{ id: 'primary', change: 'updated' }] });
    const request = new Request('http://tocsin.test/v1/schedules/primary', {
      method: 'PUT',
      headers: { authorization: 'Bearer admin-token-of-the-tests', 'content-type': 'text/calendar', 'if-match': '"1"' },
      body: rota,
    });
    expect((await night.app.fetch(request)).status).toBe(412);
  });

  it('can be one that was given out by a schedule', async () => {
    const night = await world();
    const headers = { authorization: 'Bearer admin-token-of-the-tests' };
    const given = await (await night.app.fetch(new Request('http://tocsin.test/v1/schedules/primary.ics', { headers }))).text();
    expect(await put(night, given, { name: 'copy' })).toMatchObject({ http: 200 });
    for (const at of ['2026-03-02T07:59:59Z', '2026-03-02T08:00:00Z', '2026-03-29T12:00:00Z', '2026-10-26T08:00:00Z']) {
      const ids = async (name: string) => JSON.stringify(await onCall(night, at, name)).replaceAll('"week"', 'null');
      expect(await ids('copy')).toBe(await ids('primary'));
    }
  });
});

describe('whom an event means', () => {
  const summaries: readonly (readonly [string, readonly string[]])[] = [
    ['ana', ['ana']],
    ['Ana Long', ['ana']],
    ['ANA  LONG', ['ana']],
    ['ana@example.com', ['ana']],
    ['On Call - Ana Long - Primary', ['ana']],
    ['On call: Ben', ['ben']],
    ['[L1] ben', ['ben']],
    ['Ana Long, Ben', ['ana', 'ben']],
  ];
  const during = ['DTSTART:20260302T000000Z', 'DTEND:20260303T000000Z'];
  const named = async (...lines: readonly string[]) => {
    const night = await world();
    const answer = await put(night, file(event(...during, ...lines)));
    const { errors } = answer;
    return errors ?? (await onCall(night, '2026-03-02T12:00:00Z'));
  };
  const ids = (...list: readonly string[]) => list.map((id) => ({ id, layer: null }));

  it.each(summaries)('is in the summary "%s": %j', async (summary, expected) => {
    expect(await named(`SUMMARY:${summary.replaceAll(',', '\\,')}`)).toEqual(ids(...expected));
  });

  it('are its attendees when the summary names nobody; not those who declined, nor rooms', async () => {
    const attendees = [
      'ATTENDEE;CN=Somebody:mailto:BEN@example.com',
      'ATTENDEE;PARTSTAT=DECLINED:mailto:ana@example.com',
      'ATTENDEE;CUTYPE=ROOM:mailto:room@example.com',
    ];
    expect(await named('SUMMARY:Primary rota', ...attendees)).toEqual(ids('ben'));
    expect(await named(...attendees)).toEqual(ids('ben'));
    expect(await named('SUMMARY:Ana Long', ...attendees)).toEqual(ids('ana'));
  });

  it.each([
    ['nobody known', ['SUMMARY:Banana'], 'unknown-person'],
    ['part of a name', ['SUMMARY:On call: Ana'], ''],
    ['an attendee who is not known', ['SUMMARY:x', 'ATTENDEE:mailto:ben@example.com', 'ATTENDEE:mailto:eve@example.com'], 'unknown-person'],
    ['an attendee without an address', ['SUMMARY:x', 'ATTENDEE:urn:uuid:1'], 'unknown-person'],
  ])('is not guessed from %s', async (_, lines, code) => {
    const found = await named(...lines);
    expect(found).toEqual(code === '' ? ids('ana') : [expect.objectContaining({ pointer: '/events/0', line: 3, code })]);
  });

  it('is ambiguous when two people are called so', async () => {
    const night = await world([primary], { people: [...people, { id: 'ben2', name: 'Ben', contacts: [address('ben2')] }] });
    expect(await put(night, rota)).toMatchObject({ http: 422, errors: [{ pointer: '/events/1', line: 10, code: 'ambiguous-person' }] });
    expect(await put(night, file(weekly('ben2', '20260302')))).toMatchObject({ http: 200 });
  });

  it('need not be known when it is over', async () => {
    const past = event('SUMMARY:Somebody who left', 'DTSTART:20250302T000000Z', 'DTEND:20250303T000000Z');
    expect(await put(await world(), file(past, weekly('Ben', '20260302')))).toMatchObject({ http: 200, imported: { shifts: 5 } });
  });
});

describe('a calendar that cannot be taken', () => {
  const secondly = weekly('Ben', '20260302').replace('RRULE:FREQ=WEEKLY;INTERVAL=2', 'RRULE:FREQ=SECONDLY');

  it.each([
    ['no iCalendar file', 'hello', 400, { code: 'not-icalendar', errors: [{ pointer: '', line: 1 }] }],
    ['half of one', rota.slice(0, 200), 400, { code: 'not-icalendar', errors: [{ line: 10 }] }],
    ['nothing', '', 400, { code: 'empty-body' }],
    ['more than 1 MB', ' '.repeat(1024 * 1024 + 1), 413, { code: 'body-too-large' }],
    ['a rule every second', file(weekly('Ana Long', '20260223'), secondly), 422, { errors: [{ pointer: '/events/1', line: 10 }] }],
    [
      '2,001 events',
      file(...Array.from({ length: 2001 }, () => weekly('Ben', '20260302'))),
      422,
      { errors: [{ code: 'too-many-events' }] },
    ],
    ['an event without an end', file(event('SUMMARY:Ben', 'DTSTART:20260302T000000Z')), 422, { errors: [{ code: 'no-end', line: 3 }] }],
    [
      'nothing that is still to come',
      file(event('SUMMARY:Ben', 'DTSTART:20250302T000000Z', 'DTEND:20250303T000000Z')),
      422,
      { errors: [{ pointer: '', code: 'no-shifts' }] },
    ],
  ])('because it is or holds %s is refused with place and reason, and changes nothing', async (_, text, http, problem) => {
    const night = await world();
    expect(await put(night, text)).toMatchObject({ http, ...problem });
    expect(await night.request('GET', '/v1/schedules/primary')).toMatchObject({ layers: [week] });
  });

  it('says nothing of what stands in it', async () => {
    const refused = await put(await world(), file(weekly('Nobody<script>', '20260302')));
    expect(JSON.stringify(refused)).not.toContain('script');
  });

  it('is refused where no schedule is written, and for an id that no schedule may have', async () => {
    const night = await world();
    const request = (path: string) =>
      new Request(`http://tocsin.test${path}`, {
        method: 'PUT',
        headers: { authorization: 'Bearer admin-token-of-the-tests', 'content-type': 'text/calendar' },
        body: rota,
      });
    expect((await night.app.fetch(request('/v1/people/ana'))).status).toBe(415);
    expect((await night.app.fetch(request('/v1/config'))).status).toBe(415);
    expect(await put(night, rota, { name: 'b.ics' })).toMatchObject({ http: 422, errors: [{ pointer: '/id', code: 'invalid-id' }] });
  });

  it('is refused when the configuration would grow too large to be applied again', async () => {
    const night = await world();
    const daily = (minute: number) =>
      event('SUMMARY:Ben', `DTSTART:20260302T00${String(minute).padStart(2, '0')}00Z`, 'DURATION:PT1M', 'RRULE:FREQ=DAILY');
    const many = file(...Array.from({ length: 6 }, (_, minute) => daily(minute)));
    const answers = [];
    for (const name of ['a', 'b', 'c', 'd']) answers.push(await put(night, many, { name }));
    expect(answers.map(({ http }) => http)).toEqual([200, 200, 200, 422]);
    expect(answers.at(-1)).toMatchObject({ errors: [{ pointer: '', code: 'too-large' }] });
    const { http, ...document } = await night.request('GET', '/v1/config');
    expect(http).toBe(200);
    expect(await night.request('PUT', '/v1/config', document)).toMatchObject({ http: 200, changes: [] });
  });
});

it('a schedule can be read and deleted by its UUID', async () => {
  const night = await World.withConfig(withPolicy({ levels: [{ targets: ['user:ana'] }] }, { people, schedules: [primary] }));
  expect(await night.request('GET', `/v1/schedules/${uuid}`)).toEqual({ http: 200, ...primary });
  expect(await night.request('PUT', `/v1/schedules/${uuid}`, { ...primary, name: 'First' })).toMatchObject({
    changes: [{ kind: 'schedule', id: 'primary', change: 'updated' }],
  });
  expect(await night.request('DELETE', `/v1/schedules/${uuid.toUpperCase()}`)).toMatchObject({ changes: [{ change: 'deleted' }] });
  expect(await night.request('GET', `/v1/schedules/${uuid}`)).toMatchObject({ http: 404 });
});
