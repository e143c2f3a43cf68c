import { leaseMs, type Context } from './commands.ts';
import type { Draft } from './draft.ts';
import type { IncidentEvent } from './events.ts';
import type { AnsweredCommand, Incident, IncidentRecord } from './incident.ts';
import { lookAt } from './look-at.ts';
import type { Instant } from './time.ts';

const commandsKept = 16;
const commandsKeptMs = 24 * 3600 * 1000;

/** For the moment of making: an item is copied often enough. */
type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

/** What a write changes besides the record itself. */
export interface Extra {
  readonly command?: AnsweredCommand;
  /** Notifications to lease, and the claim they are leased under. */
  readonly lease?: { readonly claim: string; readonly numbers: readonly number[] };
  readonly finish?: Incident['finish'];
  readonly publishing?: Incident['publishing'];
  /** Events up to this number have been filed as rows. */
  readonly filedThrough?: number;
}

/** The subject stands in the item already; an event waiting there need not hold it twice. */
const slim = (event: IncidentEvent): IncidentEvent =>
  event.type === 'triggered'
    ? { ...event, signal: { ...event.signal, description: null, labels: {}, links: [], details: null, context: null } }
    : event;

function remembered(commands: readonly AnsweredCommand[], command: AnsweredCommand | undefined, now: Instant): readonly AnsweredCommand[] {
  if (command === undefined) return commands;
  return [...commands.filter((one) => one.at > now - commandsKeptMs), command].slice(-commandsKept);
}

function leased(record: IncidentRecord, lease: Extra['lease'], real: Instant): IncidentRecord['outbox'] {
  if (lease === undefined || lease.numbers.length === 0) return record.outbox;
  const held = { claim: lease.claim, until: real + leaseMs };
  return record.outbox.map((one) => (lease.numbers.includes(one.n) ? { ...one, lease: held } : one));
}

/** The item to write after a decision: one version on, its events waiting to be filed, and `lookAt` true again. */
export function commit(incident: Incident, draft: Draft, extra: Extra = {}): Incident {
  const { context, events, record } = draft;
  const filed = extra.filedThrough ?? 0;
  const waiting = filed === 0 ? incident.unfiled : incident.unfiled.filter((event) => event.seq > filed);
  const next: Mutable<Incident> = {
    ...record,
    version: incident.version + 1,
    updatedAt: context.now,
    seq: events.at(-1)?.seq ?? incident.seq,
    outbox: leased(record, extra.lease, context.real),
    unfiled: events.length === 0 ? waiting : [...waiting, ...events.map(slim)],
    commands: remembered(incident.commands, extra.command, context.now),
    finish: extra.finish ?? incident.finish,
    publishing: extra.publishing === undefined ? incident.publishing : extra.publishing,
  };
  next.lookAt = lookAt(next, context);
  return next;
}

/** The item of a generation that begins: version 1, with nothing before it. */
export function begin(
  key: string,
  generation: number,
  first: IncidentRecord,
  events: readonly IncidentEvent[],
  context: Context,
  extra: Extra & { readonly detailsRow: string | null },
): Incident {
  const next: Mutable<Incident> = {
    ...first,
    schema: 1,
    key,
    generation,
    version: 1,
    updatedAt: context.now,
    seq: events.at(-1)?.seq ?? 0,
    unfiled: events.map(slim),
    commands: remembered([], extra.command, context.now),
    detailsRow: extra.detailsRow,
    finish: extra.finish ?? [],
    publishing: extra.publishing ?? null,
    lookAt: null,
  };
  next.lookAt = lookAt(next, context);
  return next;
}
