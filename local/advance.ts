import type { LocalQueue } from '../shared/adapters/node/queue.ts';
import type { PolicyClock } from '../shared/adapters/node/policy-clock.ts';
import type { Runtime } from './runtime.ts';

export interface ClockState {
  /** Policy time, in milliseconds since 1970. */
  readonly now: number;
  /** Incidents with work that is due and not done. */
  readonly unsettled: number;
}

export interface Advance {
  /** Lets so much policy time pass, through every due instant in order; takes at most 15 s of real time. */
  advance(milliseconds: number): Promise<ClockState>;
  state(): Promise<ClockState>;
}

type World = Pick<Runtime, 'timers' | 'timer' | 'writes'> & {
  readonly handoffs: Runtime['stores']['handoffs'];
  readonly clock: PolicyClock;
  readonly queue: LocalQueue;
  readonly incidents: Runtime['stores']['incidents'];
};

type Due = Awaited<ReturnType<World['incidents']['due']>>[number];

/** By key the `lookAt` that did not move although the incident was worked. */
type Stuck = Map<string, number>;

/** No incident has this key. */
const handoffsKey = 'handoffs';

const limitMs = 15_000;
const pageSize = 1000;
const countedAtMost = 100_000;

/** The earliest of what is due until the instant, without what was found stuck; a page at the most. */
async function dueUntil({ incidents }: Pick<World, 'incidents'>, instant: number, stuck: Stuck, page: number): Promise<readonly Due[]> {
  let last: Due | null = null;
  do {
    const due: readonly Due[] = await incidents.due(instant, page, last);
    const moving = due.filter(({ key, lookAt }) => stuck.get(key) !== lookAt);
    if (moving.length > 0) return moving;
    last = due.at(-1) ?? null;
  } while (last !== null);
  return [];
}

/** Steps policy time. Advances asked for at the same time follow one another. */
export function makeAdvance({ clock, queue, incidents, handoffs, timers, timer, writes }: World): Advance {
  let last: Promise<unknown> = Promise.resolve();

  const handoffsAt = async (): Promise<number> => (await handoffs.current())?.lookAt ?? Infinity;

  const stateAt = async (instant: number): Promise<ClockState> => {
    const due = await incidents.due(instant, countedAtMost);
    const looks = (await handoffsAt()) <= instant ? 1 : 0;
    return { now: clock.now(), unsettled: Math.max(due.length + looks, queue.size) };
  };

  const lookAtHandoffs = async (at: number, stuck: Stuck, settle: () => Promise<unknown>): Promise<true> => {
    clock.moveTo(at);
    await queue.handoffs();
    await settle();
    if ((await handoffsAt()) === at) stuck.set(handoffsKey, at);
    return true;
  };

  /** Moves to the next due instant and waits until all that is due has been worked; what nothing came of is stuck. False: nothing is due until then. */
  const step = async (target: number, stuck: Stuck, settle: () => Promise<unknown>): Promise<boolean> => {
    const [next] = await dueUntil({ incidents }, target, stuck, Math.min(pageSize, stuck.size + 1));
    const handoff = await handoffsAt();
    if (handoff <= Math.min(target, next?.lookAt ?? Infinity) && stuck.get(handoffsKey) !== handoff)
      return lookAtHandoffs(handoff, stuck, settle);
    if (next === undefined) return false;
    clock.moveTo(next.lookAt);
    const before = writes();
    const due = await dueUntil({ incidents }, Math.max(next.lookAt, clock.now()), stuck, pageSize);
    for (const id of due) await queue.nudge(id);
    await settle();
    if (writes() === before) for (const { key, lookAt } of due) stuck.set(key, lookAt);
    return true;
  };

  const run = async (milliseconds: number): Promise<ClockState> => {
    const started = clock.real();
    const target = clock.now() + milliseconds;
    const left = (): number => Math.max(0, limitMs - (clock.real() - started));
    const settle = (): Promise<unknown> => timers.within(left(), () => queue.idle());
    clock.reserve(target);
    await settle();
    const stuck: Stuck = new Map();
    while (left() > 0 && (await step(target, stuck, settle)));
    clock.moveTo(target);
    timer.look();
    await settle();
    return stateAt(target);
  };

  return {
    state: () => stateAt(clock.now()),
    advance(milliseconds) {
      const mine = last.then(() => run(milliseconds));
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}
