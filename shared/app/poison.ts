import type { PlainContent } from '../channels/channel.ts';
import { channels } from '../channels/registry.ts';
import { commit } from '../domain/bookkeeping.ts';
import { tellCatchAll } from '../domain/catch-all.ts';
import { Draft } from '../domain/draft.ts';
import { formatIncidentId, type IncidentId } from '../domain/incident-id.ts';
import type { Incident } from '../domain/incident.ts';
import { resolveTargets } from '../domain/recipients.ts';
import { needsSomebody } from '../domain/shown-state.ts';
import { isUnfinished } from '../domain/states.ts';
import { after, type Instant } from '../domain/time.ts';
import type { Configuration, Ports } from '../ports.ts';
import { contextNow } from './decision-context.ts';
import { load, store, type Loaded } from './item.ts';
import { handOver } from './send.ts';
import { standInPolicy } from './stand-in-policy.ts';

/** From this failure on the catch-all is told. */
const tellFrom = 3;
const minuteMs = 60_000;
const longestMinutes = 60;

/** A decision that the data of the record makes impossible: trying again will not help. */
export class Undecidable extends Error {
  override readonly name = 'Undecidable';
}

/** Runs a decision, which asks nothing of the world: whatever it throws lies in the record. */
export function decided<T>(decide: () => T): T {
  try {
    return decide();
  } catch (cause) {
    throw new Undecidable('the record of this incident cannot be decided', { cause });
  }
}

/** The record after a failure that its data caused, with the catch-all told as often as for any other end that nobody answered. */
function failed(incident: Incident, draft: Draft, reason: string): Incident {
  const { policy, now } = draft.context;
  draft.emit({ type: 'failed', reason, nextReminderAt: after(now, policy.reminder) });
  tellCatchAll(draft, 'failed');
  return commit(incident, draft);
}

/** What is said of a record of which nothing can be read. */
const failedInPlainWords = (incidentId: string, at: Instant): PlainContent => ({
  ...{ kind: 'notice', purpose: 'failed', severity: 'critical', level: 0, incidentId, at, ackUrl: null, code: null },
});

/** Keeps one broken record from holding anybody else up, and from being silent. */
interface Poison {
  /** A record that cannot be read. */
  readonly unreadable: (id: IncidentId) => Promise<void>;
  /** A record that can be read and not decided. True: its failure is written, and somebody is to be told of it now. */
  readonly undecidable: (id: IncidentId, cause: Undecidable) => Promise<boolean>;
}

/**
 * What happens to a record that cannot be read or decided: it backs off (1, 2, 4 … 60 minutes). With the third failure the incident fails, which
 * tells the catch-all; where not even that can be written, the catch-all hears of it in plain words, again with each further failure.
 */
export function makePoison(ports: Ports, configuration: Configuration): Poison {
  async function tellInPlainWords(id: IncidentId): Promise<void> {
    const directory = await configuration.directory();
    const incidentId = formatIncidentId(id);
    const words = failedInPlainWords(incidentId, ports.clock.now());
    let told = false;
    for (const recipient of resolveTargets(directory.settings.catchAll ?? [], null, directory, words.at).recipients) {
      for (const contact of recipient.contacts) {
        const channel = channels.get(contact.channel);
        const about = { kind: 'notice' as const, person: recipient.person, incidentId, notificationId: null, ackUrl: null, code: null };
        if (channel !== undefined) told = (await handOver(ports, channel.plain(words), contact.address, about)).ok || told;
      }
    }
    if (!told) ports.log.alarm('catch-all-reaches-nobody', { incident: id.key });
  }

  /** False when the record does not allow even this, or somebody else wrote first. */
  async function writeFailed(found: Loaded, reason: string): Promise<boolean> {
    const { incident } = found;
    const directory = await configuration.directory();
    const policy = standInPolicy(incident, directory);
    if (policy === null || !isUnfinished(incident.state)) return false;
    const context = contextNow(ports, directory, policy);
    const next = ((): Incident | null => {
      try {
        return failed(incident, new Draft(incident, context), reason);
      } catch {
        return null;
      }
    })();
    return next !== null && (await store(ports, found, next));
  }

  async function backOff(id: IncidentId, failures: number, open: boolean): Promise<void> {
    const minutes = Math.min(longestMinutes, 2 ** (failures - 1));
    await ports.incidents.backOff(id, failures, ports.clock.now() + minutes * minuteMs, failures >= tellFrom && open);
  }

  async function unreadable(id: IncidentId): Promise<void> {
    const failures = (await ports.incidents.failures(id)) + 1;
    ports.log.error('record-unreadable', { incident: id.key, failures });
    if (failures >= tellFrom) {
      ports.log.alarm('incident-failed', { incident: id.key });
      await tellInPlainWords(id);
    }
    await backOff(id, failures, true);
  }

  async function undecidable(id: IncidentId, cause: Undecidable): Promise<boolean> {
    const failures = (await ports.incidents.failures(id)) + 1;
    ports.log.error('record-undecidable', { incident: id.key, failures }, cause);
    const found = failures >= tellFrom ? await load(ports, id) : null;
    if (found === null || found.kind === 'unreadable') {
      await backOff(id, failures, true);
      return false;
    }
    const wanted = needsSomebody(found.incident);
    if (wanted) ports.log.alarm('incident-failed', { incident: id.key });
    if (wanted && (await writeFailed(found, cause.message))) return true;
    if (wanted) await tellInPlainWords(id);
    await backOff(id, failures, wanted);
    return false;
  }

  return { unreadable, undecidable };
}
