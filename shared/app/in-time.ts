import type { Ports } from '../ports.ts';

/** How long a page waits for what it can do without. */
const limitMs = 3000;

/** What a page can do without: asked for twice, and null when it cannot be had or not soon enough. */
export async function inTime<T>(ports: Pick<Ports, 'timers' | 'log'>, event: string, get: () => Promise<T | null>): Promise<T | null> {
  try {
    const got = await ports.timers.within(limitMs, () => get().catch(get));
    if (got !== 'timeout') return got;
    ports.log.error(event, { timeout: true });
  } catch (cause) {
    ports.log.error(event, { timeout: false }, cause);
  }
  return null;
}
