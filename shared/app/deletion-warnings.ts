import type { ConfigWarning } from '../domain/config-warnings.ts';
import type { Ports } from '../ports.ts';
import type { ConfigChange } from './config-changes.ts';

const mostCounted = 100;

const counted = (count: number, more: boolean, one: string): string =>
  `${more ? 'more than ' : ''}${count} ${one}${count === 1 ? '' : 's'}`;

/** What goes on after services are deleted: their open incidents page, and their ingest keys are taken and declined. */
export async function deletionWarnings(
  { incidents, keys }: Pick<Ports, 'incidents' | 'keys'>,
  changes: readonly ConfigChange[],
): Promise<readonly ConfigWarning[]> {
  const gone = changes.flatMap(({ kind, id, change }) => (kind === 'service' && change === 'deleted' ? [id] : []));
  const warnings: ConfigWarning[] = [];
  for (const service of gone) {
    const query = { state: 'open', service, severity: null, policy: null, limit: mostCounted, cursor: null } as const;
    const [open, own] = await Promise.all([incidents.list(query), keys.list(service)]);
    const sentences = [
      ...(open.incidents.length === 0
        ? []
        : [
            `It has ${counted(open.incidents.length, open.cursor !== null, 'open incident')}; what is open goes on paging until somebody answers.`,
          ]),
      ...(own.length === 0
        ? []
        : [
            `It has ${counted(own.length, false, 'ingest key')}: alarms sent with one are declined as no-such-service, and nobody is paged.`,
          ]),
    ];
    if (sentences.length === 0) continue;
    warnings.push({ code: 'service-in-use', pointer: '/services', detail: [`Service ${service} is deleted.`, ...sentences].join(' ') });
  }
  return warnings;
}
