import type { IncidentId } from '../../domain/incident-id.ts';
import type { Instant } from '../../domain/time.ts';
import type { Due, IncidentStore, Log } from '../../ports.ts';
import type { PolicyClock } from './policy-clock.ts';

/** About so many incidents are taken up at once; the next follow shortly. */
const pageSize = 1000;
/** So many that rest are looked past within one look. */
const mostPages = 100;
/** What was nudged and then written is looked past so soon; writes that come together share the look. */
const brieflyMs = 5;
/** While something due is not written, what else falls due is found so soon. */
const soonMs = 50;
/** Where so many rest, looking past them takes a millisecond or more, and each makes the next look later by one. */
const restingPerMs = 200;
const afterFaultMs = 1000;
const longestMs = 3_600_000;
const longestRestMs = 60_000;

interface Options {
  readonly incidents: Pick<IncidentStore, 'due' | 'nextLookAt'>;
  readonly clock: Pick<PolicyClock, 'now' | 'real' | 'speed'>;
  readonly nudge: (id: IncidentId) => void;
  readonly log: Pick<Log, 'error'>;
}

/** How often an incident was nudged without a write that followed, and until when it is left alone, in real time. */
interface Rest {
  readonly nudges: number;
  readonly until: Instant;
}

/** One timer on the earliest `lookAt` of all. What stays due although it was nudged is nudged more and more rarely, and holds nobody else up. */
export class DueTimer {
  readonly #options: Options;
  readonly #resting = new Map<string, Rest>();
  #timer: NodeJS.Timeout | null = null;
  #armedFor: Instant = Infinity;
  #looking = false;
  #again = false;
  #stopped = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** A head was written and is to be looked at then. */
  noticed(key: string, lookAt: Instant | null): void {
    const { clock } = this.#options;
    // As long as something due was not written, the store could not tell what comes next.
    const unblocked = this.#resting.delete(key) ? clock.now() + brieflyMs * clock.speed : Infinity;
    const wanted = Math.min(lookAt ?? Infinity, unblocked);
    if (wanted === Infinity || this.#stopped) return;
    if (this.#looking) this.#again = true;
    else if (wanted < this.#armedFor) this.#arm((wanted - clock.now()) / clock.speed);
  }

  /** Looks now for what is due; also after policy time was moved. */
  look(): void {
    this.#again = this.#looking;
    if (this.#looking || this.#stopped) return;
    this.#looking = true;
    void this.#run();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #arm(delayMs: number): void {
    const { clock } = this.#options;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const delay = Math.min(longestMs, Math.max(0, Math.ceil(delayMs)));
    this.#armedFor = clock.now() + delay * clock.speed;
    this.#timer = setTimeout(() => {
      this.look();
    }, delay).unref();
  }

  async #run(): Promise<void> {
    let delayMs = afterFaultMs;
    try {
      delayMs = await this.#pass();
    } catch (cause) {
      this.#options.log.error('timer-failed', {}, cause);
    }
    this.#looking = false;
    if (this.#stopped) return;
    if (this.#again) this.look();
    else this.#arm(delayMs);
  }

  /** Nudges what is due and not resting; the time in real milliseconds until the next look. */
  async #pass(): Promise<number> {
    const { incidents, clock } = this.#options;
    const at = clock.now();
    let last: Due | null = null;
    let waits = false;
    for (let page = 0, nudged = 0; page < mostPages && nudged < pageSize; page += 1) {
      const due: readonly Due[] = await incidents.due(at, pageSize, last);
      nudged += this.#nudge(due);
      last = due.at(-1) ?? null;
      waits ||= due.length > 0;
      if (due.length < pageSize) break;
    }
    const next = await incidents.nextLookAt(at);
    const untilNext = next === null ? longestMs : (next - clock.now()) / clock.speed;
    // What is due now was nudged, and is looked for again in case its look came to nothing.
    return waits ? Math.min(untilNext, Math.max(soonMs, this.#resting.size / restingPerMs)) : untilNext;
  }

  /** How many of them did not rest. */
  #nudge(due: readonly IncidentId[]): number {
    let nudged = 0;
    const real = this.#options.clock.real();
    for (const id of due) {
      const rest = this.#resting.get(id.key);
      if (rest !== undefined && rest.until > real) continue;
      const nudges = (rest?.nudges ?? 0) + 1;
      this.#resting.set(id.key, { nudges, until: real + Math.min(longestRestMs, soonMs * 2 ** nudges) });
      this.#options.nudge(id);
      nudged += 1;
    }
    return nudged;
  }
}
