import { isDeepStrictEqual } from 'node:util';
import { leaseMs } from '../domain/commands.ts';
import type { Directory } from '../domain/directory.ts';
import {
  handoffsNow,
  isLeased,
  nothingSeen,
  settledHandoffs,
  wantsNotices,
  type HandoffNotice,
  type HandoffOutcome,
  type Handoffs,
} from '../domain/on-call/handoffs.ts';
import { earliest, type Instant } from '../domain/time.ts';
import type { Ports, TakingPorts } from '../ports.ts';
import { attemptsFor, pause } from './attempts.ts';
import type { CachedConfiguration } from './configuration.ts';
import { makeHandoffSending } from './handoff-sending.ts';

const sentAtOnce = 25;
/** More turns than all notices of one instant take; what is left is found again by its `lookAt`. */
const turnLimit = 100;
const faultLimit = 5;

/** What was claimed, and what came of it. */
interface Claimed {
  readonly claim: string;
  readonly outcomes: readonly HandoffOutcome[];
}

const isDue =
  (now: Instant) =>
  ({ notBefore }: HandoffNotice): boolean =>
    notBefore <= now;

/**
 * Looks who came on call and went off since the last look, and tells those who want to know. What is to be sent is written, under a lease, before it is
 * sent, and what came of it after: of several that look at once one sends, and what it leaves undone another finds. Safe to call at any time and any
 * number of times; a fault of its surroundings is thrown and leaves the rest to `lookAt`, as does `until`: from that instant of real time on nothing
 * more is sent.
 */
export function makeHandoffLook(ports: Ports, configuration: CachedConfiguration): (until?: Instant) => Promise<void> {
  const { handoffs, clock, random } = ports;
  const send = makeHandoffSending(ports);

  /** What to write now; null: somebody else is at it. */
  function next(current: Handoffs, claimed: Claimed | null, directory: Directory): Handoffs | null {
    const now = clock.now();
    const others = claimed === null ? isLeased(current, { real: clock.real(), ...ports }) : current.lease?.claim !== claimed.claim;
    return others ? null : handoffsNow(settledHandoffs(current, claimed?.outcomes ?? [], now), directory, now);
  }

  function claim(seen: Handoffs): Handoffs {
    const lookAt = clock.now() + clock.toPolicy(leaseMs);
    return { ...seen, lookAt, lease: { claim: random.id(), until: clock.real() + leaseMs } };
  }

  /** One look: one write at the most, and one round of sends. Null: there is nothing more to do. */
  async function turn(claimed: Claimed | null, until: Instant): Promise<Claimed | 'again' | null> {
    const current = (await handoffs.current()) ?? nothingSeen;
    // Whoever changed it asked for this look.
    configuration.invalidate();
    const directory = await configuration.directory();
    const seen = next(current, claimed, directory);
    if (seen === null) return null;
    const due = clock.real() < until ? seen.notices.filter(isDue(clock.now())).slice(0, sentAtOnce) : [];
    const wanted = due.length === 0 ? seen : claim(seen);
    if (isDeepStrictEqual(wanted, current)) return null;
    if (!(await handoffs.save({ ...wanted, version: current.version + 1 }))) return 'again';
    return wanted.lease === null ? null : { claim: wanted.lease.claim, outcomes: await send(due, directory) };
  }

  return async (until = Infinity) => {
    let claimed: Claimed | null = null;
    let faults = 0;
    for (let count = 0; count < turnLimit; count += 1) {
      try {
        const then: Claimed | 'again' | null = await turn(claimed, until);
        if (then === null) return;
        if (then !== 'again') claimed = then;
      } catch (cause) {
        // What was sent and not settled would be sent again.
        faults += 1;
        if (claimed === null || faults >= faultLimit) throw cause;
        ports.log.error('handoffs-not-settled', {}, cause);
        await pause(ports, faults);
      }
    }
  };
}

type MarkingPorts = Pick<TakingPorts, 'queue' | 'clock' | 'log'> & Pick<Ports, 'handoffs'>;

/**
 * After a change of who may be on call, or who wants to be told: the worker looks at once, and should that be lost, when the sweeper asks it to. Nobody
 * waits for it, and it never fails: what is missed is seen at the next handoff.
 */
export async function handoffsChanged({ handoffs, queue, clock, log }: MarkingPorts, directory: Directory): Promise<void> {
  try {
    for (let attempt = 0; attempt < attemptsFor.people; attempt += 1) {
      const current = await handoffs.current();
      if (current === null && !wantsNotices(directory)) return;
      const known = current ?? nothingSeen;
      const lookAt = earliest(known.lookAt, clock.now());
      if (await handoffs.save({ ...known, version: known.version + 1, lookAt })) break;
    }
    await queue.handoffs();
  } catch (cause) {
    log.error('handoffs-not-marked', {}, cause);
  }
}
