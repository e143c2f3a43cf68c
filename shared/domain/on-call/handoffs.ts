import { leaseHolds, type Context } from '../commands.ts';
import type { Directory } from '../directory.ts';
import { after, earliest, type Instant, type Seconds } from '../time.ts';

/** A message, not yet sent, to one contact of somebody who came on call by a schedule, or went off. */
export interface HandoffNotice {
  readonly schedule: string;
  readonly person: string;
  readonly contact: string;
  readonly change: 'on' | 'off';
  readonly madeAt: Instant;
  readonly failures: number;
  readonly notBefore: Instant;
}

/** Who was on call when last looked, and who is still to be told of a change. There is one for all schedules. */
export interface Handoffs {
  /** Grows by one with every write. */
  readonly version: number;
  /** When somebody must look again; null: nobody wants to be told. */
  readonly lookAt: Instant | null;
  readonly onCall: readonly { readonly schedule: string; readonly people: readonly string[] }[];
  readonly notices: readonly HandoffNotice[];
  /** Who sends what is due, in real time: another takes over when that time is up. */
  readonly lease: { readonly claim: string; readonly until: Instant } | null;
}

/** Before anybody looked. */
export const nothingSeen: Handoffs = { version: 0, lookAt: null, onCall: [], notices: [], lease: null };

/** Whether somebody is sending at this moment. */
export const isLeased = ({ lease }: Handoffs, times: Pick<Context, 'real' | 'leasesVoidBefore'>): boolean =>
  lease !== null && leaseHolds(lease.until, times);

/** Whether anybody wants to be told of handoffs. */
export function wantsNotices({ people }: Pick<Directory, 'people'>): boolean {
  for (const { handoffNotices } of people.values()) if (handoffNotices.length > 0) return true;
  return false;
}

/**
 * What is so now: who is on call by each schedule, and a notice for everybody who came or went since `before` and wants one. Whoever came and went in
 * between is told nothing, and what was not sent yet is replaced by what holds now. A schedule that was not looked at before hands over from nobody.
 */
export function handoffsNow(before: Handoffs, directory: Directory, now: Instant): Handoffs {
  if (!wantsNotices(directory)) return { ...before, lookAt: null, onCall: [], notices: [] };
  const known = new Map(before.onCall.map(({ schedule, people }) => [schedule, people]));
  const notices = new Map(before.notices.map((notice) => [nameOf(notice), notice]));
  let nextHandoff: Instant | null = null;
  const onCall = [...directory.schedules].map(([schedule, { onCall: made, overrides }]) => {
    const people = made()
      .at(now, overrides)
      .map(({ person }) => person);
    const former = known.get(schedule) ?? people;
    for (const notice of [
      ...noticesTo(without(people, former), 'on', schedule, directory, now),
      ...noticesTo(without(former, people), 'off', schedule, directory, now),
    ]) {
      notices.set(nameOf(notice), notice);
    }
    nextHandoff = earliest(nextHandoff, made().nextHandoff(now, overrides));
    return { schedule, people };
  });
  const waiting = [...notices.values()];
  return { ...before, onCall, notices: waiting, lookAt: earliest(nextHandoff, ...waiting.map(({ notBefore }) => notBefore)) };
}

const nameOf = ({ schedule, person, contact }: HandoffNotice): string => JSON.stringify([schedule, person, contact]);

const without = (people: readonly string[], others: readonly string[]): readonly string[] =>
  people.filter((person) => !others.includes(person));

function noticesTo(
  people: readonly string[],
  change: HandoffNotice['change'],
  schedule: string,
  directory: Directory,
  now: Instant,
): readonly HandoffNotice[] {
  return people.flatMap((person) =>
    (directory.people.get(person)?.handoffNotices ?? []).map((contact) => ({
      ...{ schedule, person, contact, change, madeAt: now, failures: 0, notBefore: now },
    })),
  );
}

const firstRetry: Seconds = 60;
const longestRetry: Seconds = 3600;
/** The last attempt comes two hours after the first. */
const mostFailures = 8;

/** What came of sending a notice. */
export interface HandoffOutcome {
  readonly notice: HandoffNotice;
  readonly sent: boolean;
  /** Trying again will not help. */
  readonly permanent: boolean;
}

/** Nobody sends any more, and what was sent or cannot be is gone; the rest is tried again, later and later, and given up in the end. */
export function settledHandoffs(handoffs: Handoffs, outcomes: readonly HandoffOutcome[], now: Instant): Handoffs {
  const byName = new Map(outcomes.map((outcome) => [nameOf(outcome.notice), outcome]));
  const notices = handoffs.notices.flatMap((notice) => {
    const outcome = byName.get(nameOf(notice));
    if (outcome === undefined) return [notice];
    const failures = notice.failures + 1;
    if (outcome.sent || outcome.permanent || failures >= mostFailures) return [];
    return [{ ...notice, failures, notBefore: after(now, Math.min(longestRetry, firstRetry * 2 ** notice.failures)) }];
  });
  return { ...handoffs, notices, lease: null };
}
