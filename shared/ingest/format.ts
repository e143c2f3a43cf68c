import type { Severity } from '../domain/severity.ts';
import type { InstantOf, Signal } from '../domain/signal.ts';
import type { Instant } from '../domain/time.ts';
import type { FieldError } from '../schema/field-errors.ts';

/** What the service of the ingest key brings to a signal. */
export interface EventDefaults {
  readonly service: string;
  readonly severity: Severity | null;
  /**
   * For alarms that come without a key: the service and its severity by the alarm's name and the service it asks for itself (null: none); absent where
   * a key decides.
   */
  readonly ofAlarm?: (name: string, askedService: string | null) => Pick<EventDefaults, 'service' | 'severity'>;
}

/** A signal that starts, acknowledges or resolves. */
export type SentEvent =
  | {
      readonly action: 'trigger';
      readonly signal: Signal;
      /** Absent: of the change. */
      readonly instantOf?: InstantOf;
    }
  | {
      readonly action: 'acknowledge' | 'resolve';
      readonly service: string;
      readonly dedupKey: string;
      readonly title: string;
      readonly occurredAt: Instant | null;
    };

/** What is listed among the signals that made no incident, with this reason; it never pages. */
export interface RecordedEvent {
  readonly action: 'record';
  readonly service: string;
  readonly dedupKey: string;
  readonly title: string;
  readonly reason: string;
}

/** One event of a body. `messageId` is the sender's own id of this delivery, of `[A-Za-z0-9._-]`, at most 64: a repeat of it acts once. */
export type FormatEvent = (SentEvent | RecordedEvent) & { readonly messageId?: string };

/** A whole body, understood: its events in the sender's order, or what is wrong with it and where. */
export type ParsedBody =
  { readonly ok: true; readonly events: readonly FormatEvent[] } | { readonly ok: false; readonly errors: readonly FieldError[] };

/** One way in which senders write: `POST /v1/ingest/{name}`. Its parser never throws, whatever the JSON. */
export interface Format {
  readonly name: string;
  readonly parse: (value: unknown, defaults: EventDefaults, options: FormatOptions) => ParsedBody;
}

/** What the query of the request asks for. */
export interface FormatOptions {
  /** Alertmanager: one incident per group instead of one per alert. */
  readonly group: boolean;
}
