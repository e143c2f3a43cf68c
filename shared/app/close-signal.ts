import { commit } from '../domain/bookkeeping.ts';
import type { ActCommand, CommandId } from '../domain/commands.ts';
import { decideAct } from '../domain/decide-act.ts';
import { Draft } from '../domain/draft.ts';
import { formatIncidentId } from '../domain/incident-id.ts';
import type { Incident } from '../domain/incident.ts';
import type { Instant } from '../domain/time.ts';
import type { Configuration, TakingPorts } from '../ports.ts';
import { attemptsFor, untilCommitted } from './attempts.ts';
import { contextFor, contextNow } from './decision-context.ts';
import { incidentKey } from './incident-key.ts';
import { writeHead } from './item.ts';
import { afterWrite, nudgeIfDue } from './nudge.ts';
import { standInPolicy } from './stand-in-policy.ts';
import type { ClosingSignal, SignalAnswer } from './use-cases.ts';

/** The name that acts of a monitor are recorded under. */
const source = 'monitor';

const actOf = (signal: ClosingSignal): ActCommand =>
  signal.action === 'acknowledge'
    ? { type: 'acknowledge', by: source, note: null }
    : { type: 'resolve', by: source, note: null, occurredAt: signal.occurredAt, bySource: true };

/** A resolve of a clock that is ahead counts against the alarms that come later as of when it came: those of other clocks must not look older. */
const notLater = (occurredAt: Instant | null, now: Instant): Instant | null => (occurredAt === null ? null : Math.min(occurredAt, now));

/** Senders' acknowledges and resolves. They never create, and a resolve that the world has overtaken changes nothing. */
export class Closing {
  readonly #ports: TakingPorts;
  readonly #configuration: Configuration;

  constructor(ports: TakingPorts, configuration: Configuration) {
    this.#ports = ports;
    this.#configuration = configuration;
  }

  close(signal: ClosingSignal, command: CommandId): Promise<SignalAnswer> {
    return untilCommitted(this.#ports, attemptsFor.machines, () => this.#attempt(signal, command));
  }

  async #contextOf(head: Incident): Promise<Parameters<typeof decideAct>[2]> {
    if (head.generation > 0) return contextFor(this.#ports, this.#configuration, head);
    const directory = await this.#configuration.directory();
    const policy = standInPolicy(head, directory);
    if (policy === null) throw new Error('there is no policy at all');
    return contextNow(this.#ports, directory, policy);
  }

  async #isStale(head: Incident, signal: ClosingSignal): Promise<boolean> {
    if (signal.action !== 'resolve' || signal.occurredAt === null) return false;
    const repeated = head.generation === 0 ? null : (await this.#ports.incidents.duplicates(head)).sourceTriggeredAt;
    const held = head.held?.signal.occurredAt ?? null;
    const last = Math.max(head.sourceTriggeredAt ?? -Infinity, repeated ?? -Infinity, held ?? -Infinity);
    return signal.occurredAt < last;
  }

  async #ignore(signal: ClosingSignal, command: CommandId, reason: string, incidentId: string | null): Promise<SignalAnswer> {
    const { service, dedupKey, title, action } = signal;
    await this.#ports.declined.put({
      id: command.id,
      at: this.#ports.clock.now(),
      service,
      dedupKey,
      title,
      action,
      outcome: 'ignored',
      reason,
      incidentId,
    });
    return { outcome: 'ignored', reason, dedupKey, incidentId };
  }

  #write(head: Incident, next: Incident): Promise<boolean> {
    return writeHead(this.#ports, head, next);
  }

  /** A closed incident, or a key that only holds a trigger: a resolve takes that back, and is remembered for late triggers. */
  async #onClosed(head: Incident, signal: ClosingSignal, command: CommandId): Promise<SignalAnswer | null> {
    const id = head.generation === 0 ? null : formatIncidentId(head);
    if (signal.action === 'acknowledge') return this.#ignore(signal, command, id === null ? 'no-such-incident' : 'not-open', id);
    const draft = new Draft(head, await this.#contextOf(head));
    if (head.held !== null) draft.emit({ type: 'heldTriggerWithdrawn', reason: 'resolved' });
    if (signal.occurredAt !== null && signal.occurredAt > (head.sourceResolvedAt ?? -Infinity))
      draft.emit({ type: 'sourceResolved', occurredAt: signal.occurredAt });
    if (draft.events.length > 0 && !(await this.#write(head, commit(head, draft)))) return null;
    return this.#ignore(
      signal,
      command,
      head.held !== null ? 'held-trigger-withdrawn' : id === null ? 'no-such-incident' : 'already-resolved',
      id,
    );
  }

  async #onOpen(head: Incident, signal: ClosingSignal, command: CommandId): Promise<SignalAnswer | null> {
    const id = formatIncidentId(head);
    const done: SignalAnswer = { outcome: 'merged', reason: null, dedupKey: signal.dedupKey, incidentId: id };
    if (head.commands.some((one) => one.id === command.id)) {
      await nudgeIfDue(this.#ports, head);
      return done;
    }
    const context = await contextFor(this.#ports, this.#configuration, head);
    const decision = decideAct(head, actOf(signal), context);
    if (!decision.ok) return this.#ignore(signal, command, decision.refusal.code, id);
    if (decision.draft.events.length === 0) return done;
    const next = commit(head, decision.draft, { command: { id: command.id, at: context.now, body: command.body, answer: signal.action } });
    if (!(await this.#write(head, next))) return null;
    await afterWrite(this.#ports, head, next, context.directory.settings.maxOpen);
    return done;
  }

  async #attempt(signal: ClosingSignal, command: CommandId): Promise<SignalAnswer | null> {
    const head = await this.#ports.incidents.head(incidentKey(signal.service, signal.dedupKey));
    if (head === null) return this.#ignore(signal, command, 'no-such-incident', null);
    if ('unreadable' in head) throw new Error('the record under this key cannot be read');
    const repeated = head.commands.find((one) => one.id === command.id);
    if (repeated === undefined && (await this.#isStale(head, signal)))
      return this.#ignore(signal, command, 'stale', head.generation === 0 ? null : formatIncidentId(head));
    const open = head.generation > 0 && (repeated !== undefined || (head.resolved === null && head.cancelled === null));
    const kept = { ...signal, occurredAt: notLater(signal.occurredAt, this.#ports.clock.now()) };
    return open ? this.#onOpen(head, kept, command) : this.#onClosed(head, kept, command);
  }

  async withdraw(head: Incident, reason: string): Promise<boolean> {
    const draft = new Draft(head, await this.#contextOf(head));
    draft.emit({ type: 'heldTriggerWithdrawn', reason });
    return this.#write(head, commit(head, draft));
  }
}
