import { setImmediate as nextTurn } from 'node:timers/promises';
import { makeApplication, type Application } from '../../shared/app/application.ts';
import type { ActCommand } from '../../shared/domain/commands.ts';
import { formatIncidentId, type IncidentId } from '../../shared/domain/incident-id.ts';
import type { Incident } from '../../shared/domain/incident.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import type { Signal } from '../../shared/domain/signal.ts';
import { incidentKey } from '../../shared/app/incident-key.ts';
import type { SignalAnswer } from '../../shared/app/use-cases.ts';
import type { Ports, StoredConfig } from '../../shared/ports.ts';
import { night, signal } from '../fixtures.ts';
import { RecordedBus } from '../recorded-bus.ts';
import { permanent, phone, transient, World, type Message } from '../world.ts';
import { Faults } from './faults.ts';
import { checkStep, checkWrite } from './invariants.ts';

const second = 1000;
const sweepEvery = 60 * second;
/** The sweeper does not run on the full minute, where everything else happens. */
const sweepOffset = 23 * second;
const senderPause = 10 * second;
const personPause = 30 * second;

/** What happens in a scenario, in seconds since the start of the night. */
export interface Step {
  readonly at: number;
  readonly what: (simulation: Simulation) => Promise<void>;
}

export interface Scenario {
  readonly name: string;
  readonly document: string;
  readonly steps: readonly Step[];
  readonly end: number;
  /** False: no timer of ours ever fires, only the sweeper looks. */
  readonly timers?: boolean;
  /** What somebody does on another machine while the first page is on its way. */
  readonly whileSending?: (elsewhere: Application) => Promise<unknown>;
  /** So many alarms come at once that pages are bundled: which of them leave alone is a matter of which come first. */
  readonly flood?: true;
  /** What happens to incidents is put on a bus. */
  readonly bus?: true;
  /** No e-mail leaves from the first of these seconds to the second. */
  readonly noEmail?: readonly [number, number];
  /** A number that the provider of text messages refuses for good, at once; all others take it some time. */
  readonly gone?: string;
}

/** A part of the system taken away, to see that the checks notice. */
export interface Sabotage {
  readonly sweeper?: false;
  readonly ports?: (ports: Ports) => Ports;
}

interface Appointment {
  readonly at: number;
  readonly order: number;
  readonly what: () => Promise<void>;
}

const prepared = new Map<string, { readonly config: StoredConfig; readonly policy: Policy }>();

/** Saves the document; what was checked once is stored as it is the next time. */
async function configured(world: World, document: string): Promise<void> {
  const { config } = world.stores;
  const known = prepared.get(document);
  if (known !== undefined) {
    await config.save(known.config, [known.policy], 0);
    return;
  }
  await world.configure(document);
  const [stored, policy] = [await config.current(), await config.policy('default', 1)];
  if (stored !== null && policy !== null) prepared.set(document, { config: stored, policy });
}

/**
 * The whole application in stepped time, with one fault at one call. Whoever calls it does so as in life: a sender repeats a request that was not
 * answered, a carrier delivers again, a person tries again; timers are set by the worker and lost with it; the sweeper runs every minute.
 */
export class Simulation {
  readonly scenario: Scenario;
  readonly faults: Faults;
  readonly world: World;
  readonly bus = new RecordedBus();
  readonly taken: { readonly commandId: string; readonly answer: SignalAnswer }[] = [];
  /** Everything the worker was ever asked to look at. */
  readonly nudged = new Map<string, IncidentId>();
  readonly delivered: { readonly from: string; readonly text: string; readonly messageId: string }[] = [];
  readonly #sabotage: Sabotage;
  readonly #queue = new Map<string, IncidentId>();
  readonly #keys = new Set<string>();
  readonly #timers = new Map<string, { readonly id: IncidentId; readonly at: number }>();
  readonly #agenda: Appointment[] = [];
  #order = 0;
  #nextSweep = night + sweepOffset;

  constructor(scenario: Scenario, planned: Faults['planned'], sabotage: Sabotage = {}) {
    this.scenario = scenario;
    this.faults = new Faults(planned);
    this.#sabotage = sabotage;
    const enqueue = (id: IncidentId): Promise<void> => {
      this.nudged.set(formatIncidentId(id), id);
      this.#queue.set(formatIncidentId(id), id);
      return Promise.resolve();
    };
    this.world = new World((ports) => {
      const watched: Ports = { ...ports, queue: { ...ports.queue, nudge: enqueue }, incidents: this.#watched(ports.incidents) };
      const told = scenario.bus === true ? this.bus.withBus(watched) : watched;
      const changed = sabotage.ports?.(told) ?? told;
      return this.faults.wrap({ ...changed, transports: { ...changed.transports, sms: this.#interrupted(changed) } });
    });
    const [from, to] = scenario.noEmail ?? [0, 0];
    this.world.provider = ({ channel }) => (channel === 'email' && this.seconds >= from && this.seconds < to ? transient : null);
  }

  get seconds(): number {
    return (this.world.now - night) / second;
  }

  /** Runs the scenario to its end. */
  async run(): Promise<void> {
    await configured(this.world, this.scenario.document);
    for (const { at, what } of this.scenario.steps) this.#later(night + at * second, () => what(this));
    await this.#until(night + this.scenario.end * second);
  }

  /** A sender reports a problem, and repeats its request until it is answered. */
  async trigger(about: Partial<Signal> = {}): Promise<void> {
    const commandId = `trigger-${String(++this.#order)}`;
    this.#keys.add(incidentKey('checkout', signal(about).dedupKey));
    await this.#send(commandId, () => this.world.app.signals.trigger(signal(about), { id: commandId, body: null }));
  }

  /** A sender reports that the problem is over. */
  async resolvedBySource(occurredAt: number | null = null): Promise<void> {
    const commandId = `resolve-${String(++this.#order)}`;
    const closing = { action: 'resolve' as const, service: 'checkout', dedupKey: 'error-rate', title: '', occurredAt };
    await this.#send(commandId, () => this.world.app.signals.close(closing, { id: commandId, body: null }));
  }

  /** Somebody acts through the API, and repeats the request until it is answered. */
  async act(generation: number, command: ActCommand): Promise<void> {
    const id = { key: incidentKey('checkout', 'error-rate'), generation };
    await this.#repeated(`act-${String(++this.#order)}`, (commandId) => this.world.app.acts(id, command, { id: commandId, body: null }));
  }

  /** Somebody mutes the service for a while, or with null ends that, and tries again until it is taken. */
  async mute(duration: string | null): Promise<void> {
    const path = '/v1/services/checkout/mute';
    await this.#repeated('', async () => {
      const { http } = await (duration === null ? this.world.request('DELETE', path) : this.world.request('POST', path, { for: duration }));
      if (http >= 500) throw new Error(`answered with ${String(http)}`);
    });
  }

  /** Somebody answers the newest page on their phone; without a code in it, by its link. Tried again until an answer comes. */
  async reply(name: keyof typeof phone, words: (code: string) => string, tries = 8): Promise<void> {
    const page = this.world.messages.findLast((message) => message.to === phone[name] && message.kind === 'page');
    if (page === undefined) throw new Error(`I3 there is no page for ${name} at ${String(this.seconds)}`);
    if (page.code === null) return this.#byLink(page, `user:${name}`, words('').includes('r'));
    const message = { from: phone[name], text: words(page.code), messageId: `sms-${String(++this.#order)}` };
    this.delivered.push(message);
    await this.#carry(message, () => this.reply(name, words, tries - 1), tries);
  }

  /** Somebody answers every code on their phone. */
  async replyToAll(name: keyof typeof phone, words: (code: string) => string): Promise<void> {
    const codes = new Set(this.world.messages.flatMap(({ to, code }) => (to === phone[name] && code !== null ? [code] : [])));
    for (const code of codes) {
      const message = { from: phone[name], text: words(code), messageId: `sms-${String(++this.#order)}` };
      this.delivered.push(message);
      const again = (): Promise<void> => this.#carry(message, again, 1);
      await this.#carry(message, again, 8);
    }
  }

  /** Lets everything that was asked for happen. */
  async drain(): Promise<void> {
    for (;;) {
      const [first] = this.#queue;
      if (first === undefined) return;
      const [name, id] = first;
      this.#queue.delete(name);
      await this.#look(id);
    }
  }

  /** One run of the sweeper, and what comes of it. */
  async sweep(): Promise<void> {
    await this.faults.run(() => this.world.app.sweep());
    await this.drain();
  }

  /** Every incident that there is, in all its generations, as stored. */
  async incidents(): Promise<readonly Incident[]> {
    const found: Incident[] = [];
    for (const key of this.#keys) {
      const head = await this.world.stores.incidents.head(key);
      for (let generation = 0; generation <= (head?.generation ?? -1); generation += 1) {
        const item = await this.world.stores.incidents.get({ key, generation });
        if (item !== null && !('unreadable' in item)) found.push(item);
      }
    }
    return found;
  }

  #byLink(page: Message, by: string, resolves: boolean): Promise<void> {
    const generation = Number(page.incidentId?.split('-')[1]);
    return this.act(
      generation,
      resolves ? { type: 'resolve', by, note: null, occurredAt: null, bySource: false } : { type: 'acknowledge', by, note: null },
    );
  }

  async #look(id: IncidentId): Promise<void> {
    const ended = await this.faults.run(() => this.world.app.work(id));
    const head = await this.world.stores.incidents.head(id.key);
    // The timer is set last: a worker that did not come so far sets none.
    if (ended.how === 'done' && head !== null && !('unreadable' in head)) {
      if (head.lookAt === null) this.#timers.delete(id.key);
      else this.#timers.set(id.key, { id: { key: id.key, generation: head.generation }, at: head.lookAt });
    }
    await checkStep(this);
  }

  async #send(commandId: string, request: () => Promise<SignalAnswer>): Promise<void> {
    const ended = await this.faults.run(request);
    if (ended.how === 'done') this.taken.push({ commandId, answer: ended.value });
    else this.#later(this.world.now + senderPause, () => this.#send(commandId, request));
  }

  async #repeated(commandId: string, request: (commandId: string) => Promise<unknown>): Promise<void> {
    const ended = await this.faults.run(() => request(commandId));
    if (ended.how !== 'done') this.#later(this.world.now + senderPause, () => this.#repeated(commandId, request));
  }

  async #carry(
    message: { readonly from: string; readonly text: string; readonly messageId: string },
    again: () => Promise<void>,
    tries: number,
  ): Promise<void> {
    if (tries === 0) throw new Error('I3 nobody ever answered the message');
    const ended = await this.faults.run(() => this.world.app.reply(message));
    if (ended.how !== 'done') this.#later(this.world.now + senderPause, () => this.#carry(message, again, tries - 1));
    else if (!ended.value.some((text) => /^(Acknowledged|Resolved|Escalated|Already)/.test(text)))
      this.#later(this.world.now + personPause, again);
  }

  #later(at: number, what: () => Promise<void>): void {
    this.#agenda.push({ at, order: ++this.#order, what });
    this.#agenda.sort((a, b) => a.at - b.at || a.order - b.order);
  }

  async #until(target: number): Promise<void> {
    for (;;) {
      await this.drain();
      const timer = this.scenario.timers === false ? undefined : [...this.#timers.values()].toSorted((a, b) => a.at - b.at)[0];
      const appointment = this.#agenda[0];
      const at = Math.min(timer?.at ?? Infinity, appointment?.at ?? Infinity, this.#nextSweep, target);
      this.world.now = Math.max(this.world.now, at);
      if (timer?.at === at) {
        this.#timers.delete(timer.id.key);
        this.#queue.set(formatIncidentId(timer.id), timer.id);
      } else if (appointment?.at === at) {
        this.#agenda.shift();
        await appointment.what();
        await checkStep(this);
      } else if (this.#nextSweep === at) {
        this.#nextSweep += sweepEvery;
        await this.#tick();
      } else return;
    }
  }

  /** A run of the sweeper that would find nothing is left out: it changes nothing. */
  async #tick(): Promise<void> {
    if (this.#sabotage.sweeper === false) return;
    const { incidents, state } = this.world.stores;
    const found = await Promise.all([incidents.due(this.world.now, 1), state.heldByMute(['checkout'], 1)]);
    if (found.flat().length > 0) await this.sweep();
  }

  #interrupted(ports: Ports): Ports['transports']['sms'] {
    const elsewhere = makeApplication(ports, { baseUrl: () => 'http://tocsin.test', configurationMaxAgeMs: 0, accessLog: false });
    let happened = false;
    return async (message) => {
      if (!happened) {
        happened = true;
        await this.scenario.whileSending?.(elsewhere);
      }
      if (message.to === this.scenario.gone) return permanent;
      if (this.scenario.gone !== undefined) await nextTurn();
      return ports.transports.sms(message);
    };
  }

  #watched(incidents: Ports['incidents']): Ports['incidents'] {
    return {
      ...incidents,
      write: async (next, expected) => {
        const before = await incidents.head(next.key);
        const result = await incidents.write(next, expected);
        if (result.ok)
          checkWrite(before !== null && !('unreadable' in before) && before.generation === next.generation ? before : null, next);
        return result;
      },
      writeArchived: async (next, version) => {
        const before = await incidents.get(next);
        const result = await incidents.writeArchived(next, version);
        if (result.ok) checkWrite(before !== null && !('unreadable' in before) ? before : null, next);
        return result;
      },
    };
  }
}
