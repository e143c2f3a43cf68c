import type { Instant } from '../domain/time.ts';
import type { MessagePurpose, PageContent, PlainContent } from './channel.ts';

/** What programs are told, by whatever way it comes. Texts are as the API shows them. */
export interface ProgramMessage {
  readonly type: string;
  readonly timestamp: string;
  readonly data: {
    /** As the API shows it, as far as a message knows it; null: nothing of it can be told. */
    readonly incident: object | null;
    readonly [name: string]: unknown;
  };
}

/** The shape that Standard Webhooks recommends. */
export const programMessage = (type: string, at: Instant, data: ProgramMessage['data']): ProgramMessage => ({
  type,
  timestamp: new Date(at).toISOString(),
  data,
});

/** A page, or what became of one. A message about no incident says in words what it is about. */
export function pageMessage(content: PageContent): ProgramMessage {
  const incident = content.incident();
  const { cycle, by, title, description } = content;
  return incident === null
    ? about(content, null, null, { cycle, by, title, description })
    : about(content, content.notificationId, incident, { cycle, by });
}

/** The same without anything that a sender wrote. */
export const plainMessage = (content: PlainContent): ProgramMessage =>
  about(content, null, { id: content.incidentId }, { cycle: null, by: null });

function about(
  { kind, purpose, level, ackUrl, at }: PlainContent,
  notificationId: string | null,
  incident: object | null,
  rest: { readonly cycle: number | null } & Pick<PageContent, 'by'> & Partial<Pick<PageContent, 'title' | 'description'>>,
): ProgramMessage {
  const { cycle, by, ...words } = rest;
  return programMessage(typeOf(kind, purpose), at, { notificationId, kind, purpose, level, cycle, by, incident, ackUrl, ...words });
}

/** What became of an incident has a type of its own, so that no receiver takes it for one more page. */
const typeOf = (kind: PlainContent['kind'], purpose: MessagePurpose): string =>
  kind === 'outcome' ? `incident.${purpose}` : 'notification';
