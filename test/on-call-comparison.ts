import type { OnCallSchedule } from '../shared/domain/on-call/on-call.ts';
import type { OnCall } from '../shared/domain/on-call/on-call.ts';
import type { Layer, Override, Schedule } from '../shared/domain/on-call/schedule.ts';
import { watch, WatchedSchedule, type Look, type Stretch } from './on-call-naive.ts';

const hourMs = 3600_000;
export const dayMs = 24 * hourMs;

/** Days since 1970 of a date written `2026-01-05`. */
export const day = (date: string): number => Date.parse(`${date}T00:00Z`) / dayMs;

export const layer = (fields: Partial<Layer> & Pick<Layer, 'rotation'>): Layer => ({
  id: 'week',
  name: null,
  people: ['ana', 'ben', 'cara'],
  start: { day: day('2026-01-05'), at: 540 },
  restrictions: [],
  ...fields,
});

export const schedule = (zone: string, layers: readonly Layer[], active: Schedule['active'] = 'all'): Schedule => ({
  id: 'primary',
  name: null,
  uuid: null,
  zone,
  layers,
  shifts: [],
  active,
});

/** `person@layer` of everybody on call, in order. */
export const written = (people: readonly OnCall[]): string => people.map(({ person, layer: id }) => `${person}@${id ?? ''}`).join(' ');

const describe = (what: string, look: Look, ours: string, watched: string): string =>
  `${what} ${new Date(look.instant).toISOString()}: "${ours}" instead of "${watched}"`;

/** Where `at`, the calendar and the next handoff differ from what watching the clocks tells; three at most. */
export function disagreements(onCall: OnCallSchedule, overrides: readonly Override[], stretch: Stretch): readonly string[] {
  const found: string[] = [];
  const watched = new WatchedSchedule(onCall.schedule, overrides);
  const shifts = onCall.calendar(stretch.from, stretch.until, overrides);
  let index = 0;
  let before: string | null = null;
  let promised: number | null = null;
  for (const look of watch(onCall.schedule.zone, stretch)) {
    const truth = watched.see(look);
    const ours = written(onCall.at(look.instant, overrides));
    if (ours !== truth) found.push(describe('at', look, ours, truth));
    while ((shifts[index]?.until ?? Infinity) <= look.instant) index += 1;
    const shift = written(shifts[index]?.people ?? []);
    if (shift !== truth) found.push(describe('calendar', look, shift, truth));
    if (truth !== before) {
      if (before !== null && promised !== look.instant) found.push(describe('handoff', look, String(promised), String(look.instant)));
      promised = onCall.nextHandoff(look.instant, overrides);
      before = truth;
    }
    if (found.length >= 3) return found.slice(0, 3);
  }
  return found;
}
