import { channels } from '../channels/registry.ts';
import type { SendOutcome } from '../domain/commands.ts';
import type { PageContent } from '../channels/channel.ts';
import type { Contact, Person } from '../domain/directory.ts';
import type { Instant } from '../domain/time.ts';
import type { Configuration, Ports } from '../ports.ts';
import { makeContactHealth } from './contact-health.ts';
import type { ContactTest } from './people-routes.ts';
import { handOver } from './send.ts';

/** How long the caller is kept waiting for the results. */
const waitMs = 10_000;

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
  zone,
  personName: to.name,
  by: null,
  occurrences: 1,
  incidentId: 'none',
  notificationId: 'none',
  ackUrl: null,
  code: null,
});

/** Sends a test page to each contact of a person, at once and whatever their rules say. */
export function makeTestPages(ports: Ports, configuration: Configuration): (person: string) => Promise<ContactTest> {
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

  return async (person) => {
    const { people, settings } = await configuration.directory();
    const to = people.get(person);
    if (to === undefined) return { done: true, results: [] };
    const results: ContactTest['results'][number][] = [];
    const all = Promise.all(
      to.contacts.map(async (contact) => {
        results.push(await sendTo(to, contact, to.zone ?? settings.zone));
      }),
    );
    const done = (await ports.timers.within(waitMs, () => all)) !== 'timeout';
    return { done, results: [...results] };
  };
}
