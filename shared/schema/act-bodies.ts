import * as z from 'zod/mini';
import { parseDuration } from '../domain/duration.ts';
import type { Seconds } from '../domain/time.ts';

const maxTextBytes = 4096;

/** What a schema finds in a value, with the code that callers are told. */
export const finding = (input: unknown, code: string, message: string) => ({ code: 'custom' as const, message, params: { code }, input });

/** At most 4 KB of text. */
export const text = z
  .string()
  .check(
    z.refine((value) => Buffer.byteLength(value) <= maxTextBytes, { message: 'Must be at most 4 KB.', params: { code: 'too-large' } }),
  );

/** At least a second, at most 366 days. */
export const duration = z.pipe(
  z.unknown(),
  z.transform((value, context): Seconds => {
    const seconds = typeof value === 'string' || typeof value === 'number' ? parseDuration(value) : null;
    if (seconds !== null && seconds >= 1) return seconds;
    context.issues.push(
      finding(value, 'invalid-duration', 'Must be a duration such as "15m", "1h30m" or a number of seconds, from 1 second to 366 days.'),
    );
    return z.NEVER;
  }),
);

const by = z.nullish(z.string().check(z.trim(), z.minLength(1), z.maxLength(255)));
/** What the body of any act may say. */
export const common = { by, reason: z.nullish(text), note: z.nullish(text) };

/** Body of an act that takes nothing but words; unknown members are ignored. */
export const saidBody = z.object(common);

/** Body of `POST /v1/services/{id}/mute`. */
export const muteBody = z.object({ for: duration, reason: z.nullish(text), by });
