import type { Directory } from '../domain/directory.ts';
import { readySchedules, withOverrides } from '../domain/on-call/ready.ts';
import type { Override } from '../domain/on-call/schedule.ts';
import type { Ports } from '../ports.ts';
import { schedulesSchema } from '../schema/config-schedules.ts';

/** What a configuration needs to know who is on call. It carries a calendar library, so those who never ask go without. */
export interface OnCallReading {
  readonly schema: typeof schedulesSchema;
  readonly ready: typeof readySchedules;
  /** The directory with the overrides that are not over now. */
  readonly withOverrides: (directory: Directory) => Promise<Directory>;
}

export function makeOnCallReading({ clock, state }: Pick<Ports, 'clock' | 'state'>): OnCallReading {
  return {
    schema: schedulesSchema,
    ready: readySchedules,
    async withOverrides(directory) {
      const bySchedule = new Map<string, Override[]>();
      for (const { schedule, ...override } of await state.overrides(null, clock.now())) {
        const known = bySchedule.get(schedule);
        if (known === undefined) bySchedule.set(schedule, [override]);
        else known.push(override);
      }
      return bySchedule.size === 0 ? directory : withOverrides(directory, bySchedule);
    },
  };
}
