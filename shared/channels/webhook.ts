import type { Instant } from '../domain/time.ts';
import { webhookAddress } from '../schema/webhook-address.ts';
import type { Channel, MessagePurpose, PageContent, PlainContent, Rendered } from './channel.ts';

/** A JSON object posted to a URL, with the headers of Standard Webhooks. Texts are as the API shows them: a program reads this. */
export const webhookChannel: Channel = {
  name: 'webhook',
  address: webhookAddress({ loopback: false }),
  addressOnLoopback: webhookAddress({ loopback: true }),
  render: (content) => {
    const incident = content.incident();
    // A message about no incident says in words what it is about.
    const { cycle, by, title, description } = content;
    return incident === null
      ? message(content, null, null, { cycle, by, title, description })
      : message(content, content.notificationId, incident, { cycle, by });
  },
  bundles: false,
  plain: (content) => message(content, null, { id: content.incidentId }, { cycle: null, by: null }),
};

function message(
  { kind, purpose, level, ackUrl, at }: PlainContent,
  notificationId: string | null,
  incident: object | null,
  rest: { readonly cycle: number | null } & Pick<PageContent, 'by'> & Partial<Pick<PageContent, 'title' | 'description'>>,
): Rendered {
  const { cycle, by, ...words } = rest;
  const data = { notificationId, kind, purpose, level, cycle, by, incident, ackUrl, ...words };
  return posted(typeOf(kind, purpose), at, data);
}

function posted(type: string, at: Instant, data: object): Rendered {
  const body = JSON.stringify({ type, timestamp: new Date(at).toISOString(), data }, null, 2);
  return { subject: null, text: body, html: null, send: (to, transports, about) => transports.webhook({ to, text: body, body, about }) };
}

/** What became of an incident has a type of its own, so that no receiver takes it for one more page. */
const typeOf = (kind: PlainContent['kind'], purpose: MessagePurpose): string =>
  kind === 'outcome' ? `incident.${purpose}` : 'notification';
