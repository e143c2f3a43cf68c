import * as z from 'zod';
import type { Bundle, BundleMember } from '../domain/bundle.ts';
import type { Traffic } from '../domain/flood.ts';
import { count, incidentId, instant, severity, textOrNull } from './records-parts.ts';

const lane = z.enum(['page', 'reminder']);
const open = z.object({ id: z.string(), sendAt: instant }).nullable();

export const traffic = z.object({
  places: z.array(z.object({ at: instant, lane, severity, holder: z.string() })),
  open: z.object({ page: open, reminder: open }),
}) satisfies z.ZodType<Traffic>;

const result = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('sent'), at: instant, providerId: textOrNull, plain: z.boolean() }),
  z.object({ kind: z.literal('failed'), permanent: z.boolean(), code: z.string(), retryAfter: z.number().nullable() }),
  z.object({ kind: z.literal('dissolved') }),
]);

export const bundle = z.object({
  id: z.string(),
  version: count,
  sendAt: instant,
  carrier: z.object({ claim: z.string(), until: instant }).nullable(),
  result: result.nullable(),
  expiresAt: instant,
}) satisfies z.ZodType<Bundle>;

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
}) satisfies z.ZodType<BundleMember>;
