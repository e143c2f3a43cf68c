import { expect, it } from 'vitest';
import { begin, commit } from '../../shared/domain/bookkeeping.ts';
import type { Context } from '../../shared/domain/commands.ts';
import { decideAct } from '../../shared/domain/decide-act.ts';
import { decideTrigger } from '../../shared/domain/decide-trigger.ts';
import { evolve } from '../../shared/domain/evolve.ts';
import type { Incident } from '../../shared/domain/incident.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import { wake } from '../../shared/domain/wake.ts';
import { context, level, night, policy, signal } from '../fixtures.ts';

const at = (chosen: Policy, seconds: number): Context => context(chosen, { now: night + seconds * 1000, real: night + seconds * 1000 });

/** An incident whose first level has just fired. */
function fired(chosen: Policy): Incident {
  const now = at(chosen, 0);
  const service = now.directory.services.get('checkout');
  if (service === undefined) throw new Error('no service');
  const created = decideTrigger(
    null,
    signal(),
    { service, mutedUntil: null, openIncidents: null, heldSince: null, instantOf: 'change' },
    now,
  );
  if (created.outcome !== 'created') throw new Error(created.outcome);
  const incident = begin('a'.repeat(26), 1, created.record, created.events, now, { detailsRow: null });
  return commit(incident, wake(incident, now).draft);
}

const acknowledge = { type: 'acknowledge', by: 'user:ana', note: null } as const;

it('an acknowledgement that leaves its level going names no instant at which it would run out, and none comes', () => {
  const chosen = policy([level(['user:ana'], { stopOnAck: false }), level(['user:ben'], { delay: 900 })], { acknowledgementTimeout: 60 });
  const before = fired(chosen);
  const decision = decideAct(before, acknowledge, at(chosen, 10));
  if (!decision.ok) throw new Error(decision.refusal.code);
  const [event] = decision.draft.events;
  expect(event).toMatchObject({ type: 'acknowledged', stops: false, timeoutAt: null });

  const noted = commit(before, decision.draft);
  expect(noted.due.acknowledgementTimeout).toBeNull();
  expect(wake(noted, at(chosen, 899)).draft.events.map(({ type }) => type)).not.toContain('acknowledgementTimedOut');
  expect(noted.due.step).toEqual(before.due.step);
});

it('an acknowledgement that stops the chain does name it, and comes to it', () => {
  const chosen = policy([level(['user:ana'])], { acknowledgementTimeout: 60 });
  const before = fired(chosen);
  const decision = decideAct(before, acknowledge, at(chosen, 10));
  if (!decision.ok) throw new Error(decision.refusal.code);
  expect(decision.draft.events[0]).toMatchObject({ stops: true, timeoutAt: night + 70_000 });
  const types = (seconds: number) => wake(commit(before, decision.draft), at(chosen, seconds)).draft.events.map(({ type }) => type);
  expect(types(69)).not.toContain('acknowledgementTimedOut');
  expect(types(70)).toContain('acknowledgementTimedOut');
});

it('whatever instant an event carries, an acknowledgement that leaves its level going is never waited out', () => {
  const chosen = policy([level(['user:ana'], { stopOnAck: false })]);
  const event = { type: 'acknowledged', seq: 9, at: night, by: 'user:ana', note: null, stops: false, dropped: [], inFlight: [] } as const;
  expect(evolve(fired(chosen), { ...event, timeoutAt: night + 1 }).due.acknowledgementTimeout).toBeNull();
});

it('a level that is to fire again does so, and the repeat that was due before it does not come as well', () => {
  const chosen = policy([level(['user:ana'], { repeat: { count: 5, every: 60 } })]);
  const incident = fired(chosen);
  const step = { at: night + 70_000, what: 'again', byHand: false } as const;
  const { draft } = wake({ ...incident, due: { ...incident.due, step, levelRepeat: night + 60_000 } }, at(chosen, 80));
  const firings = draft.events.flatMap((event) =>
    event.type === 'levelFired' ? [event.cause] : event.type === 'levelRepeated' ? ['repeat'] : [],
  );
  expect(firings).toEqual(['again']);
});
