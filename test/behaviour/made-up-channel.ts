import * as z from 'zod';
import type { Channel, Rendered } from '../../shared/channels/channel.ts';

/** A channel as somebody might add it: one file, and nothing else that knows of it. */
export const pagerChannel: Channel = {
  name: 'pager',
  address: z.string().regex(/^[0-9]{4,8}$/, 'The number of a pager has 4 to 8 digits.'),
  render: ({ title }) => message(`Call in: ${title.toWellFormed()}`),
  plain: ({ incidentId }) => message(`Call in: ${incidentId}`),
};

function message(text: string): Rendered {
  return { subject: null, text, html: null, send: (to, transports, about) => transports.sms({ to, text, about }) };
}
