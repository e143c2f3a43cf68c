import type { CommandId } from '../domain/commands.ts';
import type { RecordedEvent, SentEvent } from '../ingest/format.ts';
import type { Ports } from '../ports.ts';
import type { SignalAnswer, Signals } from './use-cases.ts';

/** What carrying out a sender's events needs. */
export interface Carrying {
  readonly signals: Signals;
  readonly ports: Pick<Ports, 'clock' | 'declined'>;
}

/** Starts, acknowledges or resolves; what is only to be recorded is listed among the declined. Throws when nothing could be committed. */
export function carryOut(deps: Carrying, event: SentEvent | RecordedEvent, command: CommandId): Promise<SignalAnswer> {
  switch (event.action) {
    case 'trigger':
      return deps.signals.trigger(event.signal, command, event.instantOf);
    case 'acknowledge':
    case 'resolve':
      return deps.signals.close(event, command);
    case 'record':
      return record(deps, event, command);
    default:
      return event satisfies never;
  }
}

async function record({ ports }: Carrying, event: RecordedEvent, { id }: CommandId): Promise<SignalAnswer> {
  const { service, dedupKey, title, action, reason } = event;
  const outcome = 'ignored';
  await ports.declined.put({ id, at: ports.clock.now(), service, dedupKey, title, action, outcome, reason, incidentId: null });
  return { outcome, reason, dedupKey, incidentId: null };
}

/** The fate of a signal as senders are told it. */
export const fateView = ({ outcome, reason, dedupKey, incidentId }: SignalAnswer): object => ({
  status: 'accepted',
  outcome,
  ...(reason === null ? {} : { reason }),
  dedupKey,
  ...(incidentId === null ? {} : { incidentId }),
});
