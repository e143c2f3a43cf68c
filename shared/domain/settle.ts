import type { ClaimOutcome, Context, SendOutcome } from './commands.ts';
import { Draft } from './draft.ts';
import { reportUndeliverable } from './empty-level.ts';
import { fallOver } from './fall-over.ts';
import type { Incident, IncidentRecord } from './incident.ts';
import type { Notification } from './notification.ts';
import { pagesWanted, whyUnwanted } from './pages-wanted.ts';
import { after, type Instant, type Seconds } from './time.ts';

const longestBackoff: Seconds = 300;
/** How long to go on with a page when nothing else comes after it. */
const patience: Seconds = 900;
const outcomePatience: Seconds = 600;

function giveUpAt(one: Notification, record: IncidentRecord): Instant {
  if (one.kind !== 'page') return after(one.madeAt, outcomePatience);
  const { due, position } = record;
  switch (one.purpose) {
    case 'level':
    case 'reassigned':
    case 'acknowledgementTimedOut':
      if (one.cycle < position.cycle || one.level < position.level) return 0;
      return due.step?.at ?? after(one.madeAt, patience);
    case 'exhausted':
    case 'limit':
    case 'nobodyReached':
    case 'reminder':
      return due.reminder ?? after(one.madeAt, patience);
    case 'acknowledged':
    case 'resolved':
    case 'cancelled':
    case 'failed':
    case 'test':
      return after(one.madeAt, outcomePatience);
    default:
      return one.purpose satisfies never;
  }
}

/** Tried again after 2, 4, 8 … seconds, within the level's time, and no sooner than the provider asks. */
function retryAt(one: Notification, record: IncidentRecord, now: Instant, retryAfter: Seconds | null): Instant | null {
  if (one.kind === 'page' && !pagesWanted(record)) return null;
  const wait = Math.max(Math.min(longestBackoff, 2 ** (one.failures + 1)), retryAfter ?? 0);
  const at = after(now, wait);
  return at < giveUpAt(one, record) ? at : null;
}

function settleFailure(draft: Draft, one: Notification, outcome: Extract<SendOutcome, { sent: false }>): void {
  const again = outcome.permanent ? null : retryAt(one, draft.record, draft.context.now, outcome.retryAfter);
  draft.emit({
    type: 'notificationFailed',
    n: one.n,
    person: one.person,
    channel: one.channel,
    contact: one.contact,
    code: outcome.code,
    permanent: outcome.permanent,
    retryAt: again,
  });
  const wanted = one.kind === 'page' && pagesWanted(draft.record);
  if (again === null && wanted && !one.fellOver) fallOver(draft, one);
}

/** It waits in its bundle; one that nobody needs any more waits for nothing. */
function settleBundled(draft: Draft, one: Notification, outcome: Extract<ClaimOutcome, { sent: 'bundled' }>): void {
  const { n, person, channel, contact } = one;
  if (pagesWanted(draft.record)) {
    const until = outcome.until ?? draft.context.now;
    draft.emit({ type: 'notificationBundled', n, person, channel, contact, bundle: outcome.bundle, until });
  } else {
    draft.emit({ type: 'notificationExpired', n, person, channel, contact, reason: whyUnwanted(draft.record) });
  }
}

function settleSent(draft: Draft, one: Notification, outcome: Extract<SendOutcome, { sent: true }>): void {
  const { n, kind, person, name, channel, contact } = one;
  const { providerId, plain, bundle } = outcome;
  const by = bundle === undefined ? {} : { bundle };
  draft.emit({ type: 'notificationSent', n, kind, person, name, channel, contact, providerId, plain, ...by });
}

/** What came of the notifications held under a claim; those whose claim is gone are left alone. */
export function settle(incident: Incident, claim: string, outcomes: readonly ClaimOutcome[], context: Context): Draft {
  const draft = new Draft(incident, context);
  for (const outcome of outcomes) {
    const one = draft.record.outbox.find((candidate) => candidate.n === outcome.n);
    if (one?.lease?.claim !== claim) continue;
    if (outcome.sent === 'bundled') settleBundled(draft, one, outcome);
    else if (outcome.sent) settleSent(draft, one, outcome);
    else settleFailure(draft, one, outcome);
  }
  reportUndeliverable(draft);
  return draft;
}
