import type { Ports, TakingPorts } from '../ports.ts';
import { makeActs } from './acts.ts';
import { makeConfiguration } from './configuration.ts';
import { makeReply, type Reply } from './replies.ts';

/** What answers an SMS where nothing else runs beside it. */
export function makeReplies(
  ports: TakingPorts & Pick<Ports, 'replies' | 'bundles'>,
  options: { readonly configurationMaxAgeMs: number },
): Reply {
  const configuration = makeConfiguration(ports, { maxAgeMs: options.configurationMaxAgeMs });
  return makeReply(ports, configuration, makeActs(ports, configuration));
}
