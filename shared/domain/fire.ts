import { outboxLimit, tellCatchAll } from './catch-all.ts';
import type { Draft } from './draft.ts';
import type { FiringCause } from './events.ts';
import { followersAfter } from './flood.ts';
import type { Notification, Purpose } from './notification.ts';
import { levelAt, nextLevel, type Level } from './policy.ts';
import { pagesFor, resolveTargets, type Batch, type Recipient } from './recipients.ts';
import { isUnfinished } from './states.ts';
import { firstRepeatDue, nextStep, nextStepDue } from './timing.ts';
import { after, type Instant } from './time.ts';

interface Firing {
  readonly level: number;
  readonly cycle: number;
  readonly cause: FiringCause;
  readonly cycleStartedAt: Instant;
}

const targetsOf = (
  draft: Draft,
  level: Level,
  assigned: boolean,
): { readonly recipients: readonly Recipient[]; readonly unknown: readonly string[] } =>
  assigned
    ? resolveTargets(draft.record.assignees, null, draft.context.directory, draft.context.now)
    : resolveTargets(level.targets, level.channels, draft.context.directory, draft.context.now);

const batchOf = (
  draft: Draft,
  purpose: Purpose,
  at: { readonly level: number; readonly cycle: number; readonly repeat: number },
  from: Instant,
): Batch => ({
  kind: 'page',
  purpose,
  by: null,
  ...at,
  from,
  at: draft.context.now,
  made: draft.record.notificationsMade,
});

/** It left with its bundle already, and only has to find that out. */
const hasLeft = (one: Notification, now: Instant): boolean => one.bundle !== null && after(one.notBefore, -followersAfter) <= now;

/** Delayed pages of the current level that nobody is sending: a new firing of the level takes their place. */
const delayedOf = ({ record, context: { now } }: Draft, level: number, cycle: number): readonly number[] =>
  record.outbox
    .filter((one) => one.kind === 'page' && one.level === level && one.cycle === cycle && one.lease === null)
    .filter((one) => one.notBefore > now && !hasLeft(one, now))
    .map((one) => one.n);

/** A level that tells nobody: the next of its round fires at once, and without one, `due` stands. */
function skipEmpty(draft: Draft, level: Level, firing: Firing, unknown: readonly string[], due: Instant | null): void {
  const { now, policy } = draft.context;
  draft.emit({
    type: 'levelEmpty',
    cycle: firing.cycle,
    level: firing.level,
    label: level.label,
    reason: 'nobody',
    unknown,
    cycleStartedAt: firing.cycleStartedAt,
    nextStepAt: nextLevel(policy, firing.level) === null ? due : now,
  });
  // Whoever held it before is gone or cannot be told: that others of the round were reached earlier helps nobody now.
  const again = firing.cause === 'again' || firing.cause === 'reassigned';
  if (again && nextLevel(policy, firing.level) === null) tellCatchAll(draft, 'nobodyReached');
  else reportEmptyRound(draft);
}

function fireLevel(draft: Draft, level: Level, firing: Firing): void {
  const { context, record } = draft;
  const assigned = record.assignees.length > 0 && (firing.cause === 'again' || firing.cause === 'reassigned');
  const { recipients, unknown } = targetsOf(draft, level, assigned);
  const at = { level: firing.level, cycle: firing.cycle, repeat: 0 };
  const { made, left } = pagesFor(
    recipients,
    record.severity,
    batchOf(draft, assigned ? 'reassigned' : 'level', at, context.now),
    outboxLimit,
  );
  // An incident that ran out fires by hand only: nothing follows by itself.
  const over = !isUnfinished(record.state);
  const nextRepeatAt = over ? null : firstRepeatDue(level, context.now);
  const due = nextStepDue(context.policy, {
    ...at,
    levelFiredAt: context.now,
    lastFiredAt: context.now,
    cycleStartedAt: firing.cycleStartedAt,
    nextRepeatAt: made.length === 0 ? null : nextRepeatAt,
  });
  if (made.length === 0) {
    skipEmpty(draft, level, firing, unknown, over ? null : due);
    return;
  }
  draft.emit({
    type: 'levelFired',
    ...at,
    cause: firing.cause,
    label: level.label,
    notifications: made,
    unplaced: left,
    unknown,
    cycleStartedAt: firing.cycleStartedAt,
    nextStepAt: level.requireAck && !over ? due : null,
    nextRepeatAt,
    autoResolveAt: over || level.autoResolve === null ? null : after(context.now, level.autoResolve),
    replaced: delayedOf(draft, firing.level, firing.cycle),
  });
}

/** When every level of a round is empty the catch-all is told, once a round. */
export function reportEmptyRound(draft: Draft): void {
  const { position, outbox } = draft.record;
  const more = nextLevel(draft.context.policy, position.level) !== null;
  const mayReach = outbox.some((one) => one.kind === 'page' && one.purpose === 'level' && one.cycle === position.cycle);
  if (position.levelEmpty && !more && !position.roundReached && !position.roundReported && !mayReach) tellCatchAll(draft, 'nobodyReached');
}

/** The current level once more: after a snooze, a timeout of the acknowledgement, or for new assignees. */
export function fireAgain(draft: Draft): void {
  const { position, assignees } = draft.record;
  if (position.level === 0 && assignees.length === 0) {
    fireNext(draft, 0, true);
    return;
  }
  const number = Math.max(1, position.level);
  const level = levelAt(draft.context.policy, number);
  if (level === null) return;
  const cause = assignees.length > 0 && draft.record.due.step?.byHand === true ? 'reassigned' : 'again';
  fireLevel(draft, level, { level: number, cycle: position.cycle, cause, cycleStartedAt: position.cycleStartedAt });
}

/** The policy allows no more escalations; the very first level is none. */
function limitIsReached({ record, context }: Draft, next: { readonly level: number; readonly cycle: number }): boolean {
  const { maxEscalations } = context.policy;
  const first = next.cycle === 0 && next.level === 1;
  return !first && maxEscalations !== null && record.escalationCount >= maxEscalations;
}

/** Whatever follows the position: a level, the next round's first, or the end. `late`: how long after its time, in milliseconds. */
export function fireNext(draft: Draft, late: number, byHand: boolean): void {
  const { record, context } = draft;
  const next = nextStep(context.policy, record.position);
  if (next.kind === 'end') {
    draft.emit({ type: 'exhausted' });
    tellCatchAll(draft, 'exhausted');
    return;
  }
  if (!byHand && limitIsReached(draft, next)) {
    draft.emit({ type: 'limitReached' });
    tellCatchAll(draft, 'limit');
    return;
  }
  const level = levelAt(context.policy, next.level);
  if (level === null) return;
  const newRound = next.cycle !== record.position.cycle;
  const delay = newRound && !byHand ? level.delay : 0;
  const cycleStartedAt = newRound ? after(context.now, -delay) : record.position.cycleStartedAt + late;
  const cause = byHand ? 'byHand' : record.position.levelEmpty ? 'empty' : 'due';
  fireLevel(draft, level, { level: next.level, cycle: next.cycle, cause, cycleStartedAt });
}

/** The level's next repeat. Repeats that were missed collapse into this one. */
export function fireRepeat(draft: Draft, dueAt: Instant): void {
  const { record, context } = draft;
  const { position } = record;
  const level = levelAt(context.policy, position.level);
  if (!level?.repeat) return;
  const { count, every } = level.repeat;
  const missed = Math.floor((context.now - dueAt) / (every * 1000));
  const repeat = Math.min(count, position.repeat + 1 + missed);
  const { recipients, unknown } = targetsOf(draft, level, record.assignees.length > 0);
  const at = { level: position.level, cycle: position.cycle, repeat };
  const purpose = record.assignees.length > 0 ? 'reassigned' : 'level';
  const { made, left } = pagesFor(recipients, record.severity, batchOf(draft, purpose, at, context.now), outboxLimit);
  const nextRepeatAt = repeat < count ? after(dueAt, (1 + missed) * every) : null;
  const fired = {
    ...at,
    levelFiredAt: position.levelFiredAt ?? context.now,
    lastFiredAt: context.now,
    cycleStartedAt: position.cycleStartedAt,
    nextRepeatAt,
  };
  draft.emit({
    type: 'levelRepeated',
    ...at,
    label: level.label,
    notifications: made,
    unplaced: left,
    unknown,
    nextStepAt: level.requireAck ? nextStepDue(context.policy, fired) : null,
    nextRepeatAt,
    replaced: delayedOf(draft, position.level, position.cycle),
  });
}

/** Recipients of the current firing that found no place in the outbox before. */
export function fireRest(draft: Draft): void {
  const { record } = draft;
  const { position } = record;
  const level = levelAt(draft.context.policy, position.level);
  const room = outboxLimit - record.outbox.length;
  if (level === null || room <= 0) return;
  const assigned = record.assignees.length > 0;
  const { recipients } = targetsOf(draft, level, assigned);
  const batch = batchOf(draft, assigned ? 'reassigned' : 'level', position, position.lastFiredAt ?? draft.context.now);
  const { made, left } = pagesFor(
    recipients,
    record.severity,
    { ...batch, level: position.level, cycle: position.cycle, repeat: position.repeat },
    room,
    position.unplaced,
  );
  draft.emit({ type: 'levelContinued', notifications: made, unplaced: made.length === 0 ? 0 : left });
}
