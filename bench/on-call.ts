/**
 * Who is on call at an instant, and a year of shifts, for a schedule of 5 layers and 50 people with hours, over all kinds of rotation, one thread.
 * Run with `npm run bench:on-call`.
 */
import { OnCallSchedule } from '../shared/domain/on-call/on-call.ts';
import type { Layer, Override, Rotation, Schedule } from '../shared/domain/on-call/schedule.ts';
import { printMachine, spread } from './machine.ts';

const dayMs = 86_400_000;
const rounds = 5;
const questions = 100_000;
const years = 5;
const begin = Date.UTC(2026, 0, 1);

const rotations: readonly Rotation[] = [
  { kind: 'weekly', every: 1, days: [1], at: 540 },
  { kind: 'daily', every: 1, at: 480 },
  { kind: 'monthly', every: 1, day: 31, at: 540 },
  { kind: 'custom', length: 12 * 3600 },
  { kind: 'weekly', every: 2, days: [1, 3, 5], at: 540 },
];
const layers = rotations.map((rotation, index): Layer => ({
  id: `layer-${String(index)}`,
  name: null,
  people: Array.from({ length: 10 }, (_, person) => `p${String(index)}-${String(person)}`),
  rotation,
  start: { day: 3650, at: 540 },
  restrictions: index % 2 === 0 ? [] : [{ days: [1, 2, 3, 4, 5], from: 1080, to: 480 }],
}));
const schedule: Schedule = { id: 'bench', name: null, uuid: null, zone: 'Europe/Berlin', layers, shifts: [], active: 'all' };
const overrides: readonly Override[] = [
  { id: 'o', from: begin, until: begin + 7 * dayMs, change: 'replace', person: 'eve', instead: 'p0-1', by: 'user:eve', madeAt: begin },
];

/** A stranger's instants: none near the one before. */
const instants = Array.from({ length: questions }, (_, index) => begin + ((index * 7_919_317_777) % (years * 365 * dayMs)));

printMachine();
for (let round = 1; round <= rounds; round += 1) {
  const onCall = new OnCallSchedule(schedule);
  const first = performance.now();
  onCall.at(begin);
  const cold = performance.now() - first;
  let people = 0;
  const start = performance.now();
  for (const instant of instants) people += onCall.at(instant, overrides).length;
  const each = ((performance.now() - start) / questions) * 1000;
  const laps: number[] = [];
  let shifts = 0;
  for (let year = 0; year < 20; year += 1) {
    const from = begin + (year % years) * 365 * dayMs;
    const lap = performance.now();
    shifts = onCall.calendar(from, from + 365 * dayMs, overrides).length;
    laps.push(performance.now() - lap);
  }
  console.log(
    `round ${String(round)}: the first answer of a new schedule ${cold.toFixed(1)} ms, then ${each.toFixed(2)} µs each (${(people / questions).toFixed(1)} people); a year of ${String(shifts)} shifts ${spread(laps)}`,
  );
}
