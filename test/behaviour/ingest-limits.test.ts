import { describe, expect, it } from 'vitest';
import { makeMapStores } from '../../shared/adapters/map/stores.ts';
import { phone, World, withPolicy } from '../world.ts';
import { bodyOf } from './http-world.ts';
import { ingest, post, withKey, type Senders } from './ingest-world.ts';

const settings = (ingest: object = { perSecond: 2, burst: 3 }): object => ({ settings: { catchAll: ['user:lead'], ingest } });
const levels = [{ targets: ['user:ana'] }, { delay: '5m', targets: ['user:ben'] }];
const limited = (ingest?: object): Promise<Senders> => withKey({ ...settings(ingest), policies: [{ id: 'default', levels }] });

/** A request of a sender, and everything that it sets off at once. */
async function send(world: Senders, path: string, body: object, key = world.ingestKey, headers: Record<string, string> = {}) {
  const response = await world.app.fetch(
    new Request(`http://tocsin.test${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    }),
  );
  await world.settled();
  return response;
}

/** An alarm of which nobody is told: pages here are those about the limit. */
const alarm = (dedupKey = 'disk', more: object = {}): object => ({ title: 'disk full', dedupKey, ...more });
const trigger = (world: Senders, dedupKey?: string): Promise<Response> => send(world, '/v1/events', alarm(dedupKey));
const enqueue = (world: Senders, more: object = {}): Promise<Response> =>
  send(world, '/v2/enqueue', {
    ...{ routing_key: world.ingestKey, event_action: 'trigger', dedup_key: 'disk' },
    payload: { summary: 'disk full', source: 'db-1', severity: 'critical' },
    ...more,
  });
const alert = (fingerprint: string, status: 'firing' | 'resolved' = 'firing'): object => ({
  ...{ status, fingerprint, labels: { alertname: fingerprint }, annotations: {} },
  ...{ startsAt: '0001-01-01T00:00:00Z', endsAt: '0001-01-01T00:00:00Z' },
});

/** As many alarms as it takes, one after the other. */
async function statuses(world: Senders, count: number): Promise<readonly number[]> {
  const found: number[] = [];
  for (let number = 0; number < count; number += 1) found.push((await trigger(world)).status);
  return found;
}

/** Sends until it is refused. */
async function flood(world: Senders): Promise<void> {
  for (let count = 0; count < 20; count += 1) if ((await trigger(world)).status !== 202) return;
  throw new Error('nothing is refused');
}

const retryAfter = (response: Response): number => Number(response.headers.get('retry-after'));
const aboutTheLimit = (world: World): readonly string[] => world.received(phone.lee);

describe('[P-062] a sender that floods', () => {
  it('may send a burst, then so many alarms each second; what is over it is answered 429 and not saved', async () => {
    const world = await limited();
    expect(await statuses(world, 5)).toEqual([202, 202, 202, 429, 429]);
    await world.pass('1s');
    expect(await statuses(world, 3)).toEqual([202, 202, 429]);
    const refused = await trigger(world, 'another problem');
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(await bodyOf(refused)).toMatchObject({ status: 429, code: 'ingest-limit' });
    expect(await world.declined()).toEqual([]);
    const { incidents } = await world.request('GET', '/v1/incidents');
    expect(incidents).not.toContainEqual(expect.objectContaining({ dedupKey: 'another problem' }));
  });

  it('may send 1,000 at once and 120 a second where the settings say nothing', async () => {
    const world = await limited({});
    expect((await statuses(world, 1001)).filter((status) => status === 202)).toHaveLength(1000);
    await world.pass('1s');
    expect((await statuses(world, 121)).filter((status) => status === 202)).toHaveLength(120);
  });

  it('is told when it may try again, and then it may', async () => {
    const world = await limited({ perSecond: 1, burst: 1 });
    await ingest(world, 'alertmanager', { alerts: ['a', 'b', 'c', 'd'].map((name) => alert(name)) });
    const refused = await trigger(world);
    expect(retryAfter(refused)).toBe(4);
    await world.pass('3s');
    expect(retryAfter(await trigger(world))).toBe(1);
    await world.pass('1s');
    expect((await trigger(world)).status).toBe(202);
  });

  it('is answered 429 in PagerDuty’s words on /v2/enqueue and /v2/change/enqueue', async () => {
    const world = await limited();
    await flood(world);
    for (const refused of [
      await enqueue(world),
      await send(world, '/v2/change/enqueue', { routing_key: world.ingestKey, payload: { summary: 'a release' } }),
    ]) {
      expect([refused.status, retryAfter(refused)]).toEqual([429, 1]);
      expect(await refused.json()).toMatchObject({ status: 'throttle exceeded', errors: [expect.any(String)] });
    }
    await world.pass('1s');
    expect((await enqueue(world)).status).toBe(202);
  });

  it('is answered 503 by the formats, because webhooks are repeated after 503 and not after 429', async () => {
    const world = await limited();
    await flood(world);
    const refused = await post(world, 'alertmanager', { alerts: [alert('a')] });
    expect([refused.status, retryAfter(refused)]).toEqual([503, 1]);
    expect(await bodyOf(refused)).toMatchObject({ code: 'ingest-limit' });
    await world.pass('1s');
    expect(await ingest(world, 'alertmanager', { alerts: [alert('a')] })).toMatchObject([{ outcome: 'created' }]);
  });

  it('spends one for each alert of a body, and a body larger than the burst comes in as soon as a small one would', async () => {
    const world = await limited();
    const large = { alerts: Array.from({ length: 13 }, (_, index) => alert(`a-${String(index)}`)) };
    expect(await ingest(world, 'alertmanager', large)).toHaveLength(13);
    const again = await post(world, 'alertmanager', large);
    expect([again.status, retryAfter(again)]).toEqual([503, 6]);
    await world.pass('6s');
    expect(await ingest(world, 'alertmanager', large)).toHaveLength(13);
  });

  it('does not hold up those who send with another key', async () => {
    const world = await limited();
    const { key } = await world.request('POST', '/v1/services/checkout/keys');
    await flood(world);
    expect((await send(world, '/v1/events', alarm(), String(key))).status).toBe(202);
  });

  it('keeps its Idempotency-Key for the time when it is let in', async () => {
    const world = await limited();
    await flood(world);
    const once = { 'idempotency-key': 'once' };
    expect((await send(world, '/v1/events', alarm('other'), world.ingestKey, once)).status).toBe(429);
    expect((await send(world, '/v1/ingest/alertmanager', { alerts: [alert('b')] }, world.ingestKey, once)).status).toBe(503);
    await world.pass('1s');
    expect((await send(world, '/v1/events', alarm('other'), world.ingestKey, once)).status).toBe(202);
    expect((await send(world, '/v1/ingest/alertmanager', { alerts: [alert('b')] }, world.ingestKey, once)).status).toBe(202);
  });

  it('hears of what is wrong with its event as before, which costs nothing', async () => {
    const world = await limited();
    for (let count = 0; count < 10; count += 1) expect((await send(world, '/v1/events', { title: ' ' })).status).toBe(422);
    expect(await statuses(world, 4)).toEqual([202, 202, 202, 429]);
    expect((await send(world, '/v1/events', { title: ' ' })).status).toBe(422);
  });
});

describe('at the limit', () => {
  it('acknowledges and resolves come in, so that nobody is kept awake by a resolve that was refused', async () => {
    const world = await limited();
    await flood(world);
    expect((await send(world, '/v1/events', { action: 'acknowledge', dedupKey: 'disk' })).status).toBe(202);
    expect((await enqueue(world, { event_action: 'resolve', payload: undefined })).status).toBe(202);
    const { incidents } = await world.request('GET', '/v1/incidents?state=resolved');
    expect(incidents).toMatchObject([{ dedupKey: 'disk', resolvedBy: 'monitor' }]);
    await world.pass('5m');
    expect(world.paged()).not.toContain('5 ben');
  });

  it('the resolves of a body are done even where its alarms are refused, and the whole is asked for again', async () => {
    const world = await limited();
    await ingest(world, 'alertmanager', { alerts: ['a', 'b', 'c'].map((name) => alert(name)) });
    const mixed = { alerts: [alert('a', 'resolved'), alert('b', 'resolved'), alert('b'), alert('d')] };
    expect((await post(world, 'alertmanager', mixed)).status).toBe(503);
    const stateOf = async (): Promise<readonly unknown[]> => {
      const { incidents } = await world.request('GET', '/v1/incidents');
      return Array.isArray(incidents)
        ? incidents.map(({ dedupKey, state }: { dedupKey: unknown; state: unknown }) => `${String(dedupKey)} ${String(state)}`).sort()
        : [];
    };
    expect(await stateOf()).toEqual(['a resolved', 'b active', 'c active', 'tocsin-ingest-limit active']);
    await world.pass('1s');
    expect((await ingest(world, 'alertmanager', mixed)).map(({ outcome }) => outcome)).toEqual(['ignored', 'merged', 'created', 'created']);
  });

  it('what became of each is listed, also where a body was done in part and its repeat has the same Idempotency-Key', async () => {
    const world = await withKey({ ...settings(), policies: [{ id: 'default', levels, severities: ['critical'] }] });
    await flood(world);
    const body = { alerts: [alert('of no weight'), alert('never fired', 'resolved')] };
    const once = { 'idempotency-key': 'once' };
    expect((await post(world, 'alertmanager', body, once)).status).toBe(503);
    expect(await world.declined()).toContain('ignored no-such-incident');
    await world.pass('1s');
    expect((await post(world, 'alertmanager', body, once)).status).toBe(202);
    const rows = (await world.stores.declined.list(null, 100)).map(({ dedupKey, reason }) => `${dedupKey}: ${reason}`);
    expect(rows).toEqual(expect.arrayContaining(['of no weight: severity', 'never fired: no-such-incident']));
  });
});

describe('that alarms are refused', () => {
  it('is told to the catch-all of the service, once, and to nobody else', async () => {
    const world = await limited();
    await flood(world);
    await flood(world);
    expect(aboutTheLimit(world)).toEqual([
      expect.stringMatching(/^\[HIGH\] checkout: Alarms are refused: one key sends more than 2 per second/),
    ]);
    for (let minutes = 0; minutes < 50; minutes += 1) {
      await world.pass('1m');
      await flood(world);
    }
    // Of the alarm itself she hears in its own right, when nobody has answered it.
    expect(aboutTheLimit(world).filter((text) => text.includes('Alarms are refused'))).toHaveLength(1);
    expect(world.messages.filter(({ to, text }) => to !== phone.lee && text.includes('refused'))).toEqual([]);
  });

  it('is answered like any page, and stays answered for the hour although it goes on', async () => {
    const world = await limited();
    await flood(world);
    await world.sms(phone.lee, `${world.code(phone.lee)} r`);
    const { incidents } = await world.request('GET', '/v1/incidents?state=resolved');
    expect(incidents).toMatchObject([{ dedupKey: 'tocsin-ingest-limit', resolvedBy: 'user:lead', policy: 'catch-all:default' }]);
    await world.pass('30m');
    await flood(world);
    expect(aboutTheLimit(world).filter((text) => text.includes('Alarms are refused'))).toHaveLength(1);
  });

  it('ends by itself after an hour, and is told again when it still goes on', async () => {
    const world = await limited();
    await flood(world);
    await world.pass('1h1m');
    const { incidents } = await world.request('GET', '/v1/incidents?state=resolved');
    expect(incidents).toMatchObject([{ dedupKey: 'tocsin-ingest-limit', resolvedBy: 'system' }]);
    await flood(world);
    expect(aboutTheLimit(world).filter((text) => text.includes('Alarms are refused'))).toHaveLength(2);
  });

  it('is no sender’s to touch: an alarm of theirs under the same dedup key is another one', async () => {
    const world = await limited();
    await flood(world);
    const [about] = (await world.request('GET', '/v1/incidents'))['incidents'] as { id: string; dedupKey: string }[];
    const id = about?.id ?? '';
    const dedupKey = 'tocsin-ingest-limit';
    expect(about?.dedupKey).toBe(dedupKey);
    const shown = async (): Promise<unknown> => (({ state, occurrences }) => ({ state, occurrences }))(await world.show(id));
    const untouched = { state: 'active', occurrences: 1 };
    for (const action of ['acknowledge', 'resolve']) {
      const answered = await send(world, '/v1/events', { action, dedupKey });
      expect(await bodyOf(answered)).toMatchObject({ outcome: 'ignored', reason: 'no-such-incident' });
      expect(await shown()).toEqual(untouched);
    }
    await world.pass('2s');
    const own = await bodyOf(await send(world, '/v1/events', alarm(dedupKey)));
    expect(own).toMatchObject({ outcome: 'created' });
    expect(own['incidentId']).not.toBe(id);
    expect(await shown()).toEqual(untouched);
    await world.act(id, 'resolve');
    expect(await world.show(id)).toMatchObject({ state: 'resolved' });
    expect(await world.show(String(own['incidentId']))).toMatchObject({ state: 'active' });
  });

  it('is told once also when the process starts anew meanwhile', async () => {
    const stores = makeMapStores();
    const restarted = async (ingestKey = ''): Promise<Senders> => {
      const world = new World((ports) => ports, stores);
      if (ingestKey !== '') return Object.assign(world, { ingestKey });
      await world.configure(withPolicy({ levels }, settings()));
      return Object.assign(world, { ingestKey: String((await world.request('POST', '/v1/services/checkout/keys'))['key']) });
    };
    const first = await restarted();
    await flood(first);
    const second = await restarted(first.ingestKey);
    await flood(second);
    expect([aboutTheLimit(first).length, aboutTheLimit(second).length]).toEqual([1, 0]);
  });

  it('is told to the catch-all of the policy where it has one', async () => {
    const world = await withKey({ ...settings(), policies: [{ id: 'default', levels, catchAll: ['user:cara'] }] });
    await flood(world);
    expect(world.received('+15555550103')).toEqual([expect.stringContaining('Alarms are refused')]);
    expect(aboutTheLimit(world)).toEqual([]);
  });

  it('is not refused itself, however full everything is', async () => {
    const world = await withKey({ settings: { catchAll: ['user:lead'], maxOpen: 1, ingest: { perSecond: 1, burst: 1 } } });
    await flood(world);
    expect(aboutTheLimit(world)).toHaveLength(1);
  });

  it('is told to nobody while the service is muted, and once the mute is over', async () => {
    const world = await limited();
    await world.request('POST', '/v1/services/checkout/mute', { for: '10m', reason: 'deploy' });
    await flood(world);
    expect(world.messages).toEqual([]);
    await world.pass('11m');
    await flood(world);
    expect(aboutTheLimit(world)).toHaveLength(1);
  });

  it('is asked for again soon when it could not be saved, and the sender hears 429 all the same', async () => {
    let broken = false;
    const world = await World.withConfig(withPolicy({ levels }, settings()), (ports) => ({
      ...ports,
      incidents: {
        ...ports.incidents,
        write: (...written) => (broken ? Promise.reject(new Error('the disk is full')) : ports.incidents.write(...written)),
      },
    }));
    const senders = Object.assign(world, { ingestKey: String((await world.request('POST', '/v1/services/checkout/keys'))['key']) });
    expect(await statuses(senders, 3)).toEqual([202, 202, 202]);
    broken = true;
    expect(await statuses(senders, 1)).toEqual([429]);
    broken = false;
    await flood(senders);
    expect(aboutTheLimit(world)).toEqual([]);
    await world.pass('6s');
    await flood(senders);
    expect(aboutTheLimit(world)).toHaveLength(1);
  });
});
