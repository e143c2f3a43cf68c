import * as z from 'zod/mini';
import type { Instant } from '../domain/time.ts';

const earliest = Date.UTC(1970, 0, 1);
/** What is answered lies up to some years further, and its year has four digits still. */
const latest = Date.UTC(9000, 0, 1);

/** An ISO 8601 instant with its zone, from 1970 to 8999: outside of them nobody is on call, and an answer about it could not be written as an instant. */
export const boundedInstant = z
  .pipe(
    z.iso.datetime({ offset: true }),
    z.transform((value): Instant => Date.parse(value)),
  )
  .check(z.refine((at) => at >= earliest && at < latest, { message: 'Must lie between 1970 and 8999.', params: { code: 'out-of-range' } }));
