import type { InboxMessage, InboxStore } from '../../ports.ts';

/** The inbox in memory. */
export function makeMapInbox(): InboxStore {
  const places = new Map<string, number>();
  let messages: InboxMessage[] = [];
  return {
    put(message): Promise<void> {
      if (!places.has(message.id)) places.set(message.id, messages.push(message) - 1);
      return Promise.resolve();
    },
    list(after, limit): Promise<readonly InboxMessage[]> {
      const start = after === null ? 0 : (places.get(after) ?? -1) + 1;
      return Promise.resolve(messages.slice(start, start + limit));
    },
    removeBefore(at): Promise<number> {
      const before = messages.length;
      messages = messages.filter((message) => message.at >= at);
      places.clear();
      messages.forEach((message, place) => places.set(message.id, place));
      return Promise.resolve(before - messages.length);
    },
  };
}
