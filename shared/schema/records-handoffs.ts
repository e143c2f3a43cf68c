import * as z from 'zod/mini';
import { nothingSeen, type Handoffs } from '../domain/on-call/handoffs.ts';
import { count, instant, instantOrNull, text, texts } from './records-parts.ts';

const notice = z.object({
  schedule: text,
  person: text,
  contact: text,
  change: z.enum(['on', 'off']),
  madeAt: instant,
  failures: count,
  notBefore: instant,
});

const handoffs = z.object({
  version: count,
  lookAt: instantOrNull,
  onCall: z.array(z.object({ schedule: text, people: texts })),
  notices: z.array(notice),
  lease: z.nullable(z.object({ claim: text, until: instant })),
}) satisfies z.ZodMiniType<Handoffs>;

/** A stored record like those of `records.ts`, apart from them because most functions do without. */
export const handoffsRecord = { version: 1, schema: handoffs } as const;

const stored = z.extend(handoffs, { schema: z.literal(handoffsRecord.version) });

/** Ready to be stored as JSON. */
export const toHandoffsRecord = (value: Handoffs): object => ({ ...value, schema: handoffsRecord.version });

/**
 * From parsed JSON; what cannot be read says nothing, so that somebody looks at once and nobody is told of what was missed. `version`: as the row has it.
 */
export function readHandoffs(json: unknown, version: number): Handoffs {
  const parsed = stored.safeParse(json);
  if (!parsed.success) return { ...nothingSeen, version, lookAt: 0 };
  const { lookAt, onCall, notices, lease } = parsed.data;
  return { version, lookAt, onCall, notices, lease };
}
