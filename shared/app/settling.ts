import { commit } from '../domain/bookkeeping.ts';
import type { ClaimOutcome, Context } from '../domain/commands.ts';
import type { IncidentEvent } from '../domain/events.ts';
import type { Incident } from '../domain/incident.ts';
import type { Purpose } from '../domain/notification.ts';
import { settle } from '../domain/settle.ts';
import type { Ports } from '../ports.ts';
import { load, store, type Loaded } from './item.ts';
import { decided, Undecidable } from './poison.ts';

const firstPauseMs = 50;
const longestPauseMs = 2000;
/** With the pauses, minutes: what was sent and is not settled is sent again, so giving up early is the worse choice. */
const settleAttempts = 200;

/** Pages that come when nobody answers: after them there is nobody else to ask. */
const lastResort: readonly Purpose[] = ['exhausted', 'limit', 'nobodyReached', 'reminder', 'failed'];

/** Whether the events mean that a page to the catch-all was given up, with no other contact left to try. */
function catchAllMissed(before: Incident, events: readonly IncidentEvent[]): boolean {
  return events.some((event) => {
    if (event.type !== 'notificationFailed' || event.retryAt !== null) return false;
    const page = before.outbox.find((one) => one.n === event.n);
    if (page === undefined || !lastResort.includes(page.purpose)) return false;
    return !events.some((other) => other.type === 'fallbackAdded' && other.instead === event.n && other.notifications.length > 0);
  });
}

export interface Settling {
  /** Writes what the provider said. It tries until it succeeds or finds its claim gone; the item as it then is, or null. */
  readonly settled: (found: Loaded, claim: string, outcomes: readonly ClaimOutcome[]) => Promise<Loaded | null>;
}

/** Settles what was sent under a claim. `contextOf` tells what the incident is to be judged by. */
export function makeSettling(ports: Ports, contextOf: (incident: Incident) => Promise<Context>): Settling {
  async function attempt(current: Loaded, claim: string, outcomes: readonly ClaimOutcome[]): Promise<Loaded | null> {
    const context = await contextOf(current.incident);
    const draft = decided(() => settle(current.incident, claim, outcomes, context));
    if (draft.events.length === 0) return current;
    const next = decided(() => commit(current.incident, draft));
    if (!(await store(ports, current, next))) return null;
    if (catchAllMissed(current.incident, draft.events)) ports.log.alarm('catch-all-page-failed', { incident: next.key });
    return { kind: current.kind, incident: next };
  }

  async function settled(found: Loaded, claim: string, outcomes: readonly ClaimOutcome[]): Promise<Loaded | null> {
    let current: Loaded | null = found;
    for (let count = 0; count < settleAttempts; count += 1) {
      try {
        if (current === null) {
          const again = await load(ports, found.incident);
          if (again === null || again.kind === 'unreadable') return null;
          current = again;
        }
        const done = await attempt(current, claim, outcomes);
        if (done !== null) return done;
      } catch (cause) {
        if (cause instanceof Undecidable) throw cause;
        ports.log.error('settle-failed', { incident: found.incident.key }, cause);
        await ports.timers.sleep(Math.min(longestPauseMs, firstPauseMs * 2 ** count));
      }
      current = null;
    }
    return null;
  }

  return { settled };
}
