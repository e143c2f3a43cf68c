import type { Draft } from './draft.ts';
import { gatheredFor } from './flood.ts';
import type { Purpose } from './notification.ts';
import { pagesFor, resolveTargets } from './recipients.ts';
import { after } from './time.ts';

/** The most notifications that one firing puts into the outbox at once; the rest follow in order. */
export const outboxLimit = 100;

/** Tells the catch-all now, and says when to tell it again unless somebody answers. */
export function tellCatchAll(
  draft: Draft,
  reason: Extract<Purpose, 'exhausted' | 'limit' | 'nobodyReached' | 'failed' | 'reminder'>,
): void {
  const { record, context } = draft;
  const targets = context.policy.catchAll ?? context.directory.settings.catchAll ?? [];
  const { recipients } = resolveTargets(targets, null, context.directory, context.now);
  const { position } = record;
  const { made } = pagesFor(
    recipients,
    record.severity,
    {
      kind: 'page',
      purpose: reason,
      by: null,
      cycle: position.cycle,
      level: position.level,
      repeat: position.repeat,
      from: context.now,
      at: context.now,
      made: record.notificationsMade,
    },
    outboxLimit,
  );
  const { reminder } = context.policy;
  const leavesAt = after(context.now, reason === 'reminder' ? gatheredFor(reminder) : 0);
  draft.emit({ type: 'catchAllTold', reason, notifications: made, nextReminderAt: after(leavesAt, reminder) });
}
