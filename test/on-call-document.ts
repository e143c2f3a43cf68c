import { expect } from 'vitest';
import { channels } from '../shared/channels/registry.ts';
import { OnCallSchedule } from '../shared/domain/on-call/on-call.ts';
import type { Override } from '../shared/domain/on-call/schedule.ts';
import { names } from '../shared/schema/config-fields.ts';
import { scheduleSchema } from '../shared/schema/config-schedules.ts';
import type { KnownIds } from '../shared/schema/config-targets.ts';

const people = ['ana', 'ben', 'cara', 'dan', 'eve', 'user1', 'user2', 'user3', 'user4', 'user5', 'user6'];
export const known: KnownIds = {
  people: names(people),
  teams: names([]),
  policies: names([]),
  schedules: names([]),
  rooms: names([]),
  channels,
};

interface WrittenLayer {
  readonly id?: string;
  readonly name?: string;
  readonly people?: readonly string[];
  readonly rotation: object;
  readonly start?: string;
  readonly restrictions?: readonly object[];
}

/** One schedule as the document has it. */
export const written = (zone: string, ...layers: readonly WrittenLayer[]) => ({
  id: 'primary',
  zone,
  layers: layers.map((layer, index) => ({
    id: `layer-${String(index + 1)}`,
    people: ['ana', 'ben', 'cara'],
    start: '2026-01-05T09:00',
    ...layer,
  })),
});

/** The schedule that a part of a document stands for. */
export function onCallFrom(document: object): OnCallSchedule {
  const result = scheduleSchema(known).safeParse(document);
  if (!result.success) expect.fail(JSON.stringify(result.error.issues));
  return new OnCallSchedule(result.data);
}

/** Who is on call at an instant, in order: `ana ben`. */
export const who = (onCall: OnCallSchedule, at: string, overrides: readonly Override[] = []): string =>
  onCall
    .at(Date.parse(at), overrides)
    .map(({ person }) => person)
    .join(' ');

const short = (instant: number): string => new Date(instant).toISOString().slice(0, 16);

/** Every change between two instants: `2026-03-09T13:00 ben`, in UTC. */
export const changes = (onCall: OnCallSchedule, from: string, to: string, overrides: readonly Override[] = []): readonly string[] =>
  onCall
    .calendar(Date.parse(from), Date.parse(to), overrides)
    .slice(1)
    .map((shift) => `${short(shift.from)} ${shift.people.map(({ person }) => person).join(' ') || 'nobody'}`);

export const override = (fields: Partial<Override> & { readonly during: readonly [from: string, until: string] }): Override => {
  const { during, ...rest } = fields;
  const [from, until] = during.map((written_) => Date.parse(written_));
  return {
    id: 'o1',
    from: from ?? 0,
    until: until ?? 0,
    change: 'replace',
    person: 'eve',
    instead: null,
    by: 'user:dan',
    madeAt: 0,
    ...rest,
  };
};
