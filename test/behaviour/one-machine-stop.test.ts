import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Machine } from '../../local/machine.ts';
import { inbox, pagedBySms, pass, raise, send, start, temporaryFolder } from './one-machine-world.ts';

/** A provider that takes its time, until the test lets it. */
function slowProvider() {
  let release = (): void => undefined;
  let asked = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const called = new Promise<void>((resolve) => (asked = resolve));
  const around: NonNullable<Parameters<typeof start>[0]>['around'] = {
    stores: (stores) => stores,
    transports: (transports) => ({
      ...transports,
      sms: async (message) => {
        asked();
        await released;
        return transports.sms(message);
      },
    }),
  };
  return { around, called, release };
}

/** A POST whose body is still to come. */
function halfSent(machine: Machine) {
  const body = JSON.stringify({ title: 'disk full', dedupKey: 'half' });
  const headers = {
    authorization: `Bearer ${machine.localKey?.key ?? ''}`,
    'content-type': 'application/json',
    'content-length': body.length,
  };
  const outgoing = request(`${machine.address}/v1/events`, { method: 'POST', headers });
  const answered = new Promise<number>((resolve, reject) => {
    outgoing.on('response', (incoming) => {
      incoming.resume();
      resolve(incoming.statusCode ?? 0);
    });
    outgoing.on('error', reject);
  });
  const begun = new Promise<void>((resolve) => {
    outgoing.write(body.slice(0, 5), () => {
      resolve();
    });
  });
  return {
    begun,
    end: () => {
      outgoing.end(body.slice(5));
      return answered;
    },
  };
}

describe('a machine that is told to stop [T-065]', () => {
  test('takes no new request, ends the running one, and has stored what it answered', async () => {
    const folder = temporaryFolder();
    const machine = await start({ data: folder });
    const running = halfSent(machine);
    await running.begun;
    await send(machine, 'GET', '/health');
    const stopped = machine.stop();
    await expect(send(machine, 'GET', '/health')).rejects.toThrow();
    expect(await running.end()).toBe(202);
    await stopped;

    const next = await start({ data: folder });
    await pass(next, '1s');
    expect(pagedBySms(await inbox(next))).toEqual(['ana']);
  });

  test('ends the send that is running, so that nobody is told twice', async () => {
    const folder = temporaryFolder();
    const { around, called, release } = slowProvider();
    const machine = await start({ data: folder, around });
    await raise(machine);
    await called;
    const stopped = machine.stop();
    release();
    await stopped;

    const next = await start({ data: folder });
    await pass(next, '1m');
    expect(pagedBySms(await inbox(next))).toEqual(['ana']);
  });

  test('is not held up by an open inbox page or an idle connection', async () => {
    const machine = await start();
    const { port } = new URL(machine.address);
    const idle = connect(Number(port), '127.0.0.1');
    const stream = await fetch(`${machine.address}/local/events`);
    await machine.stop();
    await expect(stream.text()).resolves.toContain('data: changed');
    idle.destroy();
  });

  test('lets the folder go, and may be told twice', async () => {
    const folder = temporaryFolder();
    const machine = await start({ data: folder });
    await Promise.all([machine.stop(), machine.stop()]);
    await expect(start({ data: folder })).resolves.toBeDefined();
  });
});

describe('an open inbox page', () => {
  test('hears of a message when it comes', async () => {
    const machine = await start();
    const reader = (await fetch(`${machine.address}/local/events`)).body?.pipeThrough(new TextDecoderStream()).getReader();
    await reader?.read();
    await raise(machine);
    expect((await reader?.read())?.value).toContain('data: changed');
  });
});
