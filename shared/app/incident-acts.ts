import type * as z from 'zod/mini';
import type { ActCommand, Refusal, RefusalCode } from '../domain/commands.ts';
import type { Directory } from '../domain/directory.ts';
import { formatIncidentId } from '../domain/incident-id.ts';
import type { Incident } from '../domain/incident.ts';
import { cleanLine, cleanText } from '../ingest/clean-text.ts';
import type { Problem } from '../http/problem.ts';
import { saidBody } from '../schema/act-bodies.ts';
import { fieldErrors, type FieldError } from '../schema/field-errors.ts';

/** The last part of the path of an act. */
export type ActName = 'acknowledge' | 'resolve' | 'cancel' | 'escalate' | 'snooze' | 'reassign' | 'notes';

type ReadAct = { readonly ok: true; readonly command: ActCommand } | { readonly ok: false; readonly errors: readonly FieldError[] };

/** One way to act on an incident. */
export interface IncidentAct {
  readonly name: ActName;
  /** Understands its body. Refused: what the schema does not allow, and people, teams or channels that do not exist. */
  readonly read: (value: unknown, directory: Directory) => ReadAct;
}

interface Words {
  readonly by?: string | null | undefined;
  readonly reason?: string | null | undefined;
  readonly note?: string | null | undefined;
}

interface Said {
  readonly by: string;
  readonly reason: string | null;
  readonly note: string | null;
}

/** An act with this body. `unknownIn`: what it names that does not exist, besides who acts. */
export const incidentAct = <Body extends Words>(
  name: ActName,
  schema: z.ZodMiniType<Body>,
  toCommand: (said: Said, body: Body) => ActCommand,
  unknownIn: (body: Body, directory: Directory) => readonly FieldError[] = () => [],
): IncidentAct => ({
  name,
  read(value, directory) {
    const parsed = schema.safeParse(value);
    if (!parsed.success) return { ok: false, errors: fieldErrors(parsed.error) };
    const command = toCommand(said(parsed.data), parsed.data);
    const errors = [...unknownActor(command.by, directory), ...unknownIn(parsed.data, directory)];
    return errors.length > 0 ? { ok: false, errors } : { ok: true, command };
  },
});

function said(body: Words): Said {
  const reason = body.reason ?? body.note ?? null;
  const note = body.note ?? body.reason ?? null;
  return {
    by: cleanLine(body.by ?? 'api'),
    reason: reason === null ? null : cleanText(reason),
    note: note === null ? null : cleanText(note),
  };
}

export const acknowledge = incidentAct('acknowledge', saidBody, ({ by, note }) => ({ type: 'acknowledge', by, note }));
export const resolve = incidentAct('resolve', saidBody, ({ by, note }) => ({
  type: 'resolve',
  by,
  note,
  occurredAt: null,
  bySource: false,
}));
export const cancel = incidentAct('cancel', saidBody, ({ by, reason }) => ({ type: 'cancel', by, reason }));

/** Who acts is recorded as given, but a person named as such must exist. */
export const unknownActor = (by: string, directory: Directory): readonly FieldError[] =>
  !by.startsWith('user:') || directory.people.has(by.slice('user:'.length))
    ? []
    : [{ pointer: '/by', code: 'unknown-person', detail: 'There is no such person.' }];

const refusals: Readonly<Record<RefusalCode, string>> = {
  'already-acknowledged': 'Already acknowledged',
  'already-resolved': 'Already resolved',
  'already-cancelled': 'Already cancelled',
  'already-ended': 'Already ended',
  'no-further-level': 'There is no further level',
  'not-open': 'Not open any more',
};

/** 409: what stands in the way, who caused it and when. */
export function refusalProblem(refusal: Refusal, incident: Incident): Problem {
  const act = refusal.act === null ? '' : ` by ${refusal.act.by} at ${new Date(refusal.act.at).toISOString()}`;
  return { status: 409, code: refusal.code, detail: `${formatIncidentId(incident)}: ${refusals[refusal.code]}${act}.` };
}
