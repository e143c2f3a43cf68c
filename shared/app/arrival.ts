import { catchAllPolicy } from '../domain/catch-all-policy.ts';
import type { CommandId } from '../domain/commands.ts';
import type { Gates } from '../domain/decide-trigger.ts';
import type { Directory, Service } from '../domain/directory.ts';
import { formatIncidentId } from '../domain/incident-id.ts';
import type { AnsweredCommand, Incident } from '../domain/incident.ts';
import type { Mute } from '../domain/mute.ts';
import type { Policy } from '../domain/policy.ts';
import type { Signal } from '../domain/signal.ts';
import type { Configuration, Ports } from '../ports.ts';
import { incidentKey, ownIncidentKey } from './incident-key.ts';
import type { SignalAnswer } from './use-cases.ts';

/** One trigger on its way in. */
export interface Arrival {
  readonly key: string;
  readonly signal: Signal;
  readonly command: CommandId;
  readonly directory: Directory;
  readonly service: Service;
  readonly policy: Policy;
  readonly gates: Gates;
}

/** What the sender is told. */
export const answer = (
  arrival: Arrival,
  outcome: SignalAnswer['outcome'],
  reason: string | null,
  generation: number | null,
): SignalAnswer => ({
  outcome,
  reason,
  dedupKey: arrival.signal.dedupKey,
  incidentId: generation === null || generation === 0 ? null : formatIncidentId({ key: arrival.key, generation }),
});

/** What the item remembers of the command. */
export const answered = (arrival: Arrival, now: number, outcome: 'created' | 'merged' | 'held'): AnsweredCommand => ({
  id: arrival.command.id,
  at: now,
  body: arrival.command.body,
  answer: outcome,
});

/** What an earlier delivery of the same command was told. */
export function answeredBefore(arrival: Arrival, head: Incident): SignalAnswer | null {
  const known = head.commands.find((one) => one.id === arrival.command.id);
  if (known?.answer === 'created' || known?.answer === 'merged') return answer(arrival, known.answer, null, head.generation);
  return known?.answer === 'held' ? answer(arrival, 'held', head.held?.reason ?? null, null) : null;
}

/** What was held is looked at because the mute ended, perhaps just now: what was read of it before must not count. */
const muteNow = async (ports: Pick<Ports, 'state'>, service: string): Promise<Mute | null> =>
  (await ports.state.mutes()).find((mute) => mute.service === service) ?? null;

/** Everything a trigger is judged by; null when its service, or the service's policy, is no longer there. */
export async function arrive(
  ports: Pick<Ports, 'state' | 'incidents'>,
  configuration: Configuration,
  signal: Signal,
  command: CommandId,
  { heldSince, instantOf }: Pick<Gates, 'heldSince' | 'instantOf'>,
): Promise<Arrival | null> {
  const directory = await configuration.directory();
  const service = directory.services.get(signal.service);
  const policy = service === undefined ? undefined : directory.policies.get(service.policy);
  if (service === undefined || policy === undefined) return null;
  const mute = await (heldSince === null ? ports.state.mute(signal.service) : muteNow(ports, signal.service));
  const openIncidents = directory.settings.maxOpen === null ? null : await ports.incidents.countUnfinished();
  const key = incidentKey(signal.service, signal.dedupKey);
  return {
    key,
    signal,
    command,
    directory,
    service,
    policy,
    gates: { service, mutedUntil: mute?.until ?? null, openIncidents, heldSince, instantOf },
  };
}

/** The same for an alarm of our own about a service: it goes to the catch-all, and no capacity keeps it waiting. Null also while the service is muted. */
export async function arriveForCatchAll(
  ports: Pick<Ports, 'clock' | 'state'>,
  configuration: Configuration,
  signal: Signal,
  command: CommandId,
): Promise<Arrival | null> {
  const directory = await configuration.directory();
  const service = directory.services.get(signal.service);
  const policy = service === undefined ? undefined : directory.policies.get(service.policy);
  if (service === undefined || policy === undefined) return null;
  const mute = await ports.state.mute(signal.service);
  if (mute !== null && mute.until > ports.clock.now()) return null;
  return {
    ...{ key: ownIncidentKey(signal.service, signal.dedupKey), signal, command, directory, service },
    policy: catchAllPolicy(policy, directory.settings),
    gates: { service, mutedUntil: null, openIncidents: null, heldSince: null, instantOf: 'change' },
  };
}
