import type { SeenPosition } from '../domain/commands.ts';
import type { Incident } from '../domain/incident.ts';

/** What came of asking for the next level: it is told because of this, somebody had asked before, or the incident is no longer where the person saw it. */
export type EscalateEffect = 'escalated' | 'asked-before' | 'moved-on';

/** Tells what an escalate-now that was not refused did to the incident, which is given as it stands afterwards. */
export function escalateEffect({ commands, position }: Incident, commandId: string, from: SeenPosition): EscalateEffect {
  // Only a command that changed something is remembered.
  if (commands.some(({ id }) => id === commandId)) return 'escalated';
  return from.cycle === position.cycle && from.level === position.level ? 'asked-before' : 'moved-on';
}
