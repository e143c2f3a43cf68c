import type { Draft } from './draft.ts';
import { reportEmptyRound } from './fire.ts';
import { pagesWanted } from './pages-wanted.ts';
import type { IncidentRecord } from './incident.ts';
import { levelAt, nextLevel } from './policy.ts';
import { nextStepDue } from './timing.ts';

/** The level has fired and its time runs: nobody has acted, and nothing else is about to fire it. */
const waits = (record: IncidentRecord): boolean =>
  record.state === 'active' && pagesWanted(record) && record.due.step?.what !== 'again' && record.due.step?.byHand !== true;

/** The current level has told somebody, may still, or is known to be empty. */
function mayReach({ position, outbox }: IncidentRecord): boolean {
  if (position.level === 0 || position.levelReached || position.levelEmpty || position.unplaced > 0) return true;
  return outbox.some((one) => one.kind === 'page' && one.level === position.level && one.cycle === position.cycle);
}

function declareEmpty(draft: Draft): void {
  const { record, context } = draft;
  const { position } = record;
  const further = nextLevel(context.policy, position.level) !== null;
  const fired = {
    ...position,
    levelFiredAt: position.levelFiredAt ?? context.now,
    lastFiredAt: position.lastFiredAt ?? context.now,
    nextRepeatAt: null,
  };
  draft.emit({
    type: 'levelEmpty',
    cycle: position.cycle,
    level: position.level,
    label: levelAt(context.policy, position.level)?.label ?? null,
    reason: 'undeliverable',
    unknown: [],
    cycleStartedAt: position.cycleStartedAt,
    nextStepAt: further ? context.now : nextStepDue(context.policy, fired),
  });
}

/**
 * When nothing of the current level could be handed over and nothing is left to try, the level is as good as empty: the next fires at once. The
 * last page of an earlier level may have been what an empty round still hoped for.
 */
export function reportUndeliverable(draft: Draft): void {
  if (!waits(draft.record)) return;
  if (!mayReach(draft.record)) declareEmpty(draft);
  reportEmptyRound(draft);
}
