import * as z from 'zod/mini';
import type { Bundle, BundleMember } from '../domain/bundle.ts';
import type { Traffic } from '../domain/flood.ts';
import { count, incidentId, instant, severity, textOrNull } from './records-parts.ts';

const lane = z.enum(['page', 'reminder']);
const open = z.nullable(z.object({ id: z.string(), sendAt: instant }));

export const traffic = z.object({
  places: z.array(z.object({ at: instant, lane, severity, holder: z.string() })),
  open: z.object({ page: open, reminder: open }),
}) satisfies z.ZodMiniType<Traffic>;

const result = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sent'), at: instant, providerId: textOrNull, plain: z.boolean() }),
  z.object({ kind: z.literal('failed'), permanent: z.boolean(), code: z.string(), retryAfter: z.nullable(z.number()) }),
  z.object({ kind: z.literal('dissolved') }),
]);

export const bundle = z.object({
  id: z.string(),
  version: count,
  sendAt: instant,
  carrier: z.nullable(z.object({ claim: z.string(), until: instant })),
  result: z.nullable(result),
  expiresAt: instant,
}) satisfies z.ZodMiniType<Bundle>;

export const bundleMember = z.object({
  incident: incidentId,
  n: count,
  person: z.string(),
  madeAt: instant,
  cycle: count,
  level: count,
  service: z.string(),
  title: z.string(),
  severity,
}) satisfies z.ZodMiniType<BundleMember>;
