import { channels } from '../channels/registry.ts';
import type { Directory } from '../domain/directory.ts';
import type { HandoffNotice, HandoffOutcome } from '../domain/on-call/handoffs.ts';
import type { Ports } from '../ports.ts';
import { makeContactHealth } from './contact-health.ts';
import { handoffContent } from './handoff-content.ts';
import { openIncidentsOf } from './handoff-incidents.ts';
import { handOver } from './send.ts';

type SendPorts = Pick<Ports, 'transports' | 'timers' | 'log' | 'clock' | 'state' | 'incidents'>;

/** Sends notices that were claimed, all at once, and tells what came of each. A fault of ours is that notice's alone. */
export function makeHandoffSending(
  ports: SendPorts,
): (due: readonly HandoffNotice[], directory: Directory) => Promise<readonly HandoffOutcome[]> {
  const health = makeContactHealth(ports);

  async function send(notice: HandoffNotice, directory: Directory, open: ReturnType<typeof openIncidentsOf>): Promise<HandoffOutcome> {
    const person = directory.people.get(notice.person);
    const contact = person?.contacts.find(({ id }) => id === notice.contact);
    const channel = channels.get(contact?.channel ?? '');
    const schedule = directory.schedules.get(notice.schedule);
    const wanted = person?.handoffNotices.includes(notice.contact) === true;
    // Since it was made, somebody has taken away what it is about.
    if (!wanted || contact === undefined || channel === undefined || schedule === undefined)
      return { notice, sent: false, permanent: true };
    const content = handoffContent(notice, { person, schedule, directory, open: await open(schedule.schedule), now: ports.clock.now() });
    const about = { kind: 'notice', person: person.id, incidentId: null, notificationId: null, ackUrl: null, code: null } as const;
    const result = await handOver(ports, channel.render(content), contact.address, about);
    const outcome = result.ok ? { ...result, n: 0, sent: true as const, plain: false } : { ...result, n: 0, sent: false as const };
    await health.note(notice, outcome);
    return { notice, sent: result.ok, permanent: !result.ok && result.permanent };
  }

  return (due, directory) => {
    const open = openIncidentsOf(ports, directory);
    return Promise.all(
      due.map(async (notice) => {
        try {
          return await send(notice, directory, open);
        } catch (cause) {
          ports.log.error('handoff-notice-failed', {}, cause);
          return { notice, sent: false, permanent: false };
        }
      }),
    );
  };
}
