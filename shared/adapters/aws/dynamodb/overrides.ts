import type { StateStore, StoredOverride } from '../../../ports.ts';
import { readOverride, toRecord } from '../../../schema/records.ts';
import { expiring, jsonIn, s } from './attributes.ts';
import type { Key, Table } from './table.ts';

const overrideKey = (schedule: string, id: string): Key => ({ pk: 'override', sk: JSON.stringify([schedule, id]) });
// A calendar of the past knows of a swap as long as incidents of that time are kept by default.
const overrideKeptMs = 400 * 24 * 3600 * 1000;
const asMade = (a: StoredOverride, b: StoredOverride): number => a.madeAt - b.madeAt || (a.id < b.id ? -1 : 1);

/** Overrides of schedules, in the table. */
export const makeDynamoOverrides = (table: Table): Pick<StateStore, 'overrides' | 'putOverride' | 'removeOverride'> => ({
  overrides: async (schedule, endingAfter) =>
    (await table.all({ key: { expression: 'pk = :pk', values: { ':pk': s('override') } } }))
      .flatMap((row): readonly StoredOverride[] => {
        const override = readOverride(jsonIn(row, 'body'));
        return override === null ? [] : [override];
      })
      .filter((one) => (schedule === null || one.schedule === schedule) && one.until > endingAfter)
      .sort(asMade),
  async putOverride(override) {
    const body = s(JSON.stringify(toRecord('scheduleOverride', override)));
    await table.put(overrideKey(override.schedule, override.id), { body, ...expiring(override.until + overrideKeptMs) });
  },
  removeOverride: async (schedule, id) => (await table.remove(overrideKey(schedule, id), { expression: 'attribute_exists(pk)' })).ok,
});
