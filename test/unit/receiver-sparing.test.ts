import { beforeEach, describe, expect, test } from 'vitest';
import { sparing } from '../../shared/adapters/node/receiver-sparing.ts';
import { postResult } from '../../shared/adapters/node/post-result.ts';
import type { Post, Posted } from '../../shared/adapters/node/https-post.ts';

const answered: Posted = { kind: 'answered', status: 200, retryAfter: null, text: '' };
const timeout: Posted = { kind: 'unanswered', why: 'timeout', code: null };
const spared: Posted = { kind: 'unanswered', why: 'spared', code: null };

describe('a receiver that posts wait for', () => {
  let now = 0;
  let asked: { readonly url: string; readonly end: (posted: Posted) => void; readonly fail: (cause: Error) => void }[] = [];
  let post: (one: Post) => Promise<Posted>;
  beforeEach(() => {
    now = 0;
    asked = [];
    const real = (): number => now;
    post = sparing(({ url }) => new Promise<Posted>((end, fail) => void asked.push({ url, end, fail })), {
      receiverOf: ({ url }) => url,
      isSilent: (posted) => posted.kind === 'unanswered' && posted.why === 'timeout',
      slowMs: 2000,
      spared,
      real,
    });
  });
  const to = (url = 'https://hooks.example.com/a'): Promise<Posted> => post({ url, headers: {}, body: '' });

  /** One that takes so many milliseconds to end. */
  async function one(posted: Posted, milliseconds: number): Promise<void> {
    const sent = to();
    now += milliseconds;
    asked.at(-1)?.end(posted);
    expect(await sent).toEqual(posted);
  }

  test('takes as many at once as there are while it answers', async () => {
    await one(answered, 1999);
    const many = Array.from({ length: 200 }, () => to());
    expect(asked).toHaveLength(201);
    for (const { end } of asked) end(answered);
    expect(await Promise.all(many)).toEqual(Array(200).fill(answered));
  });

  test('and that says nothing is left alone for two seconds: what comes meanwhile fails at once, and is tried again', async () => {
    await one(timeout, 5000);
    expect(await to()).toEqual(spared);
    expect(postResult(spared, 0)).toEqual({ ok: false, permanent: false, code: 'spared', retryAfter: null });
    expect(asked).toHaveLength(1);
    now += 2000;
    await one(answered, 10);
    await one(answered, 10);
  });

  test.each([
    ['is slow', 16, answered, 2000],
    ['has said nothing', 4, timeout, 5000],
  ] as const)('and that %s is waited for by %i at once, until it is quick again', async (_, most, posted, milliseconds) => {
    await one(posted, milliseconds);
    now += 2000;
    const some = Array.from({ length: most }, () => to());
    expect(await to()).toEqual(spared);
    expect(asked).toHaveLength(1 + most);
    for (const { end } of asked) end(answered);
    expect(await Promise.all(some)).toEqual(Array(most).fill(answered));
    const many = Array.from({ length: 30 }, () => to());
    expect(asked).toHaveLength(31 + most);
    for (const { end } of asked) end(answered);
    await Promise.all(many);
  });

  test('is another than the one beside it', async () => {
    await one(timeout, 5000);
    const other = to('https://hooks.example.com/b');
    asked.at(-1)?.end(answered);
    expect(await other).toEqual(answered);
  });

  test('has its place back after a fault of ours', async () => {
    await one(answered, 2000);
    for (let count = 0; count < 30; count += 1) {
      const sent = to();
      asked.at(-1)?.fail(new Error('a fault'));
      await expect(sent).rejects.toThrow('a fault');
    }
    expect(asked).toHaveLength(31);
  });
});
