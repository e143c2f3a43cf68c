import { Resolver } from 'node:dns/promises';
import { setTimeout as after } from 'node:timers/promises';

/** An address that a name leads to. */
export interface Resolved {
  readonly address: string;
  readonly family: number;
}

/** The second try waits twice as long; what is left of the time of a post is for the post. */
const limits = { timeout: 1000, tries: 2 } as const;
/** https://www.rfc-editor.org/rfc/rfc8305#section-3: servers that say nothing of the new family must not hold up the old. */
const resolutionDelayMs = 50;

const listed = async (asked: Promise<readonly string[]>, family: 4 | 6): Promise<readonly Resolved[]> =>
  (await asked).map((address) => ({ address, family }));

/**
 * The addresses of a name, asked of the name servers of this machine, or of those given. `dns.lookup` would ask in one of the four threads of Node, and a
 * name whose servers say nothing holds its thread for tens of seconds: four of those, and nothing else is looked up. The file of hosts of the machine is not
 * read. Rejects when there is no address.
 */
export async function addressesOf(host: string, servers: readonly string[] = []): Promise<readonly Resolved[]> {
  const resolver = new Resolver(limits);
  if (servers.length > 0) resolver.setServers(servers);
  const v6 = listed(resolver.resolve6(host), 6).catch(() => []);
  try {
    const v4 = await listed(resolver.resolve4(host), 4);
    return [...v4, ...(await Promise.race([v6, after(resolutionDelayMs, [])]))];
  } catch (cause) {
    const found = await v6;
    if (found.length === 0) throw cause;
    return found;
  }
}
