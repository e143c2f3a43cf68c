import type { MessagePurpose } from './channel.ts';

/** Why somebody is told, when it is not simply that their level fired; null for the plain page and for outcomes. */
export const reasonOf: Readonly<Record<MessagePurpose, string | null>> = {
  level: null,
  reassigned: 'handed to you',
  acknowledgementTimedOut: 'acknowledged but still not resolved',
  exhausted: 'nobody answered',
  limit: 'nobody answered, escalation limit reached',
  nobodyReached: 'nobody could be reached',
  reminder: 'still open, nobody answered',
  acknowledged: null,
  resolved: null,
  cancelled: null,
  failed: 'escalation failed, please take over',
  test: 'this is only a test',
  handoff: null,
};

/** What became of it, for an outcome; for any other message `updated`, which no outcome should need. */
export const outcomeOf = (purpose: MessagePurpose): string =>
  purpose === 'acknowledged' || purpose === 'resolved' || purpose === 'cancelled' ? purpose : 'updated';

export const noTitle = '(no title)';
export const noService = '(no service)';
