import { commit } from '../domain/bookkeeping.ts';
import type { ActCommand, CommandId } from '../domain/commands.ts';
import { decideAct } from '../domain/decide-act.ts';
import type { IncidentId } from '../domain/incident-id.ts';
import type { Incident } from '../domain/incident.ts';
import type { Configuration, TakingPorts } from '../ports.ts';
import { attemptsFor, untilCommitted } from './attempts.ts';
import { contextFor } from './decision-context.ts';
import { load, store, type Loaded } from './item.ts';
import { afterWrite, nudgeIfDue } from './nudge.ts';
import type { ActAnswer, Acts } from './use-cases.ts';

/** So many events may wait in an item; then the writer files them first, so that it never grows too large to be written. */
const mostUnfiled = 50;

function answeredBefore(incident: Incident, command: CommandId): ActAnswer | null {
  const known = incident.commands.find((one) => one.id === command.id);
  if (known === undefined) return null;
  return known.body === command.body ? { kind: 'done', incident } : { kind: 'body-differs' };
}

/** What people, and senders on their behalf, do with one incident: one decision, one conditional write. */
export function makeActs(ports: TakingPorts, configuration: Configuration): Acts {
  async function attempt(found: Loaded, act: ActCommand, command: CommandId): Promise<ActAnswer | null> {
    const { incident } = found;
    const repeated = answeredBefore(incident, command);
    if (repeated !== null) {
      if (repeated.kind === 'done') await nudgeIfDue(ports, incident);
      return repeated;
    }
    const context = await contextFor(ports, configuration, incident);
    const decision = decideAct(incident, act, context);
    if (!decision.ok) {
      ports.log.measure('Refusals', 1, decision.refusal.code);
      return { kind: 'refused', refusal: decision.refusal, incident };
    }
    if (decision.draft.events.length === 0) return { kind: 'done', incident };
    const full = incident.unfiled.length >= mostUnfiled;
    if (full) await ports.incidents.fileEvents(incident, incident.unfiled);
    const answered = { id: command.id, at: context.now, body: command.body, answer: act.type };
    const next = commit(incident, decision.draft, { command: answered, ...(full ? { filedThrough: incident.seq } : {}) });
    if (!(await store(ports, found, next))) return null;
    await afterWrite(ports, incident, next, context.directory.settings.maxOpen);
    return { kind: 'done', incident: next };
  }

  return (id: IncidentId, act: ActCommand, command: CommandId) =>
    untilCommitted(ports, attemptsFor.people, async () => {
      const found = await load(ports, id);
      if (found === null) return { kind: 'not-found' };
      if (found.kind === 'unreadable') throw new Error('the record of this incident cannot be read');
      return found.incident.generation === 0 ? { kind: 'not-found' } : attempt(found, act, command);
    });
}
