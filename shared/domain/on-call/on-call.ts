import type { Instant } from '../time.ts';
import { hoursAt, nextHoursBound } from './restriction.ts';
import { turnsOf, type Turn, type Turns } from './rotation.ts';
import type { Layer, Override, Schedule } from './schedule.ts';
import { ZoneOffsets } from './zone-offsets.ts';

/** Why somebody is on call: a turn of a layer, or an override. */
type Reason =
  | {
      readonly kind: 'turn';
      readonly layer: string;
      readonly turn: Turn;
      /** The hours of the restriction that holds; null: it has none. */ readonly hours: {
        readonly from: Instant;
        readonly until: Instant;
      } | null;
    }
  | {
      readonly kind: 'override';
      readonly override: Override;
      /** Whose place it takes; null: nobody's. */ readonly instead: string | null;
    };

export interface OnCall {
  readonly person: string;
  /** The layer whose turn it is, or whose turn an override changed; null: an override put somebody beside the layers. */
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
}

/** A calendar is not followed further than this. */
const horizonMs = 2 * 366 * 24 * 3600 * 1000;

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

  /** Throws when the zone is unknown. `zone`: of the same name, shared between schedules. */
  constructor(schedule: Schedule, zone: ZoneOffsets = new ZoneOffsets(schedule.zone)) {
    this.schedule = schedule;
    this.#zone = zone;
    this.#layers = schedule.layers.map((layer) => ({ layer, turns: turnsOf(layer, zone) }));
  }

  /** Who is on call at an instant, in the order of the layers, each person once. Constant time. */
  at(instant: Instant, overrides: readonly Override[] = []): readonly OnCall[] {
    const byTurn: OnCall[] = [];
    for (const { layer, turns } of this.#layers) {
      const turn = turns.at(instant);
      if (turn === null) continue;
      const hours = layer.restrictions.length === 0 ? null : hoursAt(layer.restrictions, instant, this.#zone);
      if (hours === null && layer.restrictions.length > 0) continue;
      if (byTurn.every(({ person }) => person !== turn.person))
        byTurn.push({ person: turn.person, layer: layer.id, reason: { kind: 'turn', layer: layer.id, turn, hours } });
      if (this.schedule.active === 'first') break;
    }
    let people: readonly OnCall[] = byTurn;
    for (const override of overrides) if (holds(override, instant)) people = applied(people, override);
    return people;
  }

  /** Who comes after each turn that is under way: the next of its rotation, whatever the restrictions. */
  nextInRotation(instant: Instant): readonly { readonly layer: string; readonly person: string }[] {
    return this.#layers.flatMap(({ layer, turns }) => {
      const turn = turns.at(instant);
      const person = turn === null ? undefined : layer.people[(turn.index + 1) % layer.people.length];
      return person === undefined ? [] : [{ layer: layer.id, person }];
    });
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

  /** The next instant at which anything can change. */
  #nextBound(instant: Instant, overrides: readonly Override[]): Instant | null {
    let next: Instant | null = null;
    const offer = (bound: Instant | null): void => {
      if (bound !== null && bound > instant && (next === null || bound < next)) next = bound;
    };
    for (const { layer, turns } of this.#layers) {
      offer(turns.at(instant)?.until ?? turns.start);
      if (layer.restrictions.length > 0) offer(nextHoursBound(layer.restrictions, instant, this.#zone));
    }
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
        : [...people, { person, layer: null, reason: { kind: 'override', override, instead: null } }];
    case 'replace': {
      const place = people.find((one) => instead === null || one.person === instead);
      // There is nobody to take the place of: the person asked to be on call all the same when it was for everybody.
      if (place === undefined)
        return instead === null ? [{ person, layer: null, reason: { kind: 'override', override, instead: null } }] : people;
      const substitute: OnCall = { person, layer: place.layer, reason: { kind: 'override', override, instead: place.person } };
      if (instead === null) return [substitute];
      return people.flatMap((one) => (one === place ? [substitute] : one.person === person ? [] : [one]));
    }
    default:
      return change satisfies never;
  }
}
