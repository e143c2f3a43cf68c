import type { Channel } from './channel.ts';
import { customChannel } from './custom.ts';
import { emailChannel } from './email.ts';
import { slackChannel } from './slack.ts';
import { smsChannel } from './sms.ts';
import { webhookChannel } from './webhook.ts';

/** Every channel a contact can name. */
export const channels: ReadonlyMap<string, Channel> = new Map(
  [smsChannel, emailChannel, slackChannel, webhookChannel, customChannel].map((channel) => [channel.name, channel]),
);
