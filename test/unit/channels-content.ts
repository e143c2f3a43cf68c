import type { PageContent } from '../../shared/channels/channel.ts';
import type { EmailMessage, EventMessage, MessageContext, PostMessage, SendResult, SmsMessage, Transports } from '../../shared/ports.ts';

export const ackUrl = `https://pager.example.com/a/${'x'.repeat(63)}`;

/** The page of the documentation's example, changed as a test needs it. */
export const content = (change: Partial<PageContent> = {}): PageContent => ({
  kind: 'page',
  purpose: 'level',
  severity: 'critical',
  service: 'checkout',
  title: 'error rate 12%',
  level: 2,
  levelLabel: null,
  cycle: 0,
  repeat: 0,
  description: null,
  source: null,
  environment: null,
  labels: {},
  links: [],
  createdAt: Date.UTC(2026, 7, 3, 12, 5, 11),
  zone: 'Europe/Berlin',
  personName: 'Ana',
  by: null,
  reason: null,
  ackUrl,
  code: '4821',
  occurrences: 1,
  incidentId: 'abcdefghijklmnopqrstuvwxya-3',
  notificationId: 'abcdefghijklmnopqrstuvwxya-3-1',
  at: Date.UTC(2026, 7, 3, 12, 5, 12),
  incident: () => ({ id: 'abcdefghijklmnopqrstuvwxya-3', service: 'checkout', title: 'error rate 12%', severity: 'critical' }),
  ...change,
});

export const outcome = (change: Partial<PageContent> = {}): PageContent =>
  content({ kind: 'outcome', purpose: 'acknowledged', by: 'Ana', ...change });

export const about: MessageContext = {
  kind: 'page',
  person: 'ana',
  incidentId: 'abcdefghijklmnopqrstuvwxya-3',
  notificationId: 'abcdefghijklmnopqrstuvwxya-3-1',
  ackUrl,
  code: '4821',
};

type Sent = SmsMessage | EmailMessage | PostMessage | EventMessage;

/** Providers that keep what they were given. */
export function recordingTransports(): Transports & { readonly sent: Sent[] } {
  const sent: Sent[] = [];
  const keep = (message: Sent): Promise<SendResult> => {
    sent.push(message);
    return Promise.resolve({ ok: true, providerId: 'p-1' });
  };
  return { sent, sms: keep, email: keep, webhook: keep, slack: keep, custom: keep };
}
