import type { Clock, InboxMessage, InboxStore, Random, SendResult, Transports } from '../../ports.ts';

interface World {
  readonly inbox: Pick<InboxStore, 'put'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Pick<Random, 'id'>;
}

/** Transports that send nothing: every message is put into the inbox, durably before it counts as handed over. */
export function makeInboxTransports({ inbox, clock, random }: World): Transports {
  const put = async (message: Omit<InboxMessage, 'id' | 'at'>): Promise<SendResult> => {
    const id = random.id();
    await inbox.put({ ...message, id, at: clock.now() });
    return { ok: true, providerId: id };
  };
  return {
    sms: ({ to, text, about }) => put({ ...about, channel: 'sms', to, subject: null, text }),
    email: ({ to, subject, text, about }) => put({ ...about, channel: 'email', to, subject, text }),
    webhook: ({ to, text, about }) => put({ ...about, channel: 'webhook', to, subject: null, text }),
    custom: ({ to, text, about }) => put({ ...about, channel: 'custom', to, subject: null, text }),
    slack: ({ to, text, about }) => put({ ...about, channel: 'slack', to, subject: null, text }),
  };
}
