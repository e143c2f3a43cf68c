import type { Stores } from '../shared/adapters/map/stores.ts';

type Inbox = Stores['inbox'];
type Message = Awaited<ReturnType<Inbox['list']>>[number];

const readAtOnce = 1000;

/** The newest messages of an inbox that can only be read forward: what was read once is not read again. Keeps the last `kept`. */
export function makeRecentMessages(inbox: Pick<Inbox, 'list'>, kept: number): (count: number) => Promise<readonly Message[]> {
  let messages: readonly Message[] = [];
  let reading: Promise<void> | null = null;

  const readOn = async (): Promise<void> => {
    for (;;) {
      const more = await inbox.list(messages.at(-1)?.id ?? null, readAtOnce);
      const known = new Set(messages.map(({ id }) => id));
      messages = [...messages, ...more.filter(({ id }) => !known.has(id))].slice(-kept);
      if (more.length < readAtOnce) return;
    }
  };

  return async (count) => {
    reading ??= readOn().finally(() => {
      reading = null;
    });
    await reading;
    return messages.slice(-count);
  };
}
