import * as z from 'zod/mini';
import { longestDuration } from '../domain/duration.ts';
import type { FixedShift } from '../domain/on-call/schedule.ts';
import { after, type Instant } from '../domain/time.ts';
import { fields, leaf, reference, refused, taken, type Read } from './config-fields.ts';
import type { KnownIds } from './config-targets.ts';

const earliest = Date.UTC(1970, 0, 1);
const latest = Date.UTC(2100, 0, 1);
/** Two years of seven handoffs a day. */
export const mostShifts = 5000;
const mostAtOnce = 20;

const written = z.iso.datetime({ offset: true });

const instant = leaf((value): Read<Instant> => {
  const at = written.safeParse(value).success && typeof value === 'string' ? Date.parse(value) : NaN;
  if (Number.isNaN(at)) return refused('invalid-instant', 'An instant is written "2026-03-23T08:00:00Z", in quotes, with Z or an offset.');
  return at >= earliest && at < latest ? taken(at) : refused('out-of-range', 'A shift lies between 1970 and 2099.');
});

const shift = (known: KnownIds): z.ZodMiniType<FixedShift> =>
  fields({ person: reference('person', known.people), from: instant, until: instant }).check(
    z.superRefine(({ from, until }, ctx) => {
      const refuse = (code: string, message: string): void => {
        ctx.addIssue({ code: 'custom', path: ['until'], message, params: { code } });
      };
      if (until <= from) refuse('ends-before-start', 'A shift ends after it starts.');
      else if (until > after(from, longestDuration)) refuse('too-long', 'A shift lasts at most 366 days.');
    }),
  );

/** The most that hold at the same time. */
function atOnce(shifts: readonly FixedShift[]): number {
  const bounds = shifts.flatMap(({ from, until }) => [
    { at: from, change: 1 },
    { at: until, change: -1 },
  ]);
  let now = 0;
  let most = 0;
  for (const { change } of bounds.sort((a, b) => a.at - b.at || a.change - b.change)) {
    now += change;
    most = Math.max(most, now);
  }
  return most;
}

/** The shifts that stand in a schedule. */
export const shiftsSchema = (known: KnownIds): z.ZodMiniType<readonly FixedShift[]> =>
  z.array(shift(known)).check(
    z.maxLength(mostShifts),
    z.superRefine((shifts, ctx) => {
      if (atOnce(shifts) <= mostAtOnce) return;
      const message = `At most ${mostAtOnce} shifts may hold at the same time.`;
      ctx.addIssue({ code: 'custom', message, params: { code: 'too-many-at-once' } });
    }),
  );
