import type { Directory, DirectorySchedule } from '../directory.ts';
import { OnCallSchedule } from './on-call.ts';
import type { Override, Schedule } from './schedule.ts';
import { ZoneOffsets } from './zone-offsets.ts';

type Schedules = Pick<Directory, 'schedules' | 'scheduleUuids'>;

/** Schedules as a directory has them, without overrides. Each is made ready when it is first asked, and those of one zone share what is known of it. */
export function readySchedules(schedules: readonly Schedule[]): Schedules {
  const zones = new Map<string, ZoneOffsets>();
  const zoneOf = (name: string): ZoneOffsets => {
    const zone = zones.get(name) ?? new ZoneOffsets(name);
    zones.set(name, zone);
    return zone;
  };
  const ready = (schedule: Schedule): DirectorySchedule => {
    let made: OnCallSchedule | null = null;
    return { schedule, overrides: [], onCall: () => (made ??= new OnCallSchedule(schedule, zoneOf(schedule.zone))) };
  };
  return {
    schedules: new Map(schedules.map((schedule) => [schedule.id, ready(schedule)])),
    scheduleUuids: new Map(schedules.flatMap(({ id, uuid }) => (uuid === null ? [] : [[uuid, id] as const]))),
  };
}

/** The overrides that count: one that puts somebody unknown on call would leave nobody there. */
export const overridesThatHold = <Known extends Override>(overrides: readonly Known[], { people }: Directory): readonly Known[] =>
  overrides.filter(({ person }) => people.has(person));

/** The directory with the overrides of each schedule, by its id. */
export function withOverrides(directory: Directory, overrides: ReadonlyMap<string, readonly Override[]>): Directory {
  const schedules = new Map(
    [...directory.schedules].map(([id, known]) => [id, { ...known, overrides: overridesThatHold(overrides.get(id) ?? [], directory) }]),
  );
  return { ...directory, schedules };
}
