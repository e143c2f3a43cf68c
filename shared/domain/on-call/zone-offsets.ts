import { IANAZone } from 'luxon';
import type { Instant } from '../time.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const yearMs = 366 * dayMs;
/** Between two looks at a zone's offset: no zone has changed it and back within that since 1970. */
const stepMs = 4 * dayMs;
/** Years of one zone that are remembered; more than any calendar looks at. */
const keptYears = 64;

/** A stretch of about a year: from each of `starts` on, the offset of the same index holds. */
interface Stretch {
  readonly starts: readonly Instant[];
  readonly offsets: readonly number[];
}

/**
 * How far a zone's clocks are ahead of UTC, in milliseconds, at any instant, and the way back from a local reading. luxon knows the zones; what it
 * says is remembered by year, because asking costs more than all the rest of finding out who is on call.
 */
export class ZoneOffsets {
  readonly #zone: IANAZone;
  readonly #stretches = new Map<number, Stretch>();

  /** Throws when there is no such zone. */
  constructor(name: string) {
    this.#zone = IANAZone.create(name);
    if (!this.#zone.isValid) throw new Error(`there is no zone ${name}`);
  }

  at(instant: Instant): number {
    const { starts, offsets } = this.#stretch(Math.floor(instant / yearMs));
    let index = starts.length - 1;
    while (index > 0 && (starts[index] ?? 0) > instant) index -= 1;
    return offsets[index] ?? 0;
  }

  /** The first change of the offset after `from`, at or before `to`; null when there is none. */
  changeWithin(from: Instant, to: Instant): Instant | null {
    for (let year = Math.floor(from / yearMs); year <= Math.floor(to / yearMs); year += 1) {
      const { starts } = this.#stretch(year);
      const change = starts.find((start, index) => index > 0 && start > from && start <= to);
      if (change !== undefined) return change;
      // The first start of a stretch is its own beginning, and a change only if the offset before it was another.
      const begin = (year + 1) * yearMs;
      if (begin > from && begin <= to && this.at(begin - 1) !== this.at(begin)) return begin;
    }
    return null;
  }

  /**
   * The instant at which clocks show `local` (milliseconds, as if it were UTC). Of two, the first; of none, because clocks were put forward over it, the
   * first instant after the gap.
   */
  instantOf(local: number): Instant {
    // Zones are less than a day from UTC: one of these holds before, the other after any change nearby.
    const before = this.at(local - dayMs);
    const after = this.at(local + dayMs);
    const early = local - Math.max(before, after);
    const late = local - Math.min(before, after);
    if (early + this.at(early) === local) return early;
    if (late + this.at(late) === local) return late;
    return this.changeWithin(local - dayMs, local + dayMs) ?? late;
  }

  #stretch(year: number): Stretch {
    const known = this.#stretches.get(year);
    if (known !== undefined) return known;
    if (this.#stretches.size >= keptYears) this.#stretches.clear();
    const stretch = this.#read(year * yearMs, (year + 1) * yearMs);
    this.#stretches.set(year, stretch);
    return stretch;
  }

  #read(from: Instant, to: Instant): Stretch {
    const starts = [from];
    const offsets = [this.#ask(from)];
    for (let instant = from; instant < to; instant += stepMs) {
      const next = Math.min(instant + stepMs, to - 1);
      const offset = this.#ask(next);
      if (offset === offsets.at(-1)) continue;
      starts.push(this.#changeBetween(instant, next));
      offsets.push(offset);
    }
    return { starts, offsets };
  }

  /** The first minute of the new offset: zones change on whole minutes. */
  #changeBetween(from: Instant, to: Instant): Instant {
    const old = this.#ask(from);
    let low = Math.floor(from / minuteMs);
    let high = Math.ceil(to / minuteMs);
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#ask(middle * minuteMs) === old) low = middle;
      else high = middle;
    }
    return high * minuteMs;
  }

  #ask(instant: Instant): number {
    return this.#zone.offset(instant) * minuteMs;
  }
}
