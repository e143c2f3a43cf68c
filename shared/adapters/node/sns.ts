import type { Sns } from '../../ports.ts';

const timeoutMs = 5_000;
const maxBytes = 64 * 1024;

/** Amazon SNS over HTTPS: each request within 5 s and 64 KB, and no redirect followed. */
export function makeSns(): Sns {
  return {
    certificate: (url) => read(url),
    confirm: async (url) => {
      await read(url);
    },
  };
}

async function read(url: string): Promise<string> {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`SNS answered ${response.status}`);
  }
  let size = 0;
  const chunks: Uint8Array[] = [];
  const body: AsyncIterable<Uint8Array> | null = response.body;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new Error(`SNS answered with more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
