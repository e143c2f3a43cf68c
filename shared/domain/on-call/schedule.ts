import type { Instant, Seconds } from '../time.ts';

/** Monday is 1, Sunday is 7. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** Minutes after local midnight, 0 to 1439. */
export type TimeOfDay = number;

/** A time of the day as clocks write it: `09:00`. */
export const clockTime = (minutes: TimeOfDay): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** Days since 1970-01-01, without any zone. */
export type DayNumber = number;

/** When a layer hands over. Local times are of the schedule's zone; `custom` is real elapsed time, whatever the clocks do. */
export type Rotation =
  | { readonly kind: 'daily'; /** Days. */ readonly every: number; readonly at: TimeOfDay }
  | {
      readonly kind: 'weekly';
      /** Weeks. */
      readonly every: number;
      /** In order, at least one. */
      readonly days: readonly Weekday[];
      readonly at: TimeOfDay;
    }
  /** A month without that day hands over on its last. */
  | { readonly kind: 'monthly'; /** Months. */ readonly every: number; readonly day: number; readonly at: TimeOfDay }
  | { readonly kind: 'custom'; readonly length: Seconds };

/** Local hours in which a layer is active, over midnight when `to` is not after `from`. The days are those on which the hours begin. */
export interface Restriction {
  /** Null: every day. */
  readonly days: readonly Weekday[] | null;
  readonly from: TimeOfDay;
  /** 1440: the end of the day. */
  readonly to: TimeOfDay;
}

export interface Layer {
  readonly id: string;
  readonly name: string | null;
  /** People in the order of their turns, at least one; somebody who stands there twice has two turns. */
  readonly people: readonly string[];
  readonly rotation: Rotation;
  /** When the first turn begins: a local day and time. */
  readonly start: { readonly day: DayNumber; readonly at: TimeOfDay };
  /** Active when one of them holds; none: always. */
  readonly restrictions: readonly Restriction[];
}

/** A shift that stands in the schedule itself, such as an imported calendar has. */
export interface FixedShift {
  readonly person: string;
  readonly from: Instant;
  /** Not included. */
  readonly until: Instant;
}

export interface Schedule {
  readonly id: string;
  readonly name: string | null;
  /** Another name under which it can be asked for and be a target. */
  readonly uuid: string | null;
  readonly zone: string;
  readonly layers: readonly Layer[];
  /** Beside the layers, behind the last of them. In any order, and they may overlap. */
  readonly shifts: readonly FixedShift[];
  /** Who is on call when several layers are active: all of them, or the first. */
  readonly active: 'all' | 'first';
}

/** Everybody who is ever on call by the schedule itself. */
export const peopleIn = ({ layers, shifts }: Schedule): ReadonlySet<string> =>
  new Set([...layers.flatMap(({ people }) => people), ...shifts.map(({ person }) => person)]);

/** A change for a while, outside the document: applying the document again must not undo last night's swap. */
export interface Override {
  readonly id: string;
  readonly from: Instant;
  /** Not included. */
  readonly until: Instant;
  /** `replace` puts the person in the place of `instead`, or of everybody when that is null. */
  readonly change: 'replace' | 'add' | 'remove';
  readonly person: string;
  readonly instead: string | null;
  readonly by: string;
  readonly madeAt: Instant;
}
