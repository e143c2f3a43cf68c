import { begin, commit } from '../domain/bookkeeping.ts';
import type { CommandId } from '../domain/commands.ts';
import { decideTrigger, type TriggerDecision } from '../domain/decide-trigger.ts';
import { Draft } from '../domain/draft.ts';
import type { Incident } from '../domain/incident.ts';
import { isBehind, publishedThrough } from '../domain/publishing.ts';
import type { InstantOf, Signal } from '../domain/signal.ts';
import type { Instant } from '../domain/time.ts';
import type { Configuration, TakingPorts, Stored } from '../ports.ts';
import { answer, answered, answeredBefore, arrive, arriveForCatchAll, type Arrival } from './arrival.ts';
import { attemptsFor, untilCommitted } from './attempts.ts';
import { Closing } from './close-signal.ts';
import { contextFor, contextNow } from './decision-context.ts';
import { detailsApart, isLarge } from './details-apart.ts';
import { writeHead } from './item.ts';
import { nudge, nudgeIfDue } from './nudge.ts';
import type { ClosingSignal, SignalAnswer, Signals } from './use-cases.ts';

/** The predecessors that still have something left to do, this one included. */
const unfinished = (head: Incident): Incident['finish'] =>
  head.outbox.length > 0 || head.outcomesToTell.length > 0 || isBehind(head)
    ? [...head.finish, { generation: head.generation, at: head.lookAt ?? head.updatedAt }]
    : head.finish;

/** Of a new incident nothing is on the bus yet. */
const unpublished = ({ publishes }: TakingPorts): Incident['publishing'] => (publishes ? publishedThrough(0) : null);

/** How far ahead of ours a sender's clock may go. */
const aheadMs = 5 * 60_000;

/** A sender whose clock is far ahead must not make everything that follows look late. */
const notInFuture = (occurredAt: Instant | null, now: Instant): Instant | null =>
  occurredAt !== null && occurredAt > now + aheadMs ? now : occurredAt;

/** Starts incidents from signals, and acknowledges or resolves them on a sender's behalf. */
export class SignalIntake implements Signals {
  readonly #ports: TakingPorts;
  readonly #configuration: Configuration;
  readonly #closing: Closing;

  constructor(ports: TakingPorts, configuration: Configuration) {
    this.#ports = ports;
    this.#configuration = configuration;
    this.#closing = new Closing(ports, configuration);
  }

  close(signal: ClosingSignal, command: CommandId): Promise<SignalAnswer> {
    return this.#closing.close({ ...signal, occurredAt: notInFuture(signal.occurredAt, this.#ports.clock.now()) }, command);
  }

  async #create(
    arrival: Arrival,
    head: Stored | null,
    decision: Extract<TriggerDecision, { outcome: 'created' }>,
  ): Promise<SignalAnswer | null> {
    const generation = (head?.generation ?? 0) + 1;
    const context = contextNow(this.#ports, arrival.directory, arrival.policy);
    const { record, events, apart } = detailsApart(decision.record, decision.events, context.now);
    // Named after the command: what a lost race or a failed attempt leaves behind is in nobody's way.
    const detailsRow = apart === null ? null : arrival.command.id;
    if (apart !== null) await this.#ports.incidents.putDetails({ key: arrival.key, generation }, arrival.command.id, apart);
    const readable = head !== null && !('unreadable' in head) ? head : null;
    const item = begin(arrival.key, generation, record, events, context, {
      command: answered(arrival, context.now, 'created'),
      finish: readable === null ? [] : unfinished(readable),
      publishing: unpublished(this.#ports),
      detailsRow,
    });
    if (readable !== null && readable.generation > 0) await this.#ports.incidents.archive({ ...readable, held: null, finish: [] });
    const written = await this.#ports.incidents.write(item, head === null ? null : { generation: head.generation, version: head.version });
    if (!written.ok) return this.#again(arrival, written.current, head);
    await nudge(this.#ports, item);
    return answer(arrival, 'created', null, generation);
  }

  /** The item that stood in the way was read with the refusal: decide anew on it, without a second read. */
  async #again(arrival: Arrival, current: Stored | null, before: Stored | null): Promise<SignalAnswer | null> {
    if (before === null && current !== null) return this.#onHead(arrival, current);
    return this.#lost();
  }

  /** Somebody else wrote first. */
  #lost(): null {
    this.#ports.log.measure('WriteConflicts', 1);
    return null;
  }

  async #merge(arrival: Arrival, head: Incident, decision: Extract<TriggerDecision, { outcome: 'merged' }>): Promise<SignalAnswer | null> {
    const { draft } = decision;
    if (draft.events.length > 0) {
      const next = commit(head, draft, { command: answered(arrival, draft.context.now, 'merged') });
      if (!(await writeHead(this.#ports, head, next))) return null;
      await nudge(this.#ports, next);
    }
    await this.#count(arrival, head);
    return answer(arrival, 'merged', null, head.generation);
  }

  async #hold(
    arrival: Arrival,
    head: Incident | null,
    decision: Extract<TriggerDecision, { outcome: 'held' }>,
  ): Promise<SignalAnswer | null> {
    const context = contextNow(this.#ports, arrival.directory, arrival.policy);
    const command = answered(arrival, context.now, 'held');
    const item =
      head !== null && decision.draft !== null
        ? commit(head, decision.draft, { command })
        : decision.record === null
          ? null
          : begin(arrival.key, 0, decision.record, decision.events, context, { command, detailsRow: null });
    if (item === null) throw new Error('a held trigger has neither an item nor a record');
    if (decision.draft?.events.length === 0) return this.#decline(arrival, 'held', decision.reason);
    const expected = head === null ? null : { generation: head.generation, version: head.version };
    const written = await this.#ports.incidents.write(item, expected);
    if (!written.ok) return this.#lost();
    return this.#decline(arrival, 'held', decision.reason);
  }

  async #list({ service, dedupKey, title }: Signal, id: string, outcome: 'held' | 'declined' | 'ignored', reason: string): Promise<void> {
    const at = this.#ports.clock.now();
    await this.#ports.declined.put({ id, at, service, dedupKey, title, action: 'trigger', outcome, reason, incidentId: null });
  }

  async #decline(arrival: Arrival, outcome: 'held' | 'declined' | 'ignored', reason: string): Promise<SignalAnswer> {
    await this.#list(arrival.signal, arrival.command.id, outcome, reason);
    if (outcome === 'declined') this.#ports.log.measure('Refusals', 1, reason);
    return answer(arrival, outcome, reason, null);
  }

  async #carryOut(arrival: Arrival, head: Incident | null, decision: TriggerDecision): Promise<SignalAnswer | null> {
    switch (decision.outcome) {
      case 'created':
        return this.#create(arrival, head, decision);
      case 'merged':
        return head === null ? null : this.#merge(arrival, head, decision);
      case 'held':
        return this.#hold(arrival, head, decision);
      case 'declined':
      case 'ignored':
        return this.#decline(arrival, decision.outcome, decision.reason);
      default:
        return decision satisfies never;
    }
  }

  async #onHead(arrival: Arrival, head: Stored): Promise<SignalAnswer | null> {
    const { signal, gates, directory, policy } = arrival;
    if ('unreadable' in head) {
      const decision = decideTrigger(null, signal, gates, contextNow(this.#ports, directory, policy));
      return decision.outcome === 'created' ? this.#create(arrival, head, decision) : this.#carryOut(arrival, null, decision);
    }
    const known = answeredBefore(arrival, head);
    if (known !== null) return this.#repeated(arrival, head, known);
    const pinned =
      head.generation > 0 && head.endedAt === null
        ? await contextFor(this.#ports, this.#configuration, head)
        : contextNow(this.#ports, directory, policy);
    return this.#carryOut(arrival, head, decideTrigger(head, signal, gates, pinned));
  }

  /** A repeat of a command that the item has answered: what comes beside the item may have been lost with the first answer, and is done again. */
  async #repeated(arrival: Arrival, head: Incident, known: SignalAnswer): Promise<SignalAnswer> {
    if (known.outcome === 'held') await this.#list(arrival.signal, arrival.command.id, 'held', known.reason ?? 'held');
    else await nudgeIfDue(this.#ports, head);
    if (known.outcome === 'merged') await this.#count(arrival, head);
    return known;
  }

  async #count({ command, signal }: Arrival, head: Incident): Promise<void> {
    await this.#ports.incidents.addDuplicate(head, { commandId: command.id, at: this.#ports.clock.now(), occurredAt: signal.occurredAt });
  }

  /**
   * First nothing is assumed to be open: then a new key costs one write and no read. With large details a look comes first, because a
   * duplicate would put a row of many kilobytes for nothing.
   */
  async #attempt(arrival: Arrival, number: number): Promise<SignalAnswer | null> {
    if (number === 0 && !isLarge(arrival.signal)) {
      const decision = decideTrigger(null, arrival.signal, arrival.gates, contextNow(this.#ports, arrival.directory, arrival.policy));
      if (decision.outcome === 'created') return this.#create(arrival, null, decision);
    }
    const head = await this.#ports.incidents.head(arrival.key);
    if (head !== null) return this.#onHead(arrival, head);
    return this.#carryOut(
      arrival,
      null,
      decideTrigger(null, arrival.signal, arrival.gates, contextNow(this.#ports, arrival.directory, arrival.policy)),
    );
  }

  async trigger(sent: Signal, command: CommandId, instantOf: InstantOf = 'change'): Promise<SignalAnswer> {
    const signal = { ...sent, occurredAt: notInFuture(sent.occurredAt, this.#ports.clock.now()) };
    const arrival = await arrive(this.#ports, this.#configuration, signal, command, { heldSince: null, instantOf });
    if (arrival !== null) return untilCommitted(this.#ports, attemptsFor.machines, (number) => this.#attempt(arrival, number));
    const { service, dedupKey } = signal;
    await this.#list(signal, command.id, 'declined', 'no-such-service');
    this.#ports.log.alarm('signal-for-no-service', { service });
    this.#ports.log.measure('Refusals', 1, 'no-such-service');
    return { outcome: 'declined', reason: 'no-such-service', dedupKey, incidentId: null };
  }

  /** Raises an alarm of our own about a service, which goes to its catch-all and is never held. Null: nobody is to be told of it now. */
  async tellCatchAll(signal: Signal, command: CommandId): Promise<SignalAnswer | null> {
    const arrival = await arriveForCatchAll(this.#ports, this.#configuration, signal, command);
    return arrival === null ? null : untilCommitted(this.#ports, attemptsFor.machines, (number) => this.#attempt(arrival, number));
  }

  /** A held trigger is looked at: its incident starts, it goes on waiting, or what stands in the way now is said. True when something was written. */
  async resumeHeld(head: Incident): Promise<boolean> {
    const { held } = head;
    if (held === null) return false;
    const command = { id: `held-${head.key}-${String(head.version)}`, body: null };
    const arrival = await arrive(this.#ports, this.#configuration, held.signal, command, { heldSince: held.since, instantOf: 'change' });
    const giveUp = async (outcome: 'declined' | 'ignored', reason: string): Promise<boolean> => {
      const withdrawn = await this.#closing.withdraw(head, reason);
      if (withdrawn) await this.#list(held.signal, command.id, outcome, reason);
      return withdrawn;
    };
    if (arrival === null) return giveUp('declined', 'no-such-service');
    const decision = decideTrigger(head, held.signal, arrival.gates, contextNow(this.#ports, arrival.directory, arrival.policy));
    switch (decision.outcome) {
      case 'declined':
      case 'ignored':
        return giveUp(decision.outcome, decision.reason);
      case 'held':
        return this.#keepHolding(head, decision);
      case 'created':
      case 'merged':
        // Whoever wrote first, were it a try of our own whose answer was lost: what stands there by now is looked at.
        if ((await this.#carryOut(arrival, head, decision)) === null)
          await nudge(this.#ports, { ...head, generation: head.generation + 1 });
        return true;
      default:
        return decision satisfies never;
    }
  }

  /** Waiting on for the same reason is no event of its own: only the next look is put off. */
  async #keepHolding(head: Incident, { draft, reason }: Extract<TriggerDecision, { outcome: 'held' }>): Promise<boolean> {
    const { held } = head;
    if (held === null || draft === null) return false;
    const same = held.reason === reason;
    const until = draft.record.held?.until ?? held.until;
    // A mute may have been shortened; else there is nothing to do before it is over.
    if (same && held.until > this.#ports.clock.now() && (reason !== 'muted' || until >= held.until)) return false;
    const next = commit(head, same ? new Draft({ ...head, held: { ...held, until } }, draft.context) : draft);
    await writeHead(this.#ports, head, next);
    return true;
  }
}
