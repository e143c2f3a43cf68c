import * as z from 'zod/mini';
import { after, type Instant, type Seconds } from '../domain/time.ts';
import { boundedInstant } from './bounded-instant.ts';

const day: Seconds = 86_400;
const longest: Seconds = 366 * day;
const shown: Seconds = 35 * day;

const instant = z._default(z.nullable(boundedInstant), null);

/** Query of `GET /v1/schedules/{id}/on-call`; null: now. */
export const onCallQuery = z.object({ at: instant });

/** Query of a stretch of time: five weeks from now, or from `from`, when nothing is said; at most 366 days. */
export const stretchQuery = (now: Instant) =>
  z
    .pipe(
      z.object({ from: instant, to: instant }),
      z.transform(({ from, to }) => ({ from: from ?? now, to: to ?? after(from ?? now, shown) })),
    )
    .check(
      z.superRefine(({ from, to }, context) => {
        const refuse = (code: string, message: string): void => {
          context.addIssue({ code: 'custom', path: ['to'], message, params: { code } });
        };
        if (to <= from) refuse('ends-before-start', 'A stretch of time ends after it starts.');
        else if (to > after(from, longest)) refuse('too-long', 'A calendar shows at most 366 days.');
      }),
    );
