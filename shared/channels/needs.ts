/** What a channel asks for where it runs, each a grant of `lib/functions.ts`. */
export type ChannelNeed = 'publish-sms' | 'send-email' | 'put-events' | 'read-named-secrets';

/** By channel name. The stack reads this and nothing else of a channel: the worker is granted what stands here for its channels, and no more. */
export const channelNeeds: Readonly<Record<string, readonly ChannelNeed[]>> = {
  sms: ['publish-sms'],
  email: ['send-email'],
  // Their addresses and signing secrets are what the document names as `secret:NAME`.
  webhook: ['read-named-secrets'],
  slack: ['read-named-secrets'],
  custom: ['put-events'],
};
