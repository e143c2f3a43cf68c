import { connect, type Socket } from 'node:net';
import { argv, exit, stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline';

// Usage: crowd.ts PORT COUNT WAY. Opens so many connections at once and is a nuisance on each; told `report` it says in a line what became of them, and it
// ends when nobody listens to it any more.
const [port = '', count = '', way = ''] = argv.slice(2);

const head = `POST /v2/enqueue HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\n`;
/** What each says at once, and then one byte of each second, over and over. */
const ways: Readonly<Record<string, readonly [first: string, then: string]>> = {
  silent: ['', ''],
  heads: [head, 'x-a: b\r\n'],
  bodies: [`${head}content-length: 100000\r\n\r\n{"payload":{"summary":"`, 'x'],
};
const [first, then] = ways[way] ?? ['', ''];
const seen = { opened: 0, refused: 0, ended: 0 };
const open = new Set<Socket>();

for (let n = 0; n < Number(count); n += 1) {
  const socket = connect({ port: Number(port), host: '127.0.0.1' });
  socket.on('connect', () => {
    seen.opened += 1;
    open.add(socket);
    if (first !== '') socket.write(first);
  });
  socket.on('error', (cause: Error & { code?: string }) => {
    if (cause.code === 'EMFILE' || cause.code === 'EADDRNOTAVAIL') {
      stdout.write(`This machine does not allow ${count} connections at once: ${cause.code}.\n`);
      exit(1);
    }
    if (!open.has(socket)) seen.refused += 1;
  });
  socket.on('close', () => {
    if (open.delete(socket)) seen.ended += 1;
  });
  socket.resume();
}

let second = 0;
setInterval(() => {
  if (then === '') return;
  for (const socket of open) socket.write(then.charAt(second % then.length));
  second += 1;
}, 1000);

createInterface({ input: stdin })
  .on('line', () => stdout.write(`${JSON.stringify({ ...seen, open: open.size })}\n`))
  .on('close', () => exit(0));
