import type { Instant } from '../time.ts';
import type { FixedShift } from './schedule.ts';

/** The shifts of a schedule by stretches of time in which nothing changes, so that an instant is found by halving. */
export class ShiftTable {
  /** Each begins a stretch that lasts until the next; the last one begins the time when all shifts are over. */
  readonly #bounds: readonly Instant[];
  readonly #stretches: readonly (readonly FixedShift[])[];

  constructor(shifts: readonly FixedShift[]) {
    const ordered = [...shifts].sort((a, b) => a.from - b.from || a.until - b.until);
    this.#bounds = [...new Set(ordered.flatMap(({ from, until }) => [from, until]))].sort((a, b) => a - b);
    let next = 0;
    let open: readonly FixedShift[] = [];
    this.#stretches = this.#bounds.map((bound) => {
      const begun = next;
      while ((ordered[next]?.from ?? Infinity) <= bound) next += 1;
      open = [...open.filter(({ until }) => until > bound), ...ordered.slice(begun, next)];
      return open;
    });
  }

  /** Those that hold at an instant, the one that began first before the others. */
  at(instant: Instant): readonly FixedShift[] {
    return this.#stretches[this.#last(instant)] ?? [];
  }

  /** The next instant, strictly after, at which one begins or ends; null: there is none. */
  nextBound(instant: Instant): Instant | null {
    return this.#bounds[this.#last(instant) + 1] ?? null;
  }

  /** The first person after the stretch of an instant who may be taken; null: there is none. */
  nextPerson(instant: Instant, mayBe: (person: string) => boolean): string | null {
    for (let index = this.#last(instant) + 1; index < this.#stretches.length; index += 1) {
      const found = this.#stretches[index]?.find(({ person }) => mayBe(person));
      if (found !== undefined) return found.person;
    }
    return null;
  }

  /** The place of the last bound at or before an instant; -1: there is none. */
  #last(instant: Instant): number {
    let low = -1;
    let high = this.#bounds.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#bounds[middle] ?? Infinity) <= instant) low = middle;
      else high = middle;
    }
    return low;
  }
}
