import { channels } from '../channels/registry.ts';
import type { SendOutcome } from '../domain/commands.ts';
import type { PageContent } from '../channels/channel.ts';
import type { Contact, Person } from '../domain/directory.ts';
import type { Instant } from '../domain/time.ts';
import type { Configuration, ContactTestRequest, Ports } from '../ports.ts';
import { makeContactHealth } from './contact-health.ts';
import { keepTestResult, type ContactTest } from './contact-test.ts';
import { handOver } from './send.ts';

/** What a test page says; there is nothing to answer. */
const testPage = (to: Person, zone: string, now: Instant): PageContent => ({
  kind: 'notice',
  purpose: 'test',
  severity: 'info',
  service: 'Tocsin',
  title: `test page for ${to.name}`,
  level: 0,
  levelLabel: null,
  cycle: 0,
  repeat: 0,
  description: 'You see this because somebody asked for a test of your contacts. Nothing is wrong and there is nothing to do.',
  source: null,
  environment: null,
  labels: {},
  links: [],
  createdAt: now,
  at: now,
  incident: () => null,
  zone,
  personName: to.name,
  by: null,
  reason: null,
  occurrences: 1,
  incidentId: 'none',
  notificationId: 'none',
  ackUrl: null,
  code: null,
});

/** The worker's part: a test page to each contact of a person, at once and whatever their rules say; each result is kept as it comes. */
export function makeTestPages(ports: Ports, configuration: Configuration): (test: ContactTestRequest) => Promise<void> {
  const health = makeContactHealth(ports);

  async function sendTo(to: Person, contact: Contact, zone: string): Promise<ContactTest['results'][number]> {
    const person = to.id;
    const channel = channels.get(contact.channel);
    if (channel === undefined) return { contact: contact.id, channel: contact.channel, ok: false, code: 'unknown-channel' };
    const message = channel.render(testPage(to, zone, ports.clock.now()));
    const about = { kind: 'notice' as const, person, incidentId: null, notificationId: null, ackUrl: null, code: null };
    const result = await handOver(ports, message, contact.address, about);
    const outcome: SendOutcome = result.ok
      ? { n: 0, sent: true, providerId: result.providerId, plain: true }
      : { n: 0, sent: false, permanent: result.permanent, code: result.code, retryAfter: null };
    await health.note({ person, contact: contact.id }, outcome);
    return { contact: contact.id, channel: contact.channel, ok: result.ok, code: result.ok ? null : result.code };
  }

  return async ({ id, person }) => {
    const { people, settings } = await configuration.directory();
    const to = people.get(person);
    const contacts = to?.contacts ?? [];
    const results: ContactTest['results'][number][] = [];
    let kept = Promise.resolve();
    // One after the other: an earlier state must not be the last that is written.
    const keep = (): Promise<void> => {
      const write = (): Promise<void> => keepTestResult(ports, id, { done: results.length === contacts.length, results });
      kept = kept.then(write, write);
      return kept;
    };
    if (to === undefined || contacts.length === 0) return keep();
    await Promise.all(
      contacts.map(async (contact) => {
        results.push(await sendTo(to, contact, to.zone ?? settings.zone));
        await keep();
      }),
    );
  };
}
