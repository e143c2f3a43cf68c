import type { ActCommand, Refusal, RefusalCode } from '../domain/commands.ts';
import { scheduleNamed, type Directory } from '../domain/directory.ts';
import { formatIncidentId } from '../domain/incident-id.ts';
import type { Incident } from '../domain/incident.ts';
import type { Target } from '../domain/policy.ts';
import { cleanLine, cleanText } from '../ingest/clean-text.ts';
import type { Problem } from '../http/problem.ts';
import { actBodies } from '../schema/act-bodies.ts';
import { fieldErrors, type FieldError } from '../schema/field-errors.ts';

/** The last part of the path of an act. */
export type ActName = keyof typeof actBodies;
export const actNames: readonly ActName[] = ['acknowledge', 'resolve', 'cancel', 'escalate', 'snooze', 'reassign', 'notes'];

type ReadAct = { readonly ok: true; readonly command: ActCommand } | { readonly ok: false; readonly errors: readonly FieldError[] };

interface Said {
  readonly by: string;
  readonly reason: string | null;
  readonly note: string | null;
}

/** Understands the body of an act. Refused: what the schema does not allow, and people, teams or channels that do not exist. */
export function readAct(name: ActName, value: unknown, directory: Directory): ReadAct {
  const parsed = actBodies[name].safeParse(value);
  if (!parsed.success) return { ok: false, errors: fieldErrors(parsed.error) };
  const command = commandOf(name, value, said(parsed.data));
  const errors = [...unknownActor(command.by, directory), ...(command.type === 'reassign' ? unknownTargets(command.to, directory) : [])];
  return errors.length > 0 ? { ok: false, errors } : { ok: true, command };
}

function said(body: {
  readonly by?: string | null | undefined;
  readonly reason?: string | null | undefined;
  readonly note?: string | null | undefined;
}): Said {
  const reason = body.reason ?? body.note ?? null;
  const note = body.note ?? body.reason ?? null;
  return {
    by: cleanLine(body.by ?? 'api'),
    reason: reason === null ? null : cleanText(reason),
    note: note === null ? null : cleanText(note),
  };
}

function commandOf(name: ActName, value: unknown, { by, reason, note }: Said): ActCommand {
  switch (name) {
    case 'acknowledge':
      return { type: 'acknowledge', by, note };
    case 'resolve':
      return { type: 'resolve', by, note, occurredAt: null, bySource: false };
    case 'cancel':
      return { type: 'cancel', by, reason };
    case 'escalate': {
      const { force, from } = actBodies.escalate.parse(value);
      return { type: 'escalate', by, reason, force: force ?? false, from: from ?? null };
    }
    case 'snooze':
      return { type: 'snooze', by, reason, for: actBodies.snooze.parse(value).for };
    case 'reassign':
      return { type: 'reassign', by, reason, to: actBodies.reassign.parse(value).to };
    case 'notes':
      return { type: 'note', by, note: note ?? '' };
    default:
      return name satisfies never;
  }
}

/** Who acts is recorded as given, but a person named as such must exist. */
export const unknownActor = (by: string, directory: Directory): readonly FieldError[] =>
  !by.startsWith('user:') || directory.people.has(by.slice('user:'.length))
    ? []
    : [{ pointer: '/by', code: 'unknown-person', detail: 'There is no such person.' }];

const unknownTargets = (targets: readonly Target[], directory: Directory): readonly FieldError[] =>
  targets.flatMap((target, index) =>
    exists(target, directory) ? [] : [{ pointer: `/to/${index}`, code: `unknown-target`, detail: `There is no such ${target.type}.` }],
  );

function exists(target: Target, directory: Directory): boolean {
  switch (target.type) {
    case 'user':
      return directory.people.has(target.id);
    case 'team':
      return directory.teams.has(target.id);
    case 'schedule':
      return scheduleNamed(target.id, directory) !== undefined;
    case 'channel':
      return directory.rooms.has(target.id);
    case 'email':
    case 'phone':
    case 'webhook':
    case 'custom':
      return true;
    default:
      return target.type satisfies never;
  }
}

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
