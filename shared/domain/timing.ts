import type { Position } from './incident.ts';
import { levelAt, nextLevel, type Level, type Policy } from './policy.ts';
import { after, type Instant } from './time.ts';

/** What follows a position when nobody answers. */
type NextStep = { readonly kind: 'level'; readonly level: number; readonly cycle: number } | { readonly kind: 'end' };

/** The next level of the round, else the first of the next round, else the end. */
export function nextStep(policy: Policy, position: Pick<Position, 'level' | 'cycle'>): NextStep {
  const next = nextLevel(policy, position.level);
  if (next !== null) return { kind: 'level', level: next, cycle: position.cycle };
  if (policy.repeat !== null && position.cycle < policy.repeat.times) return { kind: 'level', level: 1, cycle: position.cycle + 1 };
  return { kind: 'end' };
}

/** When the first level is due in a round that begins at `start`. */
export const firstLevelDue = (policy: Policy, start: Instant): Instant => after(start, levelAt(policy, 1)?.delay ?? 0);

interface Fired {
  readonly level: number;
  readonly cycle: number;
  readonly repeat: number;
  readonly levelFiredAt: Instant;
  readonly lastFiredAt: Instant;
  readonly cycleStartedAt: Instant;
  readonly nextRepeatAt: Instant | null;
}

function lastRepeatAt(level: Level, fired: Fired): Instant {
  if (level.repeat === null || fired.nextRepeatAt === null) return fired.lastFiredAt;
  return after(fired.nextRepeatAt, (level.repeat.count - fired.repeat - 1) * level.repeat.every);
}

function delayOver(following: Level | null, fired: Fired): Instant {
  const anchor = following?.anchor === 'cycleStart' ? fired.cycleStartedAt : fired.levelFiredAt;
  return after(anchor, following?.delay ?? 0);
}

/** When the chain of this round is over: its end, or the whole of the round's time, by the anchor. */
function chainOverAt(policy: Policy, fired: Fired, repeatedAt: Instant): Instant {
  if (policy.repeat?.anchor === 'cycleStart') return after(fired.cycleStartedAt, policy.repeat.every);
  return after(repeatedAt, policy.repeat?.every ?? policy.exhaustedAfter);
}

/** When what follows is due, given that nobody answers. Rounds and the end wait for the last level's repeats and its `minWait`. */
export function nextStepDue(policy: Policy, fired: Fired): Instant {
  const level = levelAt(policy, fired.level);
  const waited = after(fired.levelFiredAt, level?.minWait ?? 0);
  const next = nextStep(policy, fired);
  if (next.kind === 'level' && next.cycle === fired.cycle) {
    return Math.max(waited, delayOver(levelAt(policy, next.level), fired));
  }
  const repeated = level === null ? fired.lastFiredAt : lastRepeatAt(level, fired);
  const chainOver = chainOverAt(policy, fired, repeated);
  if (next.kind === 'level') return firstLevelDue(policy, Math.max(waited, chainOver));
  return Math.max(waited, repeated, chainOver);
}

/** The first repeat of a level fired at `at`, or null. */
export const firstRepeatDue = (level: Level, at: Instant): Instant | null =>
  level.repeat === null || level.repeat.count === 0 ? null : after(at, level.repeat.every);
