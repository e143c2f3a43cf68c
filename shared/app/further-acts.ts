import { scheduleNamed, type Directory } from '../domain/directory.ts';
import type { Target } from '../domain/policy.ts';
import type { FieldError } from '../schema/field-errors.ts';
import { escalateBody, notesBody, reassignBody, snoozeBody } from '../schema/further-act-bodies.ts';
import { incidentAct, type IncidentAct } from './incident-acts.ts';

/** The rarer acts, apart from the others because who acknowledges or resolves need not load what they are made of. */
export const furtherActs: readonly IncidentAct[] = [
  incidentAct('escalate', escalateBody, ({ by, reason }, { force, from }) => ({
    type: 'escalate',
    by,
    reason,
    force: force ?? false,
    from: from ?? null,
  })),
  incidentAct('snooze', snoozeBody, ({ by, reason }, body) => ({ type: 'snooze', by, reason, for: body.for })),
  incidentAct(
    'reassign',
    reassignBody,
    ({ by, reason }, { to }) => ({ type: 'reassign', by, reason, to }),
    ({ to }, directory) => unknownTargets(to, directory),
  ),
  incidentAct('notes', notesBody, ({ by, note }) => ({ type: 'note', by, note: note ?? '' })),
];

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
