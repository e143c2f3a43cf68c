import type { ActCommand, Context, Refusal, RefusalCode, SeenPosition } from './commands.ts';
import { Draft } from './draft.ts';
import type { Act, Incident, IncidentRecord } from './incident.ts';
import { levelAt } from './policy.ts';
import { isUnfinished } from './states.ts';
import { stopPages } from './stopping.ts';
import { nextStep } from './timing.ts';
import { after, type Instant } from './time.ts';

/** What came of a command: events (none: it asks for what already is), or a refusal that says who did what. */
type ActDecision = { readonly ok: true; readonly draft: Draft } | { readonly ok: false; readonly refusal: Refusal };

type Of<T extends ActCommand['type']> = Extract<ActCommand, { type: T }>;

const refuse = (code: RefusalCode, act: Act | null): ActDecision => ({ ok: false, refusal: { code, act } });

/** What nobody can act on any more, and why. */
function closed(record: IncidentRecord): Refusal | null {
  if (record.resolved !== null) return { code: 'already-resolved', act: record.resolved };
  if (record.cancelled !== null) return { code: 'already-cancelled', act: record.cancelled };
  return null;
}

/** The acknowledgement that holds the incident now; one that left its level going holds nothing. */
const inForce = ({ acknowledged, state }: IncidentRecord): Act | null =>
  state === 'acknowledged' || !isUnfinished(state) ? acknowledged : null;

/** An acknowledgement of this very level, which goes on all the same. */
const noted = ({ acknowledged, position }: IncidentRecord, by: string): boolean =>
  acknowledged?.by === by && acknowledged.at >= (position.levelFiredAt ?? 0);

function acknowledge(draft: Draft, command: Of<'acknowledge'>): ActDecision {
  const { record, context } = draft;
  const over = closed(record);
  if (over !== null) return { ok: false, refusal: over };
  const before = inForce(record);
  if (before !== null) return before.by === command.by ? { ok: true, draft } : refuse('already-acknowledged', before);
  const stops = isUnfinished(record.state) && (levelAt(context.policy, record.position.level)?.stopOnAck ?? true);
  if (!stops && noted(record, command.by)) return { ok: true, draft };
  const timeout = context.policy.acknowledgementTimeout ?? context.directory.settings.acknowledgementTimeout;
  draft.emit({
    type: 'acknowledged',
    by: command.by,
    note: command.note,
    stops,
    timeoutAt: stops ? after(context.now, timeout) : null,
    ...stopPages(record, context),
  });
  return { ok: true, draft };
}

function resolve(draft: Draft, command: Of<'resolve'>): ActDecision {
  const { record, context } = draft;
  const over = closed(record);
  if (over !== null)
    return over.code === 'already-resolved' && over.act?.by === command.by ? { ok: true, draft } : { ok: false, refusal: over };
  draft.emit({
    type: 'resolved',
    by: command.by,
    note: command.note,
    occurredAt: command.bySource ? command.occurredAt : null,
    ...stopPages(record, context),
  });
  // What waited under the key came before this resolve.
  if (record.held !== null) draft.emit({ type: 'heldTriggerWithdrawn', reason: 'resolved' });
  return { ok: true, draft };
}

function cancel(draft: Draft, command: Of<'cancel'>): ActDecision {
  const { record, context } = draft;
  const over = closed(record);
  if (over !== null)
    return over.code === 'already-cancelled' && over.act?.by === command.by ? { ok: true, draft } : { ok: false, refusal: over };
  if (!isUnfinished(record.state)) return refuse('already-ended', record.endedAt === null ? null : { by: 'system', at: record.endedAt });
  draft.emit({ type: 'cancelled', by: command.by, reason: command.reason, ...stopPages(record, context) });
  return { ok: true, draft };
}

/** Taken up again after its end it is nobody's, whoever had acknowledged it: the catch-all is reminded, since no level follows by itself. */
const nextReminderAt = ({ record, context }: Draft): Instant | null =>
  isUnfinished(record.state) ? null : (record.due.reminder ?? after(context.now, context.policy.reminder));

/** The incident is no longer where the person saw it. */
const hasMoved = (position: IncidentRecord['position'], seen: SeenPosition | null): boolean =>
  seen !== null && (seen.cycle !== position.cycle || seen.level !== position.level);

function escalate(draft: Draft, command: Of<'escalate'>): ActDecision {
  const { record, context } = draft;
  const over = closed(record);
  if (over !== null) return { ok: false, refusal: over };
  const { position, due } = record;
  const asked = due.step?.byHand === true && due.step.what === 'next';
  if (asked || hasMoved(position, command.from)) return { ok: true, draft };
  const before = inForce(record);
  if (before !== null && !command.force) return refuse('already-acknowledged', before);
  if (nextStep(context.policy, position).kind === 'end') return refuse('no-further-level', null);
  draft.emit({
    type: 'escalationRequested',
    by: command.by,
    reason: command.reason,
    reactivated: record.state === 'acknowledged',
    nextReminderAt: nextReminderAt(draft),
  });
  return { ok: true, draft };
}

function snooze(draft: Draft, command: Of<'snooze'>): ActDecision {
  const { record, context } = draft;
  const over = closed(record);
  if (over !== null) return { ok: false, refusal: over };
  if (!isUnfinished(record.state)) return refuse('not-open', null);
  draft.emit({
    type: 'snoozed',
    by: command.by,
    reason: command.reason,
    until: after(context.now, command.for),
    ...stopPages(record, context),
  });
  return { ok: true, draft };
}

function reassign(draft: Draft, command: Of<'reassign'>): ActDecision {
  const { record, context } = draft;
  const over = closed(record);
  if (over !== null) return { ok: false, refusal: over };
  const { by, to, reason } = command;
  draft.emit({ type: 'reassigned', by, to, reason, nextReminderAt: nextReminderAt(draft), ...stopPages(record, context) });
  return { ok: true, draft };
}

/** What a command does to an incident. A generation of 0 is no incident and refuses everything. */
export function decideAct(incident: Incident, command: ActCommand, context: Context): ActDecision {
  if (incident.generation === 0) return refuse('not-open', null);
  const draft = new Draft(incident, context);
  switch (command.type) {
    case 'acknowledge':
      return acknowledge(draft, command);
    case 'resolve':
      return resolve(draft, command);
    case 'cancel':
      return cancel(draft, command);
    case 'escalate':
      return escalate(draft, command);
    case 'snooze':
      return snooze(draft, command);
    case 'reassign':
      return reassign(draft, command);
    case 'note':
      draft.emit({ type: 'noteAdded', by: command.by, note: command.note });
      return { ok: true, draft };
    default:
      return command satisfies never;
  }
}
