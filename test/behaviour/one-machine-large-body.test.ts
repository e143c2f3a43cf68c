import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Machine } from '../../local/machine.ts';
import { start } from './one-machine-world.ts';

const megabyte = Buffer.alloc(1024 * 1024, 'x');

/** A client with a socket of its own, in the middle of a body of 20 MB. */
class Sender {
  readonly #socket: Socket;
  #heard = '';
  #error: Error | null = null;
  /** Null: the connection ended well. */
  readonly closed: Promise<Error | null>;

  constructor({ address, localKey }: Machine) {
    const { port, hostname, host } = new URL(address);
    this.#socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    this.#socket.setEncoding('utf8');
    this.#socket.on('data', (text: string) => (this.#heard += text));
    this.#socket.on('error', (error) => (this.#error = error));
    this.closed = new Promise((resolve) => {
      this.#socket.on('close', () => {
        resolve(this.#error);
      });
    });
    const head = [
      'POST /v1/events HTTP/1.1',
      `host: ${host}`,
      `authorization: Bearer ${localKey?.key ?? ''}`,
      'content-type: application/json',
      `content-length: ${20 * megabyte.length}`,
    ];
    this.#socket.write(`${head.join('\r\n')}\r\n\r\n`);
  }

  async send(megabytes: number): Promise<void> {
    for (let sent = 0; sent < megabytes && this.#error === null; sent += 1) {
      await new Promise((resolve) => this.#socket.write(megabyte, resolve));
    }
  }

  /** The whole answer, as soon as it is there. */
  answer(): Promise<string> {
    return new Promise((resolve) => {
      const look = (): void => {
        const [head = '', body] = this.#heard.split('\r\n\r\n');
        if (body?.length === Number(/content-length: (\d+)/i.exec(head)?.[1])) resolve(this.#heard);
      };
      this.#socket.on('data', look);
      look();
    });
  }

  /** Nothing more will come from here. */
  end(): void {
    this.#socket.end();
  }
}

describe('a body of more than 8 MB is answered while it is still coming', () => {
  test('with 413, and the answer says that the connection ends', async () => {
    const sender = new Sender(await start());
    await sender.send(9);
    const answer = await sender.answer();
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('"code":"body-too-large"');
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    sender.end();
    expect(await sender.closed).toBeNull();
  });

  test('and a client that sends on to the end meets no reset connection, before or after it reads the answer', async () => {
    const sender = new Sender(await start());
    await sender.send(9);
    await sender.answer();
    await sender.send(11);
    sender.end();
    expect(await sender.closed).toBeNull();
  });

  test('while one below 8 MB leaves the connection for the next request', async () => {
    const machine = await start();
    const headers = { authorization: `Bearer ${machine.localKey?.key ?? ''}`, 'content-type': 'application/json' };
    const answer = await fetch(`${machine.address}/v1/events`, { method: 'POST', headers, body: megabyte });
    expect([answer.status, answer.headers.get('connection')]).toEqual([413, 'keep-alive']);
  });
});
