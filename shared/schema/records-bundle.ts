import * as z from 'zod/mini';
import type { Bundle, BundleMember } from '../domain/bundle.ts';
import type { Traffic } from '../domain/flood.ts';
import { count, flag, incidentId, instant, severity, text, textOrNull } from './records-parts.ts';

// Of a contact that has been quiet none of these is read: each schema is made when its first record is.

export const traffic = z.lazy(() => {
  const lane = z.enum(['page', 'reminder']);
  const open = z.nullable(z.object({ id: text, sendAt: instant }));
  return z.object({
    places: z.array(z.object({ at: instant, lane, severity, holder: text })),
    open: z.object({ page: open, reminder: open }),
  });
}) satisfies z.ZodMiniType<Traffic>;

export const bundle = z.lazy(() => {
  const result = z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('sent'), at: instant, providerId: textOrNull, plain: flag }),
    z.object({ kind: z.literal('failed'), permanent: flag, code: text, retryAfter: z.nullable(z.number()) }),
    z.object({ kind: z.literal('dissolved') }),
  ]);
  return z.object({
    id: text,
    version: count,
    sendAt: instant,
    carrier: z.nullable(z.object({ claim: text, until: instant })),
    result: z.nullable(result),
    expiresAt: instant,
  });
}) satisfies z.ZodMiniType<Bundle>;

export const bundleMember = z.lazy(() =>
  z.object({
    incident: incidentId,
    n: count,
    person: text,
    madeAt: instant,
    cycle: count,
    level: count,
    service: text,
    title: text,
    severity,
  }),
) satisfies z.ZodMiniType<BundleMember>;
