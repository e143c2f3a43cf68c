import type { Context } from '../domain/commands.ts';
import type { Directory } from '../domain/directory.ts';
import type { Incident } from '../domain/incident.ts';
import type { Policy } from '../domain/policy.ts';
import type { Configuration, Ports } from '../ports.ts';
import { standInPolicy } from './stand-in-policy.ts';

type Times = Pick<Ports, 'clock' | 'leasesVoidBefore'>;

/** What a decision may know of the world at this moment. */
export function contextNow(ports: Times, directory: Directory, policy: Policy): Context {
  return {
    now: ports.clock.now(),
    real: ports.clock.real(),
    speed: ports.clock.toPolicy(1),
    leasesVoidBefore: ports.leasesVoidBefore,
    directory,
    policy,
  };
}

/**
 * The same for an incident that exists: with the version of the policy it is pinned to. What people do is not refused because that version is lost;
 * they are judged by the policy that stands in for it.
 */
export async function contextFor(
  ports: Times,
  configuration: Configuration,
  incident: Pick<Incident, 'policyId' | 'policyVersion' | 'service'>,
): Promise<Context> {
  const directory = await configuration.directory();
  const policy = (await configuration.policy(incident.policyId, incident.policyVersion)) ?? standInPolicy(incident, directory);
  if (policy === null) throw new Error('there is no policy at all');
  return contextNow(ports, directory, policy);
}
