import type { IncidentEvent } from './events.ts';
import type { Due, IncidentRecord, Position } from './incident.ts';
import { addPages, afterSending, withoutPages } from './evolve-outbox.ts';
import { gatheredFor } from './flood.ts';
import { personOf } from './person-of.ts';
import { after } from './time.ts';

type Fired = Extract<IncidentEvent, { type: 'levelFired' | 'levelRepeated' }>;
type Of<T extends IncidentEvent['type']> = Extract<IncidentEvent, { type: T }>;

/** Nothing more is due by itself. */
const nothingDue: Due = {
  step: null,
  levelRepeat: null,
  acknowledgementTimeout: null,
  snoozeEnd: null,
  autoResolve: null,
  reminder: null,
};

const next = (at: number | null): Due['step'] => (at === null ? null : { at, what: 'next', byHand: false });

function firing<R extends IncidentRecord>(record: R, event: Fired, position: Partial<Position>, due: Partial<Due>): R {
  return {
    ...withoutPages(record, event.replaced),
    outbox: addPages(withoutPages(record, event.replaced).outbox, event.notifications),
    notificationsMade: record.notificationsMade + event.notifications.length,
    position: { ...record.position, lastFiredAt: event.at, unplaced: event.unplaced, ...position },
    due: { ...record.due, step: next(event.nextStepAt), levelRepeat: event.nextRepeatAt, ...due },
  };
}

function levelFired<R extends IncidentRecord>(record: R, event: Of<'levelFired'>): R {
  const again = event.cause === 'again' || event.cause === 'reassigned';
  const newRound = event.cycle !== record.position.cycle;
  const counts = !again && !(event.cycle === 0 && event.level === 1);
  const autoResolve =
    record.due.autoResolve === null || event.autoResolveAt === null
      ? event.autoResolveAt
      : Math.min(record.due.autoResolve, event.autoResolveAt);
  return {
    ...firing(
      record,
      event,
      {
        level: event.level,
        cycle: event.cycle,
        repeat: 0,
        levelFiredAt: event.at,
        cycleStartedAt: event.cycleStartedAt,
        levelReached: false,
        levelEmpty: false,
        roundReached: newRound ? false : record.position.roundReached,
        roundReported: newRound ? false : record.position.roundReported,
      },
      { autoResolve: autoResolve ?? record.due.autoResolve },
    ),
    state: record.state === 'pending' ? 'active' : record.state,
    assignees: again ? record.assignees : [],
    escalationCount: record.escalationCount + (counts ? 1 : 0),
  };
}

function levelEmpty<R extends IncidentRecord>(record: R, event: Of<'levelEmpty'>): R {
  const moved = event.level !== record.position.level || event.cycle !== record.position.cycle;
  const newRound = event.cycle !== record.position.cycle;
  const position: Position = {
    ...record.position,
    level: event.level,
    cycle: event.cycle,
    cycleStartedAt: event.cycleStartedAt,
    lastFiredAt: event.at,
    levelFiredAt: event.at,
    levelEmpty: true,
    unplaced: 0,
    repeat: moved ? 0 : record.position.repeat,
    levelReached: moved ? false : record.position.levelReached,
    roundReached: newRound ? false : record.position.roundReached,
    roundReported: newRound ? false : record.position.roundReported,
  };
  return {
    ...record,
    state: record.state === 'pending' ? 'active' : record.state,
    assignees: moved ? [] : record.assignees,
    position,
    due: { ...record.due, step: next(event.nextStepAt), levelRepeat: null },
  };
}

/** Who was paged, or is being paged at that moment, hears what somebody else did. */
function outcomesWith(record: IncidentRecord, event: Of<'acknowledged' | 'resolved' | 'cancelled'>): IncidentRecord['outcomesToTell'] {
  const { type: what, by, inFlight } = event;
  const actor = personOf(by);
  const told = record.told.some((one) => one.person !== actor);
  const others = told || record.outbox.some((one) => inFlight.includes(one.n) && one.person !== actor);
  return others ? [...record.outcomesToTell, { what, by, after: null }] : record.outcomesToTell;
}

function acknowledged<R extends IncidentRecord>(record: R, event: Of<'acknowledged'>): R {
  const act = { by: event.by, at: event.at };
  const noted: R = {
    ...withoutPages(record, event.dropped),
    acknowledged: act,
    firstAcknowledgedAt: record.firstAcknowledgedAt ?? event.at,
    outcomesToTell: outcomesWith(record, event),
  };
  if (!event.stops)
    return { ...noted, due: { ...record.due, levelRepeat: null, reminder: null }, position: { ...record.position, unplaced: 0 } };
  return {
    ...noted,
    state: 'acknowledged',
    snoozedUntil: null,
    position: { ...record.position, unplaced: 0 },
    due: { ...nothingDue, autoResolve: record.due.autoResolve, acknowledgementTimeout: event.timeoutAt },
  };
}

function ended<R extends IncidentRecord>(record: R, at: number, how: Partial<IncidentRecord>): R {
  return {
    ...record,
    endedAt: record.endedAt ?? at,
    snoozedUntil: null,
    position: { ...record.position, unplaced: 0 },
    due: nothingDue,
    ...how,
  };
}

function resolved<R extends IncidentRecord>(record: R, event: Of<'resolved'>): R {
  const open = record.state === 'pending' || record.state === 'active' || record.state === 'acknowledged';
  return ended(withoutPages(record, event.dropped), event.at, {
    state: open ? 'resolved' : record.state,
    resolved: { by: event.by, at: event.at },
    sourceResolvedAt: event.occurredAt ?? record.sourceResolvedAt,
    outcomesToTell: outcomesWith(record, event),
  });
}

const cancelled = <R extends IncidentRecord>(record: R, event: Of<'cancelled'>): R =>
  ended(withoutPages(record, event.dropped), event.at, {
    state: 'cancelled',
    endReason: 'cancelled',
    cancelled: { by: event.by, at: event.at, reason: event.reason },
    outcomesToTell: outcomesWith(record, event),
  });

function snoozed<R extends IncidentRecord>(record: R, event: Of<'snoozed'>): R {
  return {
    ...withoutPages(record, event.dropped),
    snoozedUntil: event.until,
    position: { ...record.position, unplaced: 0 },
    due: { ...nothingDue, autoResolve: record.due.autoResolve, snoozeEnd: event.until },
  };
}

/** Back to waiting, with the current level to fire again (or the first, if none has fired). */
function reactivated<R extends IncidentRecord>(record: R, at: number, step: 'again' | 'next', byHand: boolean): R {
  const state = record.state === 'acknowledged' ? 'active' : record.state;
  return {
    ...record,
    state,
    // One that never stopped the chain still stands; any other gives way.
    acknowledged: record.state === 'active' ? record.acknowledged : null,
    snoozedUntil: null,
    // Should it reach nobody again, the catch-all hears of it again.
    position: { ...record.position, roundReported: false },
    due: { ...record.due, acknowledgementTimeout: null, snoozeEnd: null, levelRepeat: null, step: { at, what: step, byHand } },
  };
}

const reminded = <R extends IncidentRecord>(record: R, { nextReminderAt }: Of<'escalationRequested' | 'reassigned'>): R => ({
  ...record,
  due: { ...record.due, reminder: nextReminderAt ?? record.due.reminder },
});

function catchAllTold<R extends IncidentRecord>(record: R, event: Of<'catchAllTold'>): R {
  return {
    ...record,
    outbox: addPages(record.outbox, event.notifications),
    notificationsMade: record.notificationsMade + event.notifications.length,
    position: event.reason === 'nobodyReached' ? { ...record.position, roundReported: true } : record.position,
    due: { ...record.due, reminder: after(event.nextReminderAt, -gatheredFor((event.nextReminderAt - event.at) / 1000)) },
  };
}

const added = <R extends IncidentRecord>(record: R, event: Of<'levelContinued' | 'acknowledgementTimedOut' | 'outcomeTold'>): R => ({
  ...record,
  outbox: addPages(record.outbox, event.notifications),
  notificationsMade: record.notificationsMade + event.notifications.length,
});

function outcomesAfter({ outcomesToTell }: IncidentRecord, { upTo }: Of<'outcomeTold'>): IncidentRecord['outcomesToTell'] {
  const [first, ...rest] = outcomesToTell;
  return first === undefined || upTo === null ? rest : [{ ...first, after: upTo }, ...rest];
}

/** An acknowledgement that did not stop the chain must not silence its end either. A level that resolves by itself still does. */
const timedOut = <R extends IncidentRecord>(record: R, at: number, endReason: 'exhausted' | 'limit'): R =>
  ended(record, at, { state: 'timed_out', endReason, acknowledged: null, due: { ...nothingDue, autoResolve: record.due.autoResolve } });

function fellOver<R extends IncidentRecord>(record: R, event: Of<'fallbackAdded'>): R {
  const marked = withoutPages(record, event.replaced).outbox.map((one) => (one.n === event.instead ? { ...one, fellOver: true } : one));
  return {
    ...record,
    outbox: addPages(marked, event.notifications),
    notificationsMade: record.notificationsMade + event.notifications.length,
  };
}

/** The record after an event; whatever else the item holds stays as it is. */
export function evolve<R extends IncidentRecord>(record: R, event: IncidentEvent): R {
  switch (event.type) {
    case 'triggered':
      throw new Error('an incident is triggered once');
    case 'triggerHeld':
      return { ...record, held: { reason: event.reason, since: record.held?.since ?? event.at, until: event.until, signal: event.signal } };
    case 'heldTriggerWithdrawn':
      return { ...record, held: null };
    case 'severityRaised':
      return { ...record, severity: event.to, severityText: event.severityText };
    case 'sourceResolved':
      return { ...record, sourceResolvedAt: event.occurredAt };
    case 'levelFired':
      return levelFired(record, event);
    case 'levelRepeated':
      return firing(record, event, { repeat: event.repeat }, {});
    case 'levelContinued':
      return { ...added(record, event), position: { ...record.position, unplaced: event.unplaced } };
    case 'levelEmpty':
      return levelEmpty(record, event);
    case 'catchAllTold':
      return catchAllTold(record, event);
    case 'exhausted':
    case 'limitReached':
      return timedOut(record, event.at, event.type === 'exhausted' ? 'exhausted' : 'limit');
    case 'failed':
      return ended(record, event.at, { state: 'failed', endReason: 'failed', due: { ...nothingDue, reminder: event.nextReminderAt } });
    case 'fallbackAdded':
      return fellOver(record, event);
    case 'notificationSent':
    case 'notificationBundled':
    case 'notificationFailed':
    case 'notificationExpired':
      return afterSending(record, event);
    case 'notificationRetaken':
    case 'noteAdded':
      return record;
    case 'acknowledged':
      return acknowledged(record, event);
    case 'acknowledgementTimedOut':
      return added(reactivated(record, event.nextStepAt, 'again', false), event);
    case 'resolved':
      return resolved(record, event);
    case 'cancelled':
      return cancelled(record, event);
    case 'escalationRequested':
      return reminded(reactivated(record, event.at, 'next', true), event);
    case 'snoozed':
      return snoozed(record, event);
    case 'snoozeEnded':
      return reactivated(record, event.at, 'again', false);
    case 'reassigned':
      return { ...reminded(reactivated(withoutPages(record, event.dropped), event.at, 'again', true), event), assignees: event.to };
    case 'outcomeTold':
      return { ...added(record, event), outcomesToTell: outcomesAfter(record, event) };
    default:
      return event satisfies never;
  }
}
