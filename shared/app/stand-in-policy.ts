import type { Directory } from '../domain/directory.ts';
import type { Incident } from '../domain/incident.ts';
import type { Policy } from '../domain/policy.ts';

/**
 * What an incident is judged by when the version of its policy cannot be had: its policy as it is now, else its service's, else any. Null: there is
 * no policy at all.
 */
export function standInPolicy(incident: Pick<Incident, 'policyId' | 'service'>, directory: Directory): Policy | null {
  const current = directory.policies.get(incident.policyId);
  const ofService = directory.policies.get(directory.services.get(incident.service)?.policy ?? '');
  const [any] = directory.policies.values();
  return current ?? ofService ?? any ?? null;
}
