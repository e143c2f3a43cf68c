import * as z from 'zod';
import { duration } from '../shared/schema/config-fields.ts';

const count = (most: number) => z.coerce.number().pipe(z.int().min(1).max(most));

const mostMessages = 1_000_000;
export const mostNewest = 300;

/** `after`: the id of the last message already seen. `newest`: only the last so many. */
export const inboxQuery = z.object({
  after: z.string().max(64).optional(),
  limit: count(mostMessages).default(mostMessages),
  newest: count(mostNewest).optional(),
});

export const smsBody = z.object({ from: z.string().trim().min(1).max(64), text: z.string().max(2000) });

export const clockBody = z.object({ advance: duration(1) });
