import { isDeepStrictEqual } from 'node:util';
import { emptyDocument, type ConfigDocument } from '../schema/config-document.ts';

export interface ConfigChange {
  readonly kind: 'settings' | 'service' | 'policy' | 'person' | 'team' | 'channel' | 'schedule';
  readonly id: string;
  readonly change: 'created' | 'updated' | 'deleted';
}

interface Thing {
  readonly id: string;
}

/** What differs in meaning; another way to write the same is no change. */
export function configChanges(before: ConfigDocument | null, after: ConfigDocument): readonly ConfigChange[] {
  const from = before ?? emptyDocument();
  const settings: readonly ConfigChange[] = isDeepStrictEqual(from.settings, after.settings)
    ? []
    : [{ kind: 'settings', id: 'settings', change: before === null ? 'created' : 'updated' }];
  return [
    ...settings,
    ...thingChanges('service', from.services, after.services),
    ...thingChanges('policy', from.policies, after.policies),
    ...thingChanges('person', from.people, after.people),
    ...thingChanges('team', from.teams, after.teams),
    ...thingChanges('channel', from.channels, after.channels),
    ...thingChanges('schedule', from.schedules, after.schedules),
  ];
}

function thingChanges(kind: ConfigChange['kind'], before: readonly Thing[], after: readonly Thing[]): readonly ConfigChange[] {
  const old = new Map(before.map((thing) => [thing.id, thing]));
  const kept = new Set(after.map((thing) => thing.id));
  const written = after.flatMap((thing): readonly ConfigChange[] => {
    const known = old.get(thing.id);
    if (known === undefined) return [{ kind, id: thing.id, change: 'created' }];
    return isDeepStrictEqual(known, thing) ? [] : [{ kind, id: thing.id, change: 'updated' }];
  });
  const deleted = before.filter((thing) => !kept.has(thing.id)).map((thing): ConfigChange => ({ kind, id: thing.id, change: 'deleted' }));
  return [...written, ...deleted];
}
