import type { ContactHealth } from '../domain/contact-health.ts';
import type { SendOutcome } from '../domain/commands.ts';
import type { Notification } from '../domain/notification.ts';
import type { Ports } from '../ports.ts';

/** A contact that works is noted once in this time. */
const notedForMs = 3600 * 1000;

interface HealthNotes {
  /** Remembers how a send to a contact ended; a failure to remember holds nothing up. */
  readonly note: (one: Pick<Notification, 'person' | 'contact'>, outcome: SendOutcome) => Promise<void>;
}

/** Knows which contacts work, so that a dead one is seen before the night it is needed. */
export function makeContactHealth(ports: Pick<Ports, 'state' | 'clock' | 'log'>): HealthNotes {
  const working = new Map<string, number>();

  async function failed({ person, contact }: Pick<ContactHealth, 'person' | 'contact'>, code: string): Promise<void> {
    const before = (await ports.state.contactHealth()).find((one) => one.person === person && one.contact === contact);
    const since = before?.unhealthy?.since ?? ports.clock.now();
    await ports.state.putContactHealth({ person, contact, unhealthy: { code, since }, lastSentAt: before?.lastSentAt ?? null });
  }

  async function note({ person, contact }: Pick<Notification, 'person' | 'contact'>, outcome: SendOutcome): Promise<void> {
    const now = ports.clock.now();
    const name = `${person}\0${contact}`;
    try {
      if (outcome.sent) {
        if (now - (working.get(name) ?? -Infinity) < notedForMs) return;
        await ports.state.putContactHealth({ person, contact, unhealthy: null, lastSentAt: now });
        working.set(name, now);
      } else if (outcome.permanent && outcome.code !== 'contact-gone') {
        working.delete(name);
        await failed({ person, contact }, outcome.code);
      }
    } catch (cause) {
      ports.log.error('contact-health-failed', {}, cause);
    }
  }

  return { note };
}
