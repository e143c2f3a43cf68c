import { scheduleNamed, type Directory } from '../domain/directory.ts';
import type { Incident } from '../domain/incident.ts';
import type { Schedule } from '../domain/on-call/schedule.ts';
import type { Target } from '../domain/policy.ts';
import { rank } from '../domain/severity.ts';
import type { IncidentStore, Ports } from '../ports.ts';
import { inTime } from './in-time.ts';

const pageSize = 100;
const mostRead = 500;

async function openIncidents(store: IncidentStore): Promise<readonly Incident[]> {
  const found: Incident[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<IncidentStore['list']>> = await store.list({
      ...{ state: 'open', service: null, severity: null, policy: null, limit: pageSize, cursor },
    });
    found.push(...page.incidents.flatMap((one) => ('unreadable' in one ? [] : [one])));
    cursor = page.cursor;
  } while (cursor !== null && found.length < mostRead);
  return found;
}

/** Whether a policy as it is now, or somebody's hand, would have an incident told to whoever is on call by a schedule. */
function concerns({ policyId, assignees }: Incident, { id }: Schedule, directory: Directory): boolean {
  const { policies, settings } = directory;
  const policy = policies.get(policyId);
  const levels = policy?.levels.flatMap(({ targets }) => targets) ?? [];
  const isIt = (target: Target): boolean => target.type === 'schedule' && scheduleNamed(target.id, directory)?.schedule.id === id;
  return [...assignees, ...levels, ...(policy?.catchAll ?? settings.catchAll ?? [])].some(isIt);
}

/** The open incidents that concern a schedule, most severe first, of the 500 newest; null: they cannot be had now. They are read once. */
export function openIncidentsOf(
  ports: Pick<Ports, 'incidents' | 'timers' | 'log'>,
  directory: Directory,
): (schedule: Schedule) => Promise<readonly Incident[] | null> {
  let all: Promise<readonly Incident[] | null> | null = null;
  return async (schedule) => {
    all ??= inTime(ports, 'open-incidents-not-read', () => openIncidents(ports.incidents));
    const own = (await all)?.filter((incident) => concerns(incident, schedule, directory)) ?? null;
    return own?.toSorted((a, b) => rank(a.severity) - rank(b.severity)) ?? null;
  };
}
