import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { inbox, pagedBySms, pass, post, raise, send, start, temporaryFolder } from './one-machine-world.ts';

const minute = 60_000;
const clockFile = z.object({ policy: z.number() });
const anybody: unknown = expect.stringMatching(/^(ana|ben)$/);

test('the inbox is told who is on call now and next', async () => {
  const machine = await start();
  const { text } = await send(machine, 'GET', '/local/on-call');
  const primary: unknown = expect.objectContaining({ id: 'primary', people: [{ id: anybody, layer: 'week' }] });
  expect(JSON.parse(text)).toMatchObject({ schedules: [primary], names: { ana: 'Ana', ben: 'Ben' } });
});

describe('the pages without credentials', () => {
  const paths = ['/', '/local/inbox', '/local/clock', '/local/incidents', '/local/on-call', '/local/page/inbox.js'];

  test.each(paths)('are served under the names of this machine: %s', async (path) => {
    const machine = await start();
    const { port } = new URL(machine.address);
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
      const headers = { host: `${name}:${port}`, origin: `http://${name}:${port}` };
      expect((await send(machine, 'GET', path, { headers })).status).toBe(200);
    }
  });

  test.each([...paths, '/local/nothing'])('refuse a name that somebody pointed at this machine: %s', async (path) => {
    const machine = await start();
    for (const host of ['tocsin.example', '127.0.0.1', 'localhost:1', '127.0.0.1.evil.example:80']) {
      const answer = await send(machine, 'GET', path, { headers: { host } });
      expect([answer.status, answer.headers['content-type']]).toEqual([403, 'application/problem+json']);
    }
  });

  test.each(['/local/sms', '/local/clock', '/local/sample'])('refuse a page from elsewhere: %s', async (path) => {
    const machine = await start();
    for (const origin of ['https://evil.example', 'null', machine.address.replace('http:', 'https:'), 'http://127.0.0.1:1']) {
      const headers = { origin, 'content-type': 'application/json' };
      expect((await send(machine, 'POST', path, { headers, body: '{"advance":"1h","from":"+15555550100","text":"ack"}' })).status).toBe(
        403,
      );
    }
    expect(await inbox(machine)).toEqual([]);
  });

  test('say which methods a path knows, and where there is nothing', async () => {
    const machine = await start();
    const answer = await send(machine, 'PUT', '/local/clock');
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD, POST']);
    expect((await send(machine, 'GET', '/local/nothing')).status).toBe(404);
    expect((await send(machine, 'GET', '/local/incidents/none/timeline')).status).toBe(404);
  });

  test('name the file of the key and never the key', async () => {
    const machine = await start({ data: temporaryFolder() });
    const page = await send(machine, 'GET', '/');
    expect(page.text).toContain('ingest-key-checkout');
    expect(page.text).not.toContain(machine.localKey?.key);
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; .*script-src 'self'/);
  });
});

describe('the inbox', () => {
  test('tells everything about a page: who, how, the code that the text holds, and the link to acknowledge', async () => {
    const machine = await start();
    const incidentId = await raise(machine);
    await pass(machine, '1s');
    const [page] = await inbox(machine);
    expect(page).toMatchObject({ kind: 'page', channel: 'sms', to: '+15555550100', person: 'ana', subject: null, incidentId });
    expect(page?.text).toContain(page?.code);
    expect(page?.ackUrl?.startsWith(`${machine.address}/a/`)).toBe(true);
    const link = await send(machine, 'GET', new URL(page?.ackUrl ?? '').pathname);
    expect([link.status, link.text.includes('Acknowledge')]).toEqual([200, true]);
  });

  test('gives what came after the last message seen, the oldest first, and the newest when asked', async () => {
    const machine = await start();
    for (const key of ['a', 'b', 'c']) {
      await raise(machine, key);
      await pass(machine, '1s');
    }
    const all = await inbox(machine);
    expect(all).toHaveLength(3);
    expect(await inbox(machine, `?after=${all[0]?.id ?? ''}`)).toEqual(all.slice(1));
    expect(await inbox(machine, '?limit=2')).toEqual(all.slice(0, 2));
    expect(await inbox(machine, '?newest=1')).toEqual(all.slice(2));
    expect((await send(machine, 'GET', '/local/inbox?limit=none')).status).toBe(422);
  });

  test('takes the answer of a handset and gives back what is replied', async () => {
    const machine = await start();
    const incidentId = await raise(machine);
    await pass(machine, '1s');
    const [page] = await inbox(machine);
    expect(await post(machine, '/local/sms', { from: page?.to, text: page?.code })).toEqual({
      replies: [expect.stringContaining('Acknowledged')],
    });
    expect((await send(machine, 'GET', `/local/incidents/${incidentId}/timeline`)).text).toContain('user:ana');
    expect(await post(machine, '/local/sms', { from: '+15555550199', text: '1234' })).toEqual({ replies: [] });
    await expect(post(machine, '/local/sms', { from: page?.to })).rejects.toThrow('422');
  });

  test('raises a sample alarm by the road every alarm takes', async () => {
    const machine = await start();
    expect(await post(machine, '/local/sample', {})).toMatchObject({ status: 'accepted', outcome: 'created' });
    await pass(machine, '1s');
    expect(pagedBySms(await inbox(machine))).toEqual(['ana']);
  });
});

describe('policy time that is let pass', () => {
  test('passes through every due instant in order, and all that came due has been sent when the answer comes', async () => {
    const machine = await start();
    await raise(machine);
    const { unsettled } = await pass(machine, '16m');
    expect(unsettled).toBe(0);
    const pages = (await inbox(machine)).filter(({ kind }) => kind === 'page');
    const first = Date.parse(pages[0]?.at ?? '');
    const told = pages.map(({ person, channel, at }) => `${person} ${channel} ${Math.round((Date.parse(at) - first) / minute)}`);
    expect(told.slice(0, 6)).toEqual(['ana sms 0', 'ana email 2', 'ana sms 5', 'ana email 7', 'ana sms 10', 'ana email 12']);
    expect(told.slice(6).toSorted()).toEqual(['ana sms 15', 'ben sms 15']);
  });

  test('goes through retries too: a provider that fails for a while is tried again', async () => {
    let failures = 3;
    const machine = await start({
      around: {
        stores: (stores) => stores,
        transports: (transports) => ({
          ...transports,
          sms: (message) =>
            failures-- > 0
              ? Promise.resolve({ ok: false, permanent: false, code: 'throttled', retryAfter: null })
              : transports.sms(message),
        }),
      },
    });
    await raise(machine);
    expect((await pass(machine, '1m')).unsettled).toBe(0);
    expect(pagedBySms(await inbox(machine))).toEqual(['ana']);
  });

  test('takes the others through their levels in order though one incident cannot be worked', async () => {
    let stuck: string | null = null;
    const machine = await start({
      around: {
        stores: (stores) => ({
          ...stores,
          incidents: {
            ...stores.incidents,
            write: (incident, expected) =>
              incident.key === stuck ? Promise.reject(new Error('out of reach')) : stores.incidents.write(incident, expected),
          },
        }),
        transports: (transports) => transports,
      },
    });
    const incidentId = await raise(machine, 'stuck');
    await pass(machine, '1s');
    stuck = incidentId.replace(/-1$/, '');
    const healthy = await raise(machine, 'healthy');
    const { unsettled } = await pass(machine, '16m');
    expect(unsettled).toBe(1);
    const pages = (await inbox(machine)).filter((message) => message.kind === 'page' && message.incidentId === healthy);
    const first = Date.parse(pages[0]?.at ?? '');
    const told = pages.map(({ person, channel, at }) => `${person} ${channel} ${Math.round((Date.parse(at) - first) / minute)}`);
    expect(told.slice(0, 6)).toEqual(['ana sms 0', 'ana email 2', 'ana sms 5', 'ana email 7', 'ana sms 10', 'ana email 12']);
    expect(told.slice(6).toSorted()).toEqual(['ana sms 15', 'ben sms 15']);
  });

  test('is where it was asked to be even after a month of nobody answering', async () => {
    const machine = await start();
    await raise(machine);
    const before = Date.parse((await inbox(machine))[0]?.at ?? '') || Date.now();
    const { now, unsettled } = await pass(machine, '30d');
    expect(unsettled).toBe(0);
    expect(now - before).toBeGreaterThanOrEqual(30 * 24 * 60 * minute);
  });

  test('adds up when it is asked for twice at the same time', async () => {
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const machine = await start({
      around: {
        stores: (stores) => stores,
        transports: (transports) => ({
          ...transports,
          email: async (message) => {
            await answered;
            return transports.email(message);
          },
        }),
      },
    });
    await raise(machine);
    const before = (await pass(machine, '1s')).now;
    // The first stands still at an e-mail while the second is asked for.
    const both = [pass(machine, '1h'), pass(machine, '1h')];
    await send(machine, 'GET', '/local/clock');
    answer();
    expect(Math.max(...(await Promise.all(both)).map(({ now }) => now)) - before).toBeGreaterThanOrEqual(120 * minute);
  });

  test('is stored before anything of it is seen, so that a crash in the midst of it does not set it back', async () => {
    const data = temporaryFolder();
    const stored: number[] = [];
    const machine = await start({
      data,
      around: {
        stores: (stores) => stores,
        transports: (transports) => ({
          ...transports,
          email: (message) => {
            stored.push(clockFile.parse(JSON.parse(readFileSync(join(data, 'clock.json'), 'utf8'))).policy);
            return transports.email(message);
          },
        }),
      },
    });
    await raise(machine);
    const before = (await pass(machine, '1s')).now;
    await pass(machine, '3m');
    expect(stored).toHaveLength(1);
    expect(stored[0]).toBeGreaterThanOrEqual(before + 3 * minute);
  });

  test.each(['0s', '-1m', '367d', 'soon', '', 0.5, null])('must be a duration: %s', async (advance) => {
    const machine = await start();
    const answer = await send(machine, 'POST', '/local/clock', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ advance }),
    });
    expect([answer.status, answer.headers['content-type']]).toEqual([422, 'application/problem+json']);
  });
});
