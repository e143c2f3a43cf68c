import type { Channel } from './channel.ts';
import { emailChannel } from './email.ts';
import { smsChannel } from './sms.ts';

/** Every channel a contact can name. */
export const channels: ReadonlyMap<string, Channel> = new Map([smsChannel, emailChannel].map((channel) => [channel.name, channel]));
