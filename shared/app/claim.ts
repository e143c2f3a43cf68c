import type { ClaimOutcome } from '../domain/commands.ts';
import type { IncidentId } from '../domain/incident-id.ts';
import type { Notification } from '../domain/notification.ts';
import type { Instant } from '../domain/time.ts';
import type { Ports } from '../ports.ts';
import { makeContactHealth } from './contact-health.ts';
import type { Loaded } from './item.ts';
import { measureSent } from './measures.ts';
import { send } from './send-claimed.ts';
import type { Sending } from './send.ts';
import type { Settling } from './settling.ts';

/** A claim, and what its messages are made of besides the incident. */
export interface Claim {
  readonly id: string;
  readonly numbers: readonly number[];
  readonly words: Omit<Sending, 'incident'>;
}

/** One send. A fault of ours is this message's alone: what came of the others is settled. */
async function sent(ports: Ports, sending: Sending, one: Notification): Promise<ClaimOutcome | null> {
  try {
    return await send(ports, sending, one);
  } catch (cause) {
    ports.log.error('send-failed', { incident: sending.incident.key }, cause);
    return { n: one.n, sent: false, permanent: false, code: 'fault', retryAfter: null };
  }
}

/** After it the person's next contact is to be asked. */
const asksNext = (one: Notification, outcome: ClaimOutcome | null): boolean =>
  one.kind === 'page' && outcome?.sent === false && outcome.permanent;

/**
 * Sends what a claim holds, side by side, and settles it in one write when all is done; the item as it then is, or null. A page that failed for good
 * does not wait for the others: what is known by then is settled before, and `look` sees to the contacts that come next, within the same `until`.
 */
export function makeSendClaim(
  ports: Ports,
  { settled }: Settling,
  look: (id: IncidentId, until: Instant) => Promise<void>,
): (found: Loaded, claim: Claim, until: Instant) => Promise<Loaded | null> {
  const health = makeContactHealth(ports);

  return async (found, claim, until) => {
    const sending = { incident: found.incident, ...claim.words };
    const claimed = found.incident.outbox.filter((one) => one.lease?.claim === claim.id);
    const outcomes: ClaimOutcome[] = [];
    const looks: Promise<void>[] = [];
    let waiting = claimed.length;
    let current = found;
    let early = Promise.resolve();
    const failed = (cause: unknown): void => {
      ports.log.error('fall-over-failed', { incident: found.incident.key }, cause);
    };

    async function settleEarly(): Promise<void> {
      if (waiting === 0) return;
      const next = await settled(current, claim.id, [...outcomes]);
      if (next === null || next === current) return;
      current = next;
      looks.push(look(next.incident, until).catch(failed));
    }

    await Promise.all(
      claimed.map(async (one) => {
        const outcome = await sent(ports, sending, one);
        waiting -= 1;
        measureSent(ports, sending, one, outcome);
        if (outcome !== null) outcomes.push(outcome);
        // One after the other; what fails here fails again when all is settled.
        if (asksNext(one, outcome)) early = early.then(settleEarly).catch(failed);
      }),
    );
    await early;
    const last = await settled(current, claim.id, outcomes);
    for (const outcome of outcomes) {
      const one = claimed.find((candidate) => candidate.n === outcome.n);
      if (one !== undefined && outcome.sent !== 'bundled') await health.note(one, outcome);
    }
    await Promise.all(looks);
    return last;
  };
}
