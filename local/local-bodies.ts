import * as z from 'zod/mini';
import { duration } from '../shared/schema/config-fields.ts';

const count = (most: number) => z.pipe(z.coerce.number(), z.int().check(z.minimum(1), z.maximum(most)));

const mostMessages = 1_000_000;
export const mostNewest = 300;

/** `after`: the id of the last message already seen. `newest`: only the last so many. */
export const inboxQuery = z.object({
  after: z.optional(z.string().check(z.maxLength(64))),
  limit: z._default(count(mostMessages), mostMessages),
  newest: z.optional(count(mostNewest)),
});

export const smsBody = z.object({
  from: z.string().check(z.trim(), z.minLength(1), z.maxLength(64)),
  text: z.string().check(z.maxLength(2000)),
});

export const clockBody = z.object({ advance: duration(1) });
