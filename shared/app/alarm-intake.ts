import type { CommandId } from '../domain/commands.ts';
import type { Directory } from '../domain/directory.ts';
import { parseSeverity } from '../domain/severity.ts';
import { cloudwatchFormat } from '../ingest/cloudwatch.ts';
import type { EventDefaults } from '../ingest/format.ts';
import type { Configuration } from '../ports.ts';
import type { Carrying } from './carry-out.ts';
import { carryOutAll } from './carry-out-all.ts';

/** Which service an alarm is of that came without an ingest key. */
export interface AlarmRules {
  /** For alarms that name no service in any other way; null: they are declined and reported. */
  readonly defaultService: string | null;
  /** Service by the beginning of an alarm's name; the longest beginning counts. */
  readonly services: Readonly<Record<string, string>>;
  /** Severity, likewise. */
  readonly severities: Readonly<Record<string, string>>;
}

/** Refused: what was sent cannot be understood as alarms, and will not be the next time either. */
export type AlarmsTaken = { readonly ok: true } | { readonly ok: false; readonly problem: string };

interface Deps extends Carrying {
  readonly configuration: Configuration;
  readonly rules: AlarmRules;
}

/**
 * Takes alarms that AWS brings by itself: from a Lambda action, a topic or EventBridge. Throws `Unavailable` when something could not be
 * committed; a repeat under the same command does no harm.
 */
export function makeAlarmIntake({ configuration, rules, ...deps }: Deps): (value: unknown, command: CommandId) => Promise<AlarmsTaken> {
  return async (value, command) => {
    const parsed = cloudwatchFormat.parse(value, defaultsOf(rules, await configuration.directory()), { group: false });
    if (!parsed.ok) return { ok: false, problem: parsed.errors.map(({ pointer, code }) => `${pointer} ${code}`).join(', ') };
    await carryOutAll(deps, parsed.events, command);
    return { ok: true };
  };
}

/** No service has such an id, so that what belongs nowhere is declined, listed and reported. */
const nowhere = '(none)';

function defaultsOf({ defaultService, services, severities }: AlarmRules, directory: Directory): EventDefaults {
  const ofService = (service: string, name: string) => ({
    service,
    severity: parseSeverity(byBeginning(severities, name) ?? '') ?? directory.services.get(service)?.severity ?? null,
  });
  return {
    ...ofService(defaultService ?? nowhere, ''),
    ofAlarm: (name, asked) => {
      const known = asked !== null && directory.services.has(asked) ? asked : null;
      return ofService(known ?? byBeginning(services, name) ?? defaultService ?? nowhere, name);
    },
  };
}

function byBeginning(table: Readonly<Record<string, string>>, name: string): string | null {
  let longest: string | null = null;
  for (const beginning of Object.keys(table)) {
    if (name.startsWith(beginning) && beginning.length > (longest?.length ?? -1)) longest = beginning;
  }
  return longest === null ? null : (table[longest] ?? null);
}
