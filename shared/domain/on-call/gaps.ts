import { after, type Instant, type Seconds } from '../time.ts';
import { OnCallSchedule, type OnCall } from './on-call.ts';
import { hoursAt, type Stretch } from './restriction.ts';
import { instantOfLocal, localDay, turnsOf } from './rotation.ts';
import { peopleIn, type Layer, type Override, type Schedule, type TimeOfDay } from './schedule.ts';
import { localMinute, localStretch } from './why.ts';
import { ZoneOffsets } from './zone-offsets.ts';

const day: Seconds = 86_400;
const horizon: Seconds = 35 * day;

/** When nobody is on call between two instants, in order; the first and the last gap are cut to them. */
export const gapsOf = (onCall: OnCallSchedule, from: Instant, to: Instant, overrides: readonly Override[] = []): readonly Stretch[] =>
  onCall.calendar(from, to, overrides).flatMap((shift) => (shift.people.length === 0 ? [{ from: shift.from, until: shift.until }] : []));

/** Something in a schedule that is allowed and risky. */
interface ScheduleFinding {
  readonly code: 'gap' | 'single-person' | 'night-handoff';
  /** RFC 6901, into the schedule. */
  readonly pointer: string;
  readonly detail: string;
}

/** What to tell somebody who saves a schedule. Gaps are looked for from now on, until five weeks from now, or from the start when that is later. */
export function scheduleFindings(schedule: Schedule, now: Instant, zone = new ZoneOffsets(schedule.zone)): readonly ScheduleFinding[] {
  const ofLayers = schedule.layers.flatMap((layer, index) =>
    nightFinding(nightHandoff(layer, now, zone), `/layers/${index}`, 'This layer hands', schedule),
  );
  const nights = ofLayers.length > 0 ? ofLayers : nightFinding(nightChange(schedule, now, zone), '', 'This schedule hands', schedule);
  return [...gapFindings(schedule, now, zone), ...singlePerson(schedule), ...nights];
}

function nightFinding(handoff: Instant | null, pointer: string, what: string, { zone }: Schedule): readonly ScheduleFinding[] {
  if (handoff === null) return [];
  return [{ code: 'night-handoff', pointer, detail: `${what} over in the night: ${localMinute(handoff, zone)} (${zone}).` }];
}

function gapFindings(schedule: Schedule, now: Instant, zone: ZoneOffsets): readonly ScheduleFinding[] {
  const begun = ({ start }: Layer): boolean => instantOfLocal(start.day, start.at, zone) <= now;
  // Whoever is on call at all hours from now on leaves no gap.
  if (schedule.layers.some((layer) => layer.restrictions.length === 0 && begun(layer))) return [];
  const start = startOf(schedule, zone);
  const gaps = gapsOf(new OnCallSchedule(schedule, zone), now, after(Math.max(now, start), horizon));
  const [first] = gaps;
  if (first === undefined) return [];
  const where = start > now ? 'up to five weeks after the start' : 'in five weeks';
  const more = gaps.length === 1 ? '' : `, the first of ${gaps.length} gaps ${where}`;
  return [{ code: 'gap', pointer: '', detail: `Nobody is on call ${localStretch(first, schedule.zone)} (${schedule.zone})${more}.` }];
}

/** When the first turn or shift begins. */
const startOf = ({ layers, shifts }: Schedule, zone: ZoneOffsets): Instant =>
  Math.min(...layers.map(({ start }) => instantOfLocal(start.day, start.at, zone)), ...shifts.map(({ from }) => from));

function singlePerson(schedule: Schedule): readonly ScheduleFinding[] {
  if (peopleIn(schedule).size !== 1) return [];
  return [{ code: 'single-person', pointer: '', detail: 'Only one person stands in this schedule; nobody takes over.' }];
}

const nightBegins: TimeOfDay = 22 * 60;
const nightEnds: TimeOfDay = 6 * 60;
/** A rotation of 23 or of 25 hours has been at every hour of the day by then. */
const turnsLookedAt = 50;

/** The first of the coming handoffs that falls in a night while the layer is on call. */
function nightHandoff(layer: Layer, now: Instant, zone: ZoneOffsets): Instant | null {
  if (new Set(layer.people).size === 1) return null;
  const turns = turnsOf(layer, zone);
  let turn = turns.at(Math.max(now, turns.start));
  for (let count = 0; turn !== null && count < turnsLookedAt; count += 1) {
    const next = turns.at(turn.until);
    if (next !== null && next.person !== turn.person && isNight(turn.until, zone) && isSeamless(layer, turn.until, zone)) return turn.until;
    turn = next;
  }
  return null;
}

/** The first night of the coming five weeks in which hours or shifts put somebody in the place of another. */
function nightChange(schedule: Schedule, now: Instant, zone: ZoneOffsets): Instant | null {
  if (schedule.shifts.length === 0 && schedule.layers.every(({ restrictions }) => restrictions.length === 0)) return null;
  const shifts = new OnCallSchedule(schedule, zone).calendar(now, after(now, horizon));
  const change = shifts.find(({ from, people }, index) => {
    const before = shifts[index - 1]?.people ?? [];
    return isNight(from, zone) && hasOthers(people, before) && hasOthers(before, people);
  });
  return change?.from ?? null;
}

const hasOthers = (people: readonly OnCall[], than: readonly OnCall[]): boolean =>
  people.some(({ person }) => than.every((one) => one.person !== person));

function isNight(instant: Instant, zone: ZoneOffsets): boolean {
  const minutes = (instant + zone.at(instant)) / 60_000 - localDay(instant, zone) * 1440;
  return minutes >= nightBegins || minutes < nightEnds;
}

const isSeamless = ({ restrictions }: Layer, instant: Instant, zone: ZoneOffsets): boolean =>
  restrictions.length === 0 || (hoursAt(restrictions, instant - 1, zone) !== null && hoursAt(restrictions, instant, zone) !== null);
