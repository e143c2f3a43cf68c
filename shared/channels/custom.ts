import * as z from 'zod/mini';
import { idPattern } from '../schema/id-pattern.ts';
import type { Channel, Rendered } from './channel.ts';
import { eventDetail } from './event-detail.ts';
import { pageMessage, plainMessage, type ProgramMessage } from './program-message.ts';

/** An event on the bus of the deployment: whatever the channels cannot reach is reached by a rule that asks for the name. */
export const customChannel: Channel = {
  name: 'custom',
  address: z
    .string()
    .check(z.regex(idPattern, 'The name of a custom target has at most 64 letters, digits, dots, underscores and hyphens.')),
  render: (content) => put(pageMessage(content)),
  bundles: false,
  plain: (content) => put(plainMessage(content)),
};

function put(message: ProgramMessage): Rendered {
  const text = JSON.stringify(message, null, 2);
  return {
    subject: null,
    text,
    html: null,
    send: (to, transports, about) => {
      const data = { ...message.data, notificationId: about.notificationId, target: to };
      return transports.custom({ to, text, detail: eventDetail({ ...message, data }), about });
    },
  };
}
