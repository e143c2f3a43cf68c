import type { Settings } from './directory.ts';
import type { Policy } from './policy.ts';

// No id in a document may hold a colon.
const prefix = 'catch-all:';
const anHour = 3600;

/** The policy of the document that a policy for its catch-all was made of; null: it is no such policy. */
export const catchAllOf = (id: string): string | null => (id.startsWith(prefix) ? id.slice(prefix.length) : null);

/**
 * The policy of alarms of our own about a service, made of the service's: its catch-all is told once and nobody after it, the alarm ends by itself an
 * hour later, and within the hour it is not raised again, even if somebody resolved it.
 */
export function catchAllPolicy(policy: Policy, { catchAll }: Pick<Settings, 'catchAll'>): Policy {
  const targets = policy.catchAll ?? catchAll ?? [];
  return {
    ...{ id: `${prefix}${policy.id}`, version: policy.version, description: null, severities: null, enabled: policy.enabled },
    levels: [
      {
        ...{ label: 'catch-all', delay: 0, anchor: 'previous', minWait: 0, targets, channels: null, repeat: null },
        ...{ stopOnAck: true, requireAck: false, autoResolve: anHour },
      },
    ],
    ...{ repeat: null, exhaustedAfter: 900, maxEscalations: null, acknowledgementTimeout: null },
    catchAll: policy.catchAll,
    reminder: policy.reminder,
    cooldown: { for: anHour, then: 'drop' },
  };
}
