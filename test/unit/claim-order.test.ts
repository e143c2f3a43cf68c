import { expect, it } from 'vitest';
import { begin, commit } from '../../shared/domain/bookkeeping.ts';
import { decideTrigger } from '../../shared/domain/decide-trigger.ts';
import { settle } from '../../shared/domain/settle.ts';
import { wake } from '../../shared/domain/wake.ts';
import { context, level, night, policy, signal } from '../fixtures.ts';

it('a provider that hangs for the first of many does not keep the others waiting: what was never tried is sent before it is tried again', () => {
  const phones = Array.from({ length: 40 }, (_, index) => `phone:+155555510${String(index).padStart(2, '0')}`);
  const chosen = policy([level(phones)]);
  const at = (seconds: number) => context(chosen, { now: night + seconds * 1000, real: night + seconds * 1000 });
  const service = at(0).directory.services.get('checkout');
  if (service === undefined) throw new Error('no service');
  const created = decideTrigger(
    null,
    signal(),
    { service, mutedUntil: null, openIncidents: null, heldSince: null, instantOf: 'change' },
    at(0),
  );
  if (created.outcome !== 'created') throw new Error(created.outcome);
  const incident = begin('a'.repeat(26), 1, created.record, created.events, at(0), { detailsRow: null });

  const first = wake(incident, at(0));
  expect(first.claims).toHaveLength(25);
  const claimed = commit(incident, first.draft, { lease: { claim: 'one', numbers: first.claims } });
  const failures = first.claims.map((n) => ({ n, sent: false as const, permanent: false, code: 'timeout', retryAfter: null }));
  const failed = commit(claimed, settle(claimed, 'one', failures, at(5)));

  const untried = failed.outbox.filter((one) => one.failures === 0).map((one) => one.n);
  expect(wake(failed, at(10)).claims.slice(0, 15)).toEqual(untried);
  // Also where their time came later than that of the next try.
  const later = failed.outbox.map((one) => (one.failures === 0 ? { ...one, notBefore: night + 9000 } : one));
  expect(wake({ ...failed, outbox: later }, at(10)).claims.slice(0, 15)).toEqual(untried);
});
