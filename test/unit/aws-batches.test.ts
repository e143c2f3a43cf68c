import { describe, expect, it } from 'vitest';
import { workBatch, workEach } from '../../shared/adapters/aws/invocation.ts';
import { readQueued } from '../../shared/adapters/aws/work-messages.ts';
import type { Log } from '../../shared/ports.ts';

const made = () => {
  const errors: string[] = [];
  const log: Log = {
    info: () => undefined,
    error: (event, { messageId }) => errors.push(`${event} ${String(messageId)}`),
    alarm: () => undefined,
    measure: () => undefined,
  };
  return { errors, log };
};

const batch = (...bodies: readonly string[]) =>
  readQueued({ Records: bodies.map((body, place) => ({ messageId: `m${String(place)}`, body })) }) ?? [];
const look = (key: string): string => JSON.stringify({ key, generation: 1 });
const failures = (...names: readonly string[]): object => ({ batchItemFailures: names.map((itemIdentifier) => ({ itemIdentifier })) });

describe('a batch of the work queue', () => {
  it('is worked whole, and only what is none of ours comes back', async () => {
    const { errors, log } = made();
    const worked: unknown[] = [];
    const result = await workBatch(batch(look('a'), '{"not":"ours"}', look('b'), '{"test":"t","person":"ana"}'), log, (asked) => {
      worked.push(asked);
      return Promise.resolve();
    });
    expect(result).toEqual(failures('m1'));
    expect(errors).toEqual(['work-failed m1']);
    expect(worked).toHaveLength(3);
  });

  it('tells alone what failed', async () => {
    const { errors, log } = made();
    const run = (asked: { kind: string; id?: { key: string } }): Promise<void> =>
      asked.id?.key === 'b' ? Promise.reject(new Error('the table is away')) : Promise.resolve();
    expect(await workBatch(batch(look('a'), look('b'), look('c')), log, run)).toEqual(failures('m1'));
    expect(errors).toEqual(['work-failed m1']);
  });

  it('works one incident once at a time, and different ones together', async () => {
    const { log } = made();
    const running = new Set<string>();
    let most = 0;
    const run = async (asked: { kind: string; id?: { key: string } }): Promise<void> => {
      const key = asked.id?.key ?? '';
      expect(running.has(key)).toBe(false);
      running.add(key);
      most = Math.max(most, running.size);
      await new Promise((resolve) => setImmediate(resolve));
      running.delete(key);
    };
    expect(await workBatch(batch(look('a'), look('b'), look('a'), look('a')), log, run)).toEqual(failures());
    expect(most).toBe(2);
  });
});

describe('what topics and events bring', () => {
  const brought = ['one', 'two', 'three'].map((id) => ({ id, message: id }));

  it('is worked whole though one of it fails, and is then brought again', async () => {
    const { errors, log } = made();
    const worked: string[] = [];
    const run = ({ id }: { id: string }): Promise<void> => {
      worked.push(id);
      return id === 'two' ? Promise.reject(new Error('no')) : Promise.resolve();
    };
    await expect(workEach(brought, log, run)).rejects.toThrow('1 of 3 messages could not be worked');
    expect(worked).toEqual(['one', 'two', 'three']);
    expect(errors).toEqual(['message-failed two']);
  });

  it('is done with when nothing fails', async () => {
    const { errors, log } = made();
    await workEach(brought, log, () => Promise.resolve());
    expect(errors).toEqual([]);
  });
});
