import * as z from 'zod/mini';
import type { IncidentId } from '../../domain/incident-id.ts';
import type { Instant } from '../../domain/time.ts';
import type { ContactTestRequest } from '../../ports.ts';
import { parsedJson } from './parsed-json.ts';

// What asks the worker to look: schedules and the work queue. Only what is used is looked at; everything else may change.

const incidentId = z.object({ key: z.string().check(z.minLength(1), z.maxLength(64)), generation: z.int().check(z.minimum(0)) });

const armed = z.extend(incidentId, { due: z.number() });

/** A schedule that fired. */
interface Armed extends IncidentId {
  readonly due: Instant;
}

/** The event of a schedule of ours; null when it is something else. */
export function readArmed(event: unknown): Armed | null {
  const parsed = armed.safeParse(event);
  return parsed.success ? parsed.data : null;
}

const handoffs = z.object({ handoffs: z.literal(true) });
const contactTest = z.object({ test: z.string().check(z.minLength(1), z.maxLength(64)), person: z.string() });
const queued = z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) });

/** What a message of the work queue asks for. */
type Asked =
  | { readonly kind: 'look'; readonly id: IncidentId }
  | { readonly kind: 'test'; readonly test: ContactTestRequest }
  | { readonly kind: 'handoffs' }
  /** It is none of ours. */
  | { readonly kind: 'unknown' };

export interface QueuedWork {
  readonly messageId: string;
  readonly asked: Asked;
}

/** A batch of the work queue; null when the event is something else. */
export function readQueued(event: unknown): readonly QueuedWork[] | null {
  const parsed = queued.safeParse(event);
  return parsed.success ? parsed.data.Records.map(({ messageId, body }) => ({ messageId, asked: askedIn(parsedJson(body)) })) : null;
}

function askedIn(body: unknown): Asked {
  const id = incidentId.safeParse(body);
  if (id.success) return { kind: 'look', id: id.data };
  if (handoffs.safeParse(body).success) return { kind: 'handoffs' };
  const test = contactTest.safeParse(body);
  return test.success ? { kind: 'test', test: { id: test.data.test, person: test.data.person } } : { kind: 'unknown' };
}
