import { formatIncidentId } from '../domain/incident-id.ts';
import type { Act, Incident } from '../domain/incident.ts';
import { withoutAddress } from '../domain/person-of.ts';
import { levelAt } from '../domain/policy.ts';
import { formatTarget } from '../domain/recipients.ts';
import { shownState } from '../domain/shown-state.ts';
import { isUnfinished } from '../domain/states.ts';
import type { Instant } from '../domain/time.ts';
import type { Configuration, DetailsRow, Ports, Stored, Unreadable } from '../ports.ts';

/** What an incident's item does not hold itself. */
interface Beside {
  readonly occurrences: number;
  readonly levelLabel: string | null;
  readonly apart: DetailsRow | null;
  readonly now: Instant;
}

const isoOrNull = (instant: Instant | null): string | null => (instant === null ? null : new Date(instant).toISOString());

/** When the incident came to its end, if it has. */
const endOf = ({ endedAt, resolved, cancelled }: Incident): Instant | null => endedAt ?? (resolved ?? cancelled)?.at ?? null;

/** When it goes on by itself, unless somebody acknowledges it first. */
function nextEscalationOf({ state, snoozedUntil, due }: Incident): Instant | null {
  const waits = (state === 'pending' || state === 'active') && snoozedUntil === null;
  return waits ? (due.step?.at ?? null) : null;
}

const actView = (act: Act | null) => [act === null ? null : isoOrNull(act.at), act === null ? null : act.by] as const;

function acts({ acknowledged, resolved, cancelled }: Incident) {
  const [acknowledgedAt, acknowledgedBy] = actView(acknowledged);
  const [resolvedAt, resolvedBy] = actView(resolved);
  const [cancelledAt, cancelledBy] = actView(cancelled);
  const cancelReason = cancelled === null ? null : cancelled.reason;
  return { acknowledgedAt, acknowledgedBy, resolvedAt, resolvedBy, cancelledAt, cancelledBy, cancelReason };
}

/** What the sender said. */
function subject(incident: Incident, apart: DetailsRow | null) {
  const { source, type, environment, description, labels, links } = incident;
  const { details, context } = apart ?? incident;
  return { source, type, environment, description, labels, links, details: details ?? {}, context: context ?? {} };
}

/** An incident as callers see it: instants in ISO 8601, durations in seconds. */
function incidentView(incident: Incident, beside: Beside) {
  const ended = endOf(incident);
  return {
    id: formatIncidentId(incident),
    service: incident.service,
    dedupKey: incident.dedupKey,
    title: incident.title,
    severity: incident.severity,
    severityText: incident.severityText,
    state: shownState(incident),
    policy: incident.policyId,
    policyVersion: incident.policyVersion,
    level: incident.position.level,
    levelLabel: beside.levelLabel,
    cycle: incident.position.cycle,
    createdAt: isoOrNull(incident.createdAt),
    updatedAt: isoOrNull(incident.updatedAt),
    nextEscalationAt: isoOrNull(nextEscalationOf(incident)),
    ...acts(incident),
    endedAt: isoOrNull(ended),
    endReason: incident.endReason,
    snoozedUntil: isoOrNull(incident.snoozedUntil),
    assignees: incident.assignees.map(formatTarget),
    escalationCount: incident.escalationCount,
    notificationCount: incident.notificationCount,
    occurrences: beside.occurrences,
    isActive: isUnfinished(incident.state),
    durationSeconds: ((ended ?? beside.now) - incident.createdAt) / 1000,
    ...subject(incident, beside.apart),
  };
}

/**
 * The incident as a message carries it, at the instant the message was made: nobody's address, and no details that are kept in a row of their own.
 */
export function incidentInMessage(incident: Incident, beside: Omit<Beside, 'apart'>): object {
  const { details, context, assignees, acknowledgedBy, resolvedBy, cancelledBy, ...rest } = incidentView(incident, {
    ...beside,
    apart: null,
  });
  const named = (by: string | null): string | null => (by === null ? null : withoutAddress(by));
  return {
    ...rest,
    ...{ acknowledgedBy: named(acknowledgedBy), resolvedBy: named(resolvedBy), cancelledBy: named(cancelledBy) },
    assignees: assignees.map(withoutAddress),
    ...(incident.detailsRow === null ? { details, context } : {}),
  };
}

/** What can still be said of a record that this build cannot read. */
const unreadableView = (item: Unreadable) => ({
  id: formatIncidentId(item),
  service: item.service,
  state: 'failed',
  endReason: 'failed',
  title: 'This record cannot be read',
  isActive: false,
});

/** Reads what stands beside the item, and shows both. */
export async function showIncident(
  deps: { readonly ports: Pick<Ports, 'clock' | 'incidents'>; readonly configuration: Configuration },
  item: Stored,
): Promise<object> {
  if ('unreadable' in item) return unreadableView(item);
  const { incidents, clock } = deps.ports;
  const [duplicates, apart, policy] = await Promise.all([
    incidents.duplicates(item),
    item.detailsRow === null ? null : incidents.details(item, item.detailsRow),
    deps.configuration.policy(item.policyId, item.policyVersion),
  ]);
  const levelLabel = policy === null ? null : (levelAt(policy, item.position.level)?.label ?? null);
  return incidentView(item, { occurrences: 1 + duplicates.count, levelLabel, apart, now: clock.now() });
}
