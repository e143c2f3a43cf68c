import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { beforeAll, afterAll, describe, expect, test } from 'vitest';
import { addressesOf } from '../../shared/adapters/node/name-service.ts';

const records: Readonly<Record<string, Readonly<Record<number, readonly number[]>>>> = {
  'both.example.com': { 1: [192, 0, 2, 7], 28: [0x20, 0x01, 0x0d, 0xb8, ...Array<number>(11).fill(0), 7] },
  'half.example.com': { 1: [192, 0, 2, 9] },
  'four.example.com': { 1: [192, 0, 2, 8] },
  'six.example.com': { 28: [0x20, 0x01, 0x0d, 0xb8, ...Array<number>(11).fill(0), 8] },
};

/** The name and the type that a query asks for, and where its question ends. */
function asked(query: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** As RFC 1035 has it: the question again, and one record or none. */
function answerTo(query: Buffer): Buffer | null {
  const { name, type, end } = asked(query);
  if (name.endsWith('.silent.example') || (name === 'half.example.com' && type === 28)) return null;
  const data = records[name]?.[type];
  const head = Buffer.from([
    ...query.subarray(0, 2),
    0x81,
    records[name] === undefined ? 0x83 : 0x80,
    0,
    1,
    0,
    data === undefined ? 0 : 1,
    0,
    0,
    0,
    0,
  ]);
  const record = data === undefined ? [] : [0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length, ...data];
  return Buffer.concat([head, query.subarray(12, end), Buffer.from(record)]);
}

describe('the addresses of a name', () => {
  const socket = createSocket('udp4');
  let servers: readonly string[] = [];
  beforeAll(async () => {
    socket.on('message', (query, { port, address }) => {
      const answer = answerTo(query);
      if (answer !== null) socket.send(answer, port, address);
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    servers = [`127.0.0.1:${String(socket.address().port)}`];
  });
  afterAll(() => socket.close());

  test.each([
    [
      'both.example.com',
      [
        { address: '192.0.2.7', family: 4 },
        { address: '2001:db8::7', family: 6 },
      ],
    ],
    ['four.example.com', [{ address: '192.0.2.8', family: 4 }]],
    ['six.example.com', [{ address: '2001:db8::8', family: 6 }]],
  ])('are all that it has: %s', async (name, addresses) => {
    expect(await addressesOf(name, servers)).toEqual(addresses);
  });

  test('are those of the old kind where its servers say nothing to the question for the new one', async () => {
    const since = performance.now();
    expect(await addressesOf('half.example.com', servers)).toEqual([{ address: '192.0.2.9', family: 4 }]);
    expect(performance.now() - since).toBeLessThan(1000);
  });

  test('are none where there is no such name, with the code that says so', async () => {
    await expect(addressesOf('nowhere.example.com', servers)).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  test('are given up when its servers say nothing, and nothing else waits for that', async () => {
    const silent = Array.from({ length: 20 }, (_, n) => addressesOf(`hook-${String(n)}.silent.example`, servers));
    const given = Promise.allSettled(silent);
    const since = performance.now();
    expect(await addressesOf('four.example.com', servers)).toHaveLength(1);
    await lookup('localhost');
    expect(performance.now() - since).toBeLessThan(1000);
    expect(await given).toEqual(
      silent.map(() => ({ status: 'rejected', reason: expect.objectContaining({ code: 'ETIMEOUT' }) as unknown })),
    );
  });
});
