import type { Instant } from '../time.ts';
import { hoursAt, hoursBounds, nextHoursBound, type HoursBounds, type Stretch } from './restriction.ts';
import { turnsOf, type Turn, type Turns } from './rotation.ts';
import type { FixedShift, Layer, Override, Schedule } from './schedule.ts';
import { ShiftTable } from './shift-table.ts';
import { ZoneOffsets } from './zone-offsets.ts';

/** Why somebody is on call: a turn of a layer, a shift that stands in the schedule, or an override. */
type Reason =
  | {
      readonly kind: 'turn';
      readonly turn: Turn;
      /** The hours of the restriction that holds; null: it has none. */
      readonly hours: Stretch | null;
    }
  | { readonly kind: 'shift'; readonly shift: FixedShift }
  | {
      readonly kind: 'override';
      readonly override: Override;
      /** Whose place it takes; none: it adds. */
      readonly instead: readonly string[];
    };

export interface OnCall {
  readonly person: string;
  /** The layer whose turn it is, or whose turn an override changed; null: a shift or an override put somebody beside the layers. */
  readonly layer: string | null;
  readonly reason: Reason;
}

/** Who is on call from one instant until another (not included); nobody is a gap. */
interface Shift {
  readonly from: Instant;
  readonly until: Instant;
  readonly people: readonly OnCall[];
}

interface CompiledLayer {
  readonly layer: Layer;
  readonly turns: Turns;
  /** Of a layer with restrictions; found when first asked for, since who is on call at an instant is told without. */
  readonly hours: () => HoursBounds;
  /** All turns are of one person, so that no handoff between them changes anything. */
  readonly alone: boolean;
}

/** A layer that is active, and its turn. */
interface ActiveLayer {
  readonly layer: Layer;
  readonly turn: Turn;
  readonly hours: Stretch | null;
}

/** A calendar is not followed further than this. */
const horizonMs = 2 * 366 * 24 * 3600 * 1000;
/** Nor is the end of somebody's time on call, through all handoffs of the others, further than this. */
const endMs = 62 * 24 * 3600 * 1000;

function samePeople(a: readonly OnCall[], b: readonly OnCall[]): boolean {
  if (a.length !== b.length) return false;
  for (const [index, one] of a.entries()) {
    const other = b[index];
    if (one.person !== other?.person || one.layer !== other.layer) return false;
  }
  return true;
}

/** A schedule, ready to be asked. Making it costs more than asking it. */
export class OnCallSchedule {
  readonly schedule: Schedule;
  readonly #zone: ZoneOffsets;
  readonly #layers: readonly CompiledLayer[];
  readonly #shifts: ShiftTable;

  /** Throws when the zone is unknown. `zone`: of the same name, shared between schedules. */
  constructor(schedule: Schedule, zone: ZoneOffsets = new ZoneOffsets(schedule.zone)) {
    this.schedule = schedule;
    this.#zone = zone;
    this.#layers = schedule.layers.map((layer) => {
      let bounds: HoursBounds | null = null;
      const hours = (): HoursBounds => (bounds ??= hoursBounds(layer.restrictions));
      return { layer, turns: turnsOf(layer, zone), hours, alone: new Set(layer.people).size === 1 };
    });
    this.#shifts = new ShiftTable(schedule.shifts);
  }

  /** Who is on call at an instant, in the order of the layers, each person once. Constant time for layers; shifts are found by halving. */
  at(instant: Instant, overrides: readonly Override[] = []): readonly OnCall[] {
    let people = this.#withoutOverrides(instant);
    for (const override of overrides) if (holds(override, instant)) people = applied(people, override);
    return people;
  }

  /**
   * Who would come after those who are on call: of each active layer the first in its rotation, of the shifts the first to come, who is neither on call
   * nor replaced or taken off. Each person once; nobody when nobody is on call by the schedule itself.
   */
  nextPeople(instant: Instant, overrides: readonly Override[] = []): readonly string[] {
    const planned = this.#withoutOverrides(instant).map(({ person }) => person);
    const removed = overrides.filter((override) => override.change === 'remove' && holds(override, instant)).map(({ person }) => person);
    const taken = new Set([...planned, ...removed, ...this.at(instant, overrides).map(({ person }) => person)]);
    const mayBe = (person: string): boolean => !taken.has(person);
    const active = this.#active(instant);
    const next = active.map(({ layer: { people }, turn: { index } }) =>
      [...people.slice(index + 1), ...people.slice(0, index)].find((person) => mayBe(person)),
    );
    const shifted = this.#shiftsAt(instant, active).length === 0 ? null : this.#shifts.nextPerson(instant, mayBe);
    return [...new Set([...next, shifted ?? undefined])].filter((person) => person !== undefined);
  }

  /** The next instant, strictly after the given one, at which somebody starts or ends; null: none within two years. */
  nextHandoff(instant: Instant, overrides: readonly Override[] = []): Instant | null {
    const now = this.at(instant, overrides);
    for (
      let bound = this.#nextBound(instant, overrides);
      bound !== null && bound - instant <= horizonMs;
      bound = this.#nextBound(bound, overrides)
    )
      if (!samePeople(now, this.at(bound, overrides))) return bound;
    return null;
  }

  /** When somebody who is on call goes off; null: not within two months. */
  endOf(person: string, instant: Instant, overrides: readonly Override[] = []): Instant | null {
    for (let at = this.nextHandoff(instant, overrides); at !== null && at - instant <= endMs; at = this.nextHandoff(at, overrides))
      if (this.at(at, overrides).every((one) => one.person !== person)) return at;
    return null;
  }

  /** The shifts of a stretch of time, gaps included, in order; the first and the last are cut to the stretch. */
  calendar(from: Instant, to: Instant, overrides: readonly Override[] = []): readonly Shift[] {
    const shifts: Shift[] = [];
    for (let start = from; start < to;) {
      const people = this.at(start, overrides);
      const bound = this.#nextBound(start, overrides);
      const until = bound === null ? to : Math.min(bound, to);
      const before = shifts.at(-1);
      if (before !== undefined && samePeople(before.people, people)) shifts[shifts.length - 1] = { ...before, until };
      else shifts.push({ from: start, until, people });
      start = until;
    }
    return shifts;
  }

  #active(instant: Instant): readonly ActiveLayer[] {
    const active: ActiveLayer[] = [];
    for (const { layer, turns } of this.#layers) {
      const turn = turns.at(instant);
      if (turn === null) continue;
      const hours = layer.restrictions.length === 0 ? null : hoursAt(layer.restrictions, instant, this.#zone);
      if (hours === null && layer.restrictions.length > 0) continue;
      active.push({ layer, turn, hours });
      if (this.schedule.active === 'first') break;
    }
    return active;
  }

  #shiftsAt(instant: Instant, active: readonly ActiveLayer[]): readonly FixedShift[] {
    return active.length > 0 && this.schedule.active === 'first' ? [] : this.#shifts.at(instant);
  }

  #withoutOverrides(instant: Instant): readonly OnCall[] {
    const found: OnCall[] = [];
    const add = (one: OnCall): void => {
      if (found.every(({ person }) => person !== one.person)) found.push(one);
    };
    const active = this.#active(instant);
    for (const { layer, turn, hours } of active) add({ person: turn.person, layer: layer.id, reason: { kind: 'turn', turn, hours } });
    for (const shift of this.#shiftsAt(instant, active)) add({ person: shift.person, layer: null, reason: { kind: 'shift', shift } });
    return found;
  }

  /** No later than the next instant at which who is on call changes; often nothing changes there. */
  #nextBound(instant: Instant, overrides: readonly Override[]): Instant | null {
    let next: Instant | null = null;
    const offer = (bound: Instant | null): void => {
      if (bound !== null && bound > instant && (next === null || bound < next)) next = bound;
    };
    for (const { layer, turns, hours, alone } of this.#layers) {
      const turn = turns.at(instant);
      if (turn === null || !alone) offer(turn?.until ?? turns.start);
      if (turn !== null && layer.restrictions.length > 0) offer(nextHoursBound(hours(), instant, this.#zone));
    }
    offer(this.#shifts.nextBound(instant));
    for (const { from, until } of overrides) {
      offer(from);
      offer(until);
    }
    return next;
  }
}

const holds = ({ from, until }: Override, instant: Instant): boolean => from <= instant && instant < until;

/** What an override makes of those on call. Nobody stands there twice. */
function applied(people: readonly OnCall[], override: Override): readonly OnCall[] {
  const { change, person, instead } = override;
  const others = people.filter((one) => one.person !== person);
  switch (change) {
    case 'remove':
      return others;
    case 'add':
      return others.length < people.length
        ? people
        : [...people, { person, layer: null, reason: { kind: 'override', override, instead: [] } }];
    case 'replace': {
      const place = people.find((one) => instead === null || one.person === instead);
      // There is nobody to take the place of: the person asked to be on call all the same when it was for everybody.
      if (place === undefined)
        return instead === null ? [{ person, layer: null, reason: { kind: 'override', override, instead: [] } }] : people;
      const replaced = instead === null ? others.map((one) => one.person) : [instead];
      // Alone on call all the same.
      if (replaced.length === 0) return people;
      const substitute: OnCall = { person, layer: place.layer, reason: { kind: 'override', override, instead: replaced } };
      if (instead === null) return [substitute];
      return people.flatMap((one) => (one === place ? [substitute] : one.person === person ? [] : [one]));
    }
    default:
      return change satisfies never;
  }
}
