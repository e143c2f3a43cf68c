import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { begin, commit } from '../../shared/domain/bookkeeping.ts';
import type { ActCommand, ClaimOutcome, Context } from '../../shared/domain/commands.ts';
import { decideAct } from '../../shared/domain/decide-act.ts';
import { decideTrigger } from '../../shared/domain/decide-trigger.ts';
import type { IncidentEvent } from '../../shared/domain/events.ts';
import { evolve } from '../../shared/domain/evolve.ts';
import { start } from '../../shared/domain/evolve-start.ts';
import type { Incident, IncidentRecord } from '../../shared/domain/incident.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import { settle } from '../../shared/domain/settle.ts';
import { fileAt } from '../../shared/domain/look-at.ts';
import { needsSomebody } from '../../shared/domain/shown-state.ts';
import { isUnfinished, transitions } from '../../shared/domain/states.ts';
import { wake } from '../../shared/domain/wake.ts';
import { context, level, night, policy, signal, target } from '../fixtures.ts';

type Step =
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'look' }
  | { readonly do: 'settle'; readonly outcome: 'sent' | 'permanent' | 'transient' | 'bundled' }
  | { readonly do: 'die' }
  | { readonly do: 'trigger'; readonly severity: 'critical' | 'low' }
  | { readonly do: 'act'; readonly act: ActCommand };

const by = fc.constantFrom('user:ana', 'user:ben', 'api');
const act: fc.Arbitrary<ActCommand> = fc.oneof(
  fc.record({ type: fc.constant('acknowledge' as const), by, note: fc.constant(null) }),
  fc.record({
    type: fc.constant('resolve' as const),
    by,
    note: fc.constant(null),
    occurredAt: fc.constant(null),
    bySource: fc.constant(false),
  }),
  fc.record({ type: fc.constant('cancel' as const), by, reason: fc.constant(null) }),
  fc.record({ type: fc.constant('escalate' as const), by, reason: fc.constant(null), force: fc.boolean(), from: fc.constant(null) }),
  fc.record({ type: fc.constant('snooze' as const), by, reason: fc.constant(null), for: fc.integer({ min: 1, max: 7200 }) }),
  fc.record({ type: fc.constant('reassign' as const), by, reason: fc.constant(null), to: fc.constant([target('user:ben')]) }),
  fc.record({ type: fc.constant('note' as const), by, note: fc.constant('looking') }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 0, max: 9000 }) }) },
  { weight: 8, arbitrary: fc.constant({ do: 'look' as const }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      outcome: fc.constantFrom('sent' as const, 'permanent' as const, 'transient' as const, 'bundled' as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'die' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('trigger' as const), severity: fc.constantFrom('critical' as const, 'low' as const) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('act' as const), act }) },
);

const seconds = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
const somePolicy: fc.Arbitrary<Policy> = fc
  .record({
    levels: fc.array(
      fc.record({
        targets: fc.subarray(['user:ana', 'user:ben', 'user:gone'], { minLength: 1 }),
        delay: seconds(1800),
        anchor: fc.constantFrom('previous' as const, 'cycleStart' as const),
        minWait: seconds(600),
        repeat: fc.option(fc.record({ count: fc.integer({ min: 1, max: 4 }), every: fc.integer({ min: 1, max: 600 }) }), { nil: null }),
        stopOnAck: fc.boolean(),
        requireAck: fc.boolean(),
        autoResolve: fc.option(fc.integer({ min: 1, max: 7200 }), { nil: null }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    repeat: fc.option(
      fc.record({
        times: fc.integer({ min: 1, max: 3 }),
        every: fc.integer({ min: 60, max: 3600 }),
        anchor: fc.constantFrom('chainEnd' as const, 'cycleStart' as const),
      }),
      { nil: null },
    ),
    maxEscalations: fc.option(fc.integer({ min: 1, max: 4 }), { nil: null }),
  })
  .map(({ levels, ...rest }) =>
    policy(
      levels.map(({ targets, ...one }) => level(targets, one)),
      rest,
    ),
  );

const steps = fc.array(step, { maxLength: 80, size: 'max' });
const unanswered: readonly Step[] = Array.from({ length: 20 }, () => [
  { do: 'wait' as const, seconds: 9000 },
  { do: 'look' as const },
  { do: 'settle' as const, outcome: 'sent' as const },
]).flat();
const endsByTime = (chosen: Policy): Policy => ({
  ...chosen,
  levels: chosen.levels.map((one) => ({ ...one, requireAck: true, autoResolve: null })),
});
/** Anything from the beginning on; or anything after an end that nobody caused, which chance alone comes to rarely. */
const story: fc.Arbitrary<readonly [Policy, readonly Step[]]> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(somePolicy, steps) },
  {
    weight: 1,
    arbitrary: fc.tuple(
      somePolicy.map(endsByTime),
      steps.map((rest) => [...unanswered, ...rest]),
    ),
  },
);

/** The state, or what somebody has done about an incident that had ended. */
function standing({ state, acknowledged, resolved }: Incident): string {
  if (isUnfinished(state)) return state;
  return resolved !== null ? 'resolved' : acknowledged !== null ? 'acknowledged' : state;
}

/** Everything that was written, as a store would keep it: no store, only the rules. */
class History {
  now = night;
  item: Incident;
  events: IncidentEvent[];
  /** How things stood at each claim of a page since they were last looked at. */
  readonly claims: string[] = [];
  readonly chosen: Policy;
  #claim: { id: string; numbers: readonly number[] } | null = null;
  #claims = 0;

  constructor(chosen: Policy) {
    this.chosen = chosen;
    const decision = decideTrigger(
      null,
      signal(),
      {
        service: this.context.directory.services.get('checkout')!,
        mutedUntil: null,
        openIncidents: null,
        heldSince: null,
        instantOf: 'change',
      },
      this.context,
    );
    if (decision.outcome !== 'created') throw new Error(decision.outcome);
    this.events = [...decision.events];
    this.item = begin('a'.repeat(26), 1, decision.record, decision.events, this.context, { detailsRow: null });
  }

  get context(): Context {
    return context(this.chosen, { now: this.now, real: this.now });
  }

  #write(next: Incident, events: readonly IncidentEvent[]): void {
    this.item = next;
    this.events.push(...events);
  }

  run(one: Step): void {
    switch (one.do) {
      case 'wait':
        this.now += one.seconds * 1000;
        return;
      case 'look': {
        const { draft, claims } = wake(this.item, this.context);
        // Filed as the worker does it: an item full of events would be looked at for that alone.
        const filing = this.item.unfiled.length >= fileAt ? { filedThrough: this.item.seq } : {};
        if (draft.events.length === 0 && claims.length === 0 && !('filedThrough' in filing)) return;
        const id = `claim-${String(++this.#claims)}`;
        this.#write(commit(this.item, draft, { lease: { claim: id, numbers: claims }, ...filing }), draft.events);
        for (const number of claims) {
          const claimed = this.item.outbox.find((page) => page.n === number)!;
          if (claimed.kind === 'page') this.claims.push(standing(this.item));
        }
        if (claims.length > 0) this.#claim = { id, numbers: claims };
        return;
      }
      case 'settle': {
        if (this.#claim === null) return;
        const pages = new Set(this.item.outbox.flatMap(({ n, kind }) => (kind === 'page' ? [n] : [])));
        const outcomes = this.#claim.numbers.map((n): ClaimOutcome =>
          one.outcome === 'sent'
            ? { n, sent: true, providerId: null, plain: false }
            : one.outcome === 'bundled' && pages.has(n)
              ? { n, sent: 'bundled', bundle: 'b', until: this.now + 60_000 }
              : { n, sent: false, permanent: one.outcome === 'permanent', code: 'x', retryAfter: null },
        );
        const draft = settle(this.item, this.#claim.id, outcomes, this.context);
        if (draft.events.length > 0) this.#write(commit(this.item, draft), draft.events);
        this.#claim = null;
        return;
      }
      case 'die':
        this.#claim = null;
        return;
      case 'trigger': {
        const gates = {
          service: this.context.directory.services.get('checkout')!,
          mutedUntil: null,
          openIncidents: null,
          heldSince: null,
          instantOf: 'change' as const,
        };
        const decision = decideTrigger(this.item, signal({ severity: one.severity }), gates, this.context);
        if (decision.outcome === 'merged' && decision.draft.events.length > 0)
          this.#write(commit(this.item, decision.draft), decision.draft.events);
        if (isUnfinished(this.item.state)) expect(decision.outcome).toBe('merged');
        return;
      }
      case 'act': {
        const decision = decideAct(this.item, one.act, this.context);
        if (decision.ok && decision.draft.events.length > 0) this.#write(commit(this.item, decision.draft), decision.draft.events);
        return;
      }
    }
  }
}

const fold = (record: IncidentRecord | null, event: IncidentEvent): IncidentRecord =>
  record === null ? start(event) : evolve(record, event);

const bookkeeping = [
  'schema',
  'key',
  'generation',
  'version',
  'updatedAt',
  'seq',
  'unfiled',
  'commands',
  'detailsRow',
  'finish',
  'publishing',
  'lookAt',
];

/** The part of an item that its events account for. */
const recordOf = (item: IncidentRecord): unknown => {
  const rest = Object.entries(item).filter(([name]) => !bookkeeping.includes(name));
  const outbox = item.outbox.map((one) => ({ ...one, lease: null }));
  return { ...Object.fromEntries(rest), outbox };
};

type Check = (history: History, one: Step, before: Incident) => void;

/** Many stories, each checked after every step. */
const runs = (check: Check): void => {
  fc.assert(
    fc.property(story, ([chosen, steps]) => {
      const history = new History(chosen);
      for (const one of steps) {
        const before = history.item;
        history.run(one);
        check(history, one, before);
      }
    }),
    { numRuns: 600 },
  );
};

/** Many stories, each checked when it is over. */
const wholes = (check: (history: History) => void, options: { readonly seed?: number } = {}): void => {
  fc.assert(
    fc.property(story, ([chosen, steps]) => {
      const history = new History(chosen);
      for (const one of steps) history.run(one);
      check(history);
    }),
    { numRuns: 600, ...options },
  );
};

describe('whatever happens to an incident, in whatever order', () => {
  it('folding its events gives its record back', () => {
    const folded = new WeakMap<History, { readonly record: IncidentRecord | null; readonly count: number }>();
    runs((history, _, before) => {
      const { record, count } = folded.get(history) ?? { record: null, count: 0 };
      const next = history.events.slice(count).reduce(fold, record);
      folded.set(history, { record: next, count: history.events.length });
      if (history.item !== before) expect(next === null ? null : recordOf(next)).toEqual(recordOf(history.item));
    });
  });

  it('its events are numbered from 1 without a gap', () => {
    wholes((history) => {
      expect(history.events.map((event) => event.seq)).toEqual(history.events.map((_, index) => index + 1));
    });
  });

  it('somebody will look again as long as it needs somebody', () => {
    runs((history) => {
      const { item } = history;
      const waits = needsSomebody(item) && item.state !== 'acknowledged';
      const { level: at, levelReached } = item.position;
      const known = item.state === 'active' && (levelReached || item.acknowledged !== null);
      const toldIsEnough = known && history.chosen.levels[at - 1]?.requireAck === false;
      if (waits && !toldIsEnough) expect(item.lookAt).not.toBeNull();
      if (item.state === 'acknowledged') expect(item.lookAt).not.toBeNull();
    });
  });

  it('no page is claimed while it stands acknowledged, resolved or cancelled', () => {
    runs((history) => {
      for (const state of history.claims.splice(0)) expect(['pending', 'active', 'timed_out', 'failed']).toContain(state);
    });
  });

  it('a finished incident never becomes unfinished again', () => {
    runs((history, _, before) => {
      if (!isUnfinished(before.state)) expect(history.item.state).toBe(before.state);
    });
  });

  it('a resolve is never taken back', () => {
    runs((history, _, before) => {
      if (before.resolved !== null) expect(history.item.resolved).toEqual(before.resolved);
    });
  });

  it('looking once more at the same instant changes nothing when there is nothing left to do', () => {
    runs((history, one) => {
      if (one.do !== 'look') return;
      for (let look = 0; look < 20; look += 1) {
        const { draft, claims } = wake(history.item, history.context);
        if (draft.events.length === 0 && claims.length === 0) return;
        history.run({ do: 'look' });
      }
      throw new Error('looking never came to an end');
    });
  });

  it('its state changes only along the table of transitions, by the events named there [T-131] [T-132] [T-133] [T-138] [T-139]', () => {
    const allowed: Record<string, Partial<Record<string, readonly string[]>>> = transitions;
    const seen = new Set<string>();
    const follow = (history: History): void => {
      let record: IncidentRecord | null = null;
      for (const event of history.events) {
        const from: string | undefined = record?.state;
        record = fold(record, event);
        if (from === undefined || from === record.state) continue;
        expect(allowed[from]?.[record.state] ?? [], `${from} to ${record.state}`).toContain(event.type);
        seen.add(`${from} ${record.state} ${event.type}`);
      }
    };
    wholes(follow);
    // A fixed seed is known to meet every one of them.
    wholes(follow, { seed: 7 });
    const named = Object.entries(allowed).flatMap(([from, rest]) =>
      Object.entries(rest).flatMap(([to, events]) => (events ?? []).map((event) => `${from} ${to} ${event}`)),
    );
    expect(named.filter((one) => !seen.has(one) && !one.endsWith(' failed'))).toEqual([]);
  });
});
