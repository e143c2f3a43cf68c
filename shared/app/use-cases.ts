import type { ActCommand, CommandId, Refusal } from '../domain/commands.ts';
import type { IncidentId } from '../domain/incident-id.ts';
import type { Incident, Signal } from '../domain/incident.ts';
import type { InstantOf } from '../domain/signal.ts';
import type { Instant } from '../domain/time.ts';

/** The fate of a signal, as the sender is told. */
export interface SignalAnswer {
  readonly outcome: 'created' | 'merged' | 'held' | 'declined' | 'ignored';
  readonly reason: string | null;
  readonly dedupKey: string;
  readonly incidentId: string | null;
}

/** A sender's acknowledge or resolve; it never creates. */
export interface ClosingSignal {
  readonly action: 'acknowledge' | 'resolve';
  readonly service: string;
  readonly dedupKey: string;
  readonly title: string;
  readonly occurredAt: Instant | null;
}

export interface Signals {
  /** Starts an incident, merges into the open one, or says why not. Throws `Unavailable` when nothing could be committed. `instantOf`: the change, unless said. */
  trigger(signal: Signal, command: CommandId, instantOf?: InstantOf): Promise<SignalAnswer>;
  /** Acknowledges or resolves by dedup key on the sender's behalf. */
  close(signal: ClosingSignal, command: CommandId): Promise<SignalAnswer>;
}

/** `superseded` is the incident that took the key over, when there is one. */
export type ActAnswer =
  | { readonly kind: 'done'; readonly incident: Incident }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly incident: Incident }
  | { readonly kind: 'not-found' }
  /** The command id was used before with another body. */
  | { readonly kind: 'body-differs' };

/** What people do with an incident. Throws `Unavailable` when the write could not be committed. */
export type Acts = (id: IncidentId, act: ActCommand, command: CommandId) => Promise<ActAnswer>;

/** Nothing was committed and the caller may try again: 503 with Retry-After. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}
