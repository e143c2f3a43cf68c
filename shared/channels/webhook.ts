import { webhookAddress } from '../schema/webhook-address.ts';
import type { Channel, Rendered } from './channel.ts';
import { pageMessage, plainMessage, type ProgramMessage } from './program-message.ts';

/** A JSON object posted to a URL, with the headers of Standard Webhooks. */
export const webhookChannel: Channel = {
  name: 'webhook',
  address: webhookAddress({ loopback: false }),
  addressOnLoopback: webhookAddress({ loopback: true }),
  render: (content) => posted(pageMessage(content)),
  bundles: false,
  plain: (content) => posted(plainMessage(content)),
};

function posted(message: ProgramMessage): Rendered {
  const body = JSON.stringify(message, null, 2);
  return { subject: null, text: body, html: null, send: (to, transports, about) => transports.webhook({ to, text: body, body, about }) };
}
