import { OnCallSchedule } from '../shared/domain/on-call/on-call.ts';
import type { Layer, Restriction, Rotation, Schedule } from '../shared/domain/on-call/schedule.ts';
import { ZoneOffsets } from '../shared/domain/on-call/zone-offsets.ts';
import { day, dayMs, disagreements, layer, schedule } from './on-call-comparison.ts';
import { middleOf, transitions } from './on-call-naive.ts';

/** All zones that this node knows. */
export const allZones: readonly string[] = Intl.supportedValuesOf('timeZone');

/** Where nothing ever moves, one week is looked at. */
const quiet = Date.UTC(2028, 1, 29);

/** Each kind of rotation and of hours, its times in the very minutes that the zone skips or repeats. */
function everyKind(zone: string, middle: number): Schedule {
  const hourLater = (middle + 60) % 1440;
  const kinds: readonly (readonly [Rotation, (readonly Restriction[])?])[] = [
    [{ kind: 'daily', every: 1, at: middle }],
    [{ kind: 'daily', every: 3, at: hourLater }],
    [{ kind: 'weekly', every: 1, days: [4, 5, 7], at: middle }],
    [{ kind: 'weekly', every: 2, days: [1, 6], at: 0 }],
    [{ kind: 'monthly', every: 1, day: 31, at: middle }],
    [{ kind: 'monthly', every: 2, day: 29, at: 540 }],
    [{ kind: 'custom', length: 12 * 3600 }],
    [{ kind: 'custom', length: 25 * 3600 }],
    [{ kind: 'daily', every: 1, at: 0 }, [{ days: [5, 6, 7], from: 1320, to: middle }]],
    [
      { kind: 'weekly', every: 1, days: [1], at: 540 },
      [
        { days: null, from: middle, to: hourLater },
        { days: [1, 2, 3, 4, 5], from: 540, to: 1440 },
      ],
    ],
  ];
  const layers = kinds.map(([rotation, restrictions = []], index): Layer => {
    const id = String(index);
    return layer({
      id,
      rotation,
      restrictions,
      people: ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => name + id),
      start: { day: day('2019-11-04') + index, at: middle },
    });
  });
  return schedule(zone, layers);
}

function changesKnown(zone: string): readonly number[] {
  const offsets = new ZoneOffsets(zone);
  const [from, to] = [Date.UTC(2020, 0, 1), Date.UTC(2041, 0, 1) - 1];
  const changes: number[] = [];
  for (let next = offsets.changeWithin(from, to); next !== null; next = offsets.changeWithin(next, to)) changes.push(next);
  return changes;
}

/** Looks about every transition of a zone from 2020 to 2040, three days to either side. */
export function proveZone(zone: string): { readonly places: number; readonly disagreements: readonly string[] } {
  const moves = transitions(zone);
  const [first = quiet] = moves;
  const onCall = new OnCallSchedule(everyKind(zone, middleOf(first, zone)));
  const found: string[] = [];
  if (changesKnown(zone).join() !== moves.join()) found.push(`${zone} has other changes`);
  for (const near of moves.length === 0 ? [quiet] : moves) {
    found.push(...disagreements(onCall, [], { from: near - 3 * dayMs, until: near + 3 * dayMs, near }).map((one) => `${zone} ${one}`));
    if (found.length > 10) break;
  }
  return { places: Math.max(1, moves.length), disagreements: found };
}
