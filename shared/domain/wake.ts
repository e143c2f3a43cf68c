import { tellCatchAll } from './catch-all.ts';
import { isLeased, type Context } from './commands.ts';
import { Draft } from './draft.ts';
import { reportUndeliverable } from './empty-level.ts';
import { fallOver } from './fall-over.ts';
import { fireAgain, fireNext, fireRepeat, fireRest } from './fire.ts';
import type { Due, Incident, IncidentRecord } from './incident.ts';
import { fallbackAfter } from './look-at.ts';
import type { Notification } from './notification.ts';
import { pagesWanted, whyUnwanted } from './pages-wanted.ts';
import { nextStep } from './timing.ts';
import { after, type Instant, type Seconds } from './time.ts';
import { isUnfinished } from './states.ts';
import { stopPages } from './stopping.ts';
import { tellAcknowledger, tellOutcomes } from './tell.ts';

/** At most this many sends under one lease, so that they can be done well before it ends. */
const claimLimit = 25;
/** More steps than a sane policy can have due at one instant; the rest follow with the next look. */
const stepLimit = 12;
/** A page of an earlier level that is later than this helps nobody. */
const staleAfter: Seconds = 600;
/** Nobody wants to hear an hour later who answered. */
const outcomeStaleAfter: Seconds = 3600;

type Timer = Exclude<keyof Due, 'step'> | 'step';

/** Ties go to the one named first. */
const order: readonly Timer[] = ['autoResolve', 'acknowledgementTimeout', 'snoozeEnd', 'levelRepeat', 'step', 'reminder'];

const timeOf = (due: Due, timer: Timer): Instant | null => (timer === 'step' ? (due.step?.at ?? null) : due[timer]);

/** A level that fires ends the repeats of the one before; the end of the chain waits for them. */
function stepEndsRepeats(record: IncidentRecord, context: Context): boolean {
  const { step } = record.due;
  if (step === null || step.at > context.now) return false;
  if (step.what === 'again' || step.byHand) return true;
  const next = nextStep(context.policy, record.position);
  return next.kind === 'level' && (next.cycle === record.position.cycle || context.policy.repeat?.anchor === 'cycleStart');
}

function nextTimer(record: IncidentRecord, context: Context): { readonly timer: Timer; readonly at: Instant } | null {
  let found: { readonly timer: Timer; readonly at: Instant } | null = null;
  for (const timer of order) {
    const at = timeOf(record.due, timer);
    if (at === null || at > context.now) continue;
    if (timer === 'levelRepeat' && stepEndsRepeats(record, context)) continue;
    if (found === null || at < found.at) found = { timer, at };
  }
  return found;
}

function runTimer(draft: Draft, timer: Timer, at: Instant): void {
  switch (timer) {
    case 'autoResolve':
      draft.emit({ type: 'resolved', by: 'system', note: null, occurredAt: null, ...stopPages(draft.record, draft.context) });
      return;
    case 'acknowledgementTimeout':
      tellAcknowledger(draft);
      return;
    case 'snoozeEnd':
      draft.emit({ type: 'snoozeEnded', reason: 'time' });
      return;
    case 'step': {
      const step = draft.record.due.step;
      if (step === null) return;
      if (step.what === 'again') fireAgain(draft);
      else fireNext(draft, step.byHand ? 0 : draft.context.now - at, step.byHand || !isUnfinished(draft.record.state));
      return;
    }
    case 'levelRepeat':
      fireRepeat(draft, at);
      return;
    case 'reminder':
      tellCatchAll(draft, 'reminder');
      return;
    default:
      timer satisfies never;
  }
}

function runTimers(draft: Draft): void {
  for (let step = 0; step < stepLimit; step += 1) {
    const next = nextTimer(draft.record, draft.context);
    if (next === null) return;
    const before = draft.events.length;
    runTimer(draft, next.timer, next.at);
    if (draft.events.length === before) throw new Error(`${next.timer} was due and nothing came of it`);
  }
}

function isStale(one: Notification, record: IncidentRecord, now: Instant): string | null {
  if (one.kind !== 'page') return now > after(one.madeAt, outcomeStaleAfter) ? 'too-old' : null;
  if (!pagesWanted(record)) return whyUnwanted(record);
  if (one.purpose !== 'level' && one.purpose !== 'reassigned') return null;
  const { position } = record;
  const earlier = one.cycle < position.cycle || (one.cycle === position.cycle && one.level < position.level);
  return earlier && (one.failures > 0 || now > after(one.notBefore, staleAfter)) ? 'later-level-fired' : null;
}

function expireStale(draft: Draft): void {
  for (const one of draft.record.outbox) {
    if (isLeased(one, draft.context)) continue;
    const reason = isStale(one, draft.record, draft.context.now);
    if (reason !== null)
      draft.emit({ type: 'notificationExpired', n: one.n, person: one.person, channel: one.channel, contact: one.contact, reason });
  }
}

function askNextContacts(draft: Draft): void {
  for (const one of draft.record.outbox) {
    const failing = one.kind === 'page' && !one.fellOver && one.failingSince !== null;
    if (failing && after(one.failingSince, fallbackAfter) <= draft.context.now) fallOver(draft, one);
  }
}

function claim(draft: Draft): readonly number[] {
  const { context } = draft;
  const claims: number[] = [];
  const due = draft.record.outbox.filter((one) => one.notBefore <= context.now && !isLeased(one, context));
  // What was never tried goes first: a provider that hangs for some must not keep the others waiting.
  const ordered = due.length > claimLimit ? due.sort((a, b) => a.failures - b.failures || a.notBefore - b.notBefore) : due;
  for (const one of ordered) {
    if (claims.length >= claimLimit) break;
    if (one.lease !== null) draft.emit({ type: 'notificationRetaken', n: one.n });
    claims.push(one.n);
  }
  return claims;
}

/**
 * A look at an incident: everything that is due happens, one step at a time and in order, and what is to be sent now is claimed.
 * Finding nothing to do is normal: a wake carries no meaning of its own.
 */
export function wake(incident: Incident, context: Context): { readonly draft: Draft; readonly claims: readonly number[] } {
  const draft = new Draft(incident, context);
  if (incident.generation === 0) return { draft, claims: [] };
  runTimers(draft);
  tellOutcomes(draft);
  expireStale(draft);
  askNextContacts(draft);
  if (draft.record.position.unplaced > 0) fireRest(draft);
  reportUndeliverable(draft);
  return { draft, claims: claim(draft) };
}
