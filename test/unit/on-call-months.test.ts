import { Temporal } from 'temporal-polyfill';
import { expect, it } from 'vitest';
import { turnsOf } from '../../shared/domain/on-call/rotation.ts';
import { ZoneOffsets } from '../../shared/domain/on-call/zone-offsets.ts';
import { day, dayMs, layer } from '../on-call-comparison.ts';

/** Reads no zone: the calendar alone is looked at. */
class Utc extends ZoneOffsets {
  override at(): number {
    return 0;
  }
}

it('hands over on the right day of every month from 1900 to 2200, its last when the month is shorter', () => {
  for (const wanted of [1, 28, 29, 30, 31]) {
    const start = { day: day('1900-01-01'), at: 0 };
    const turns = turnsOf(layer({ rotation: { kind: 'monthly', every: 1, day: wanted, at: 0 }, start }), new Utc('UTC'));
    let month = new Temporal.PlainYearMonth(1900, wanted === 1 ? 2 : 1);
    for (let turn = turns.at(turns.start); month.year < 2200; turn = turns.at(turn?.until ?? 0), month = month.add({ months: 1 })) {
      const date = month.toPlainDate({ day: Math.min(wanted, month.daysInMonth) });
      expect((turn?.until ?? 0) / dayMs).toBe(day(date.toString()));
    }
  }
});
