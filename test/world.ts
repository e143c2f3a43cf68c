import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { makeMapStores, type Stores } from '../shared/adapters/map/stores.ts';
import { makeApplication, type Application } from '../shared/app/application.ts';
import type { ActName } from '../shared/app/incident-acts.ts';
import type { SignalAnswer } from '../shared/app/use-cases.ts';
import { parseDuration } from '../shared/domain/duration.ts';
import { parseIncidentId, type IncidentId } from '../shared/domain/incident-id.ts';
import type { Incident } from '../shared/domain/incident.ts';
import type { Signal } from '../shared/domain/signal.ts';
import { earliest } from '../shared/domain/time.ts';
import type { MessageContext, Ports, SendResult, Transports } from '../shared/ports.ts';
import { night, noSns, signal } from './fixtures.ts';

/** A message that left, as the phone or the mailbox shows it. */
export interface Message extends MessageContext {
  readonly channel: keyof Transports;
  readonly to: string;
  readonly subject: string | null;
  readonly text: string;
  readonly at: number;
}

/** What a provider does with a message instead of taking it. */
type Provider = (message: { readonly channel: keyof Transports; readonly to: string }) => SendResult | 'throw' | null;

export const permanent: SendResult = { ok: false, permanent: true, code: 'invalid-number', retryAfter: null };
export const transient: SendResult = { ok: false, permanent: false, code: 'throttled', retryAfter: null };

/** The example of the documentation: Ana, after 15 minutes Ana and Ben, and Lee as the catch-all. */
export const example = readFileSync(new URL('../config/example.yaml', import.meta.url), 'utf8');
export const phone = { ana: '+15555550100', ben: '+15555550101', lee: '+15555550102' } as const;

const minute = 60_000;
const adminToken = 'admin-token-of-the-tests';

/** An answer of the API: the members of its body, and the HTTP status as `http`. */
interface Answered extends Readonly<Record<string, unknown>> {
  readonly http: number;
}

/** The service checkout under one policy; Ana, Ben, Cara and Lee, the lead, have one phone each. `rest` replaces whole parts of the document. */
export function withPolicy(policy: object, rest: object = {}): string {
  const person = (id: string, name: string, number: number): object => ({
    id,
    name,
    contacts: [{ id: 'phone', channel: 'sms', address: `+1555555010${String(number)}` }],
  });
  return JSON.stringify({
    settings: { catchAll: ['user:lead'] },
    services: [{ id: 'checkout', policy: 'default' }],
    policies: [{ id: 'default', ...policy }],
    people: [person('ana', 'Ana', 0), person('ben', 'Ben', 1), person('lead', 'Lee', 2), person('cara', 'Cara', 3)],
    teams: [{ id: 'platform', members: ['ana', 'ben'] }],
    ...rest,
  });
}

/** The whole application over stores in memory, with time that passes only when a test says so. */
export class World {
  now = night;
  readonly messages: Message[] = [];
  readonly alarms: string[] = [];
  /** `StepLatenessSeconds 0`; where there is a reason, it stands at the end. */
  readonly measures: string[] = [];
  /** By name, as a document refers to them. */
  readonly secrets = new Map<string, string>();
  readonly stores: Stores;
  readonly ports: Ports;
  readonly app: Application;
  provider: Provider = () => null;
  #waiting = new Map<string, IncidentId>();
  #handoffsAsked = false;
  #ids = 0;
  #signals = 0;

  constructor(change: (ports: Ports) => Ports = (ports) => ports, stores: Stores = makeMapStores()) {
    this.stores = stores;
    const deliver = async (
      channel: keyof Transports,
      to: string,
      subject: string | null,
      text: string,
      about: MessageContext,
    ): Promise<SendResult> => {
      const refused = this.provider({ channel, to });
      if (refused === 'throw') throw new Error('the provider cannot be reached');
      if (refused !== null) return refused;
      this.messages.push({ ...about, channel, to, subject, text, at: this.now });
      return Promise.resolve({ ok: true, providerId: null });
    };
    this.ports = change({
      ...stores,
      clock: { now: () => this.now, real: () => this.now, toPolicy: (milliseconds) => milliseconds },
      random: {
        // In order, and base32 as in life.
        id: () => `${String(++this.#ids).padStart(25, '0')}0`.replace(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit))),
        token: (length) => String(++this.#ids).padStart(length, 'k'),
        fraction: () => 0.5,
      },
      timers: {
        sleep: (milliseconds) => {
          this.now += milliseconds;
          return Promise.resolve();
        },
        within: (_, work) => work(),
      },
      transports: {
        sms: ({ to, text, about }) => deliver('sms', to, null, text, about),
        email: ({ to, subject, text, about }) => deliver('email', to, subject, text, about),
        webhook: ({ to, text, about }) => deliver('webhook', to, null, text, about),
        slack: ({ to, text, about }) => deliver('slack', to, null, text, about),
        custom: ({ to, text, about }) => deliver('custom', to, null, text, about),
      },
      queue: {
        testContacts: (test) => this.app.testContacts(test),
        handoffs: () => {
          this.#handoffsAsked = true;
          return Promise.resolve();
        },
        nudge: (id) => {
          this.#waiting.set(`${id.key}-${String(id.generation)}`, id);
          return Promise.resolve();
        },
      },
      sns: noSns,
      secrets: {
        signingKeys: () => Promise.resolve([signingKey]),
        adminTokenHash: () => Promise.resolve(createHash('sha256').update(adminToken).digest('hex')),
        named: (name) => Promise.resolve(this.secrets.get(name) ?? null),
      },
      log: {
        info: () => undefined,
        error: () => undefined,
        alarm: (event) => {
          this.alarms.push(event);
        },
        measure: (name, value, reason) => {
          this.measures.push(`${name} ${String(value)}${reason === undefined ? '' : ` ${reason}`}`);
        },
      },
      publishes: false,
      bus: null,
      leasesVoidBefore: 0,
    });
    this.app = makeApplication(this.ports, { baseUrl: () => 'http://tocsin.test', configurationMaxAgeMs: 0, accessLog: false });
  }

  /** The world of `withPolicy`. */
  static withPolicy(policy: object, rest: object = {}): Promise<World> {
    return World.withConfig(withPolicy(policy, rest));
  }

  static async withConfig(yaml: string = example, change?: (ports: Ports) => Ports): Promise<World> {
    const world = new World(change);
    await world.configure(yaml);
    return world;
  }

  async configure(yaml: string): Promise<void> {
    const saved = await this.app.saving.saveDocument(yaml, 'application/yaml', { dryRun: false, ifMatch: null });
    if (saved.kind !== 'saved') throw new Error(JSON.stringify(saved));
  }

  /** An alarm of the service checkout, and everything that it sets off at once. */
  async alarm(about: Partial<Signal> = {}, commandId = `signal-${String(++this.#signals)}`): Promise<SignalAnswer> {
    const answer = await this.app.signals.trigger(signal(about), { id: commandId, body: null });
    await this.settled();
    return answer;
  }

  async resolvedBySource(about: { readonly dedupKey?: string; readonly occurredAt?: number } = {}): Promise<SignalAnswer> {
    const closing = {
      action: 'resolve' as const,
      service: 'checkout',
      dedupKey: about.dedupKey ?? 'error-rate',
      title: '',
      occurredAt: about.occurredAt ?? null,
    };
    const answer = await this.app.signals.close(closing, { id: `signal-${String(++this.#signals)}`, body: null });
    await this.settled();
    return answer;
  }

  /** An SMS from a handset; the answers to it. */
  async sms(from: string, text: string, messageId = `sms-${String(++this.#signals)}`): Promise<readonly string[]> {
    const replies = await this.app.reply({ from, text, messageId });
    await this.settled();
    return replies;
  }

  /** Lets the worker do all it was asked to. */
  async settled(): Promise<void> {
    for (;;) {
      const [first] = this.#waiting;
      if (first === undefined) break;
      this.#waiting.delete(first[0]);
      await this.app.work(first[1]);
    }
    if (!this.#handoffsAsked) return;
    this.#handoffsAsked = false;
    await this.app.handoffs();
  }

  /** Time passes through every due instant, in order. */
  async pass(duration: string): Promise<void> {
    const seconds = parseDuration(duration);
    if (seconds === null) throw new Error(duration);
    const target = this.now + seconds * 1000;
    for (;;) {
      const next = await this.#nextLookAt();
      if (next === null || next > target) break;
      this.now = Math.max(this.now, next);
      await this.app.sweep();
      await this.settled();
      if ((await this.#nextLookAt()) === next) throw new Error('an incident is looked at again and again at one instant');
    }
    this.now = Math.max(this.now, target);
  }

  async #nextLookAt(): Promise<number | null> {
    return earliest(await this.stores.incidents.nextLookAt(), (await this.stores.handoffs.current())?.lookAt ?? null);
  }

  /** The machines stand still meanwhile: nothing that comes due is seen until they look again. */
  async outage(duration: string): Promise<void> {
    const seconds = parseDuration(duration);
    if (seconds === null) throw new Error(duration);
    this.now += seconds * 1000;
    await this.app.sweep();
    await this.settled();
  }

  /** A request to the API with the administrator's token, and everything that it sets off at once. */
  async request(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body: object | null = null,
    idempotencyKey: string | null = null,
  ): Promise<Answered> {
    const headers = {
      authorization: `Bearer ${adminToken}`,
      ...(body === null ? {} : { 'content-type': 'application/json' }),
      ...(idempotencyKey === null ? {} : { 'idempotency-key': idempotencyKey }),
    };
    const init = body === null ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await this.app.fetch(new Request(`http://tocsin.test${path}`, init));
    await this.settled();
    const text = await response.text();
    const parsed: unknown = text === '' ? {} : JSON.parse(text);
    return { ...(typeof parsed === 'object' ? parsed : {}), http: response.status };
  }

  /** What somebody asks of an incident through the API. */
  act(id: string | null, act: ActName, body: object = {}, idempotencyKey: string | null = null): Promise<Answered> {
    return this.request('POST', `/v1/incidents/${String(id)}/${act}`, body, idempotencyKey);
  }

  /** The incident as the API shows it. */
  show(id: string | null): Promise<Answered> {
    return this.request('GET', `/v1/incidents/${String(id)}`);
  }

  /** The ids of the incidents that still need somebody, newest first. */
  async open(): Promise<readonly unknown[]> {
    const { incidents } = await this.request('GET', '/v1/incidents?state=open');
    return Array.isArray(incidents) ? incidents.map(({ id }: { id: unknown }) => id) : [];
  }

  /** Fates of signals that made no incident, newest first: `held cooldown`. */
  async declined(): Promise<readonly string[]> {
    return (await this.stores.declined.list(null, 100)).map(({ outcome, reason }) => `${outcome} ${reason}`);
  }

  async incident(id: string | null): Promise<Incident> {
    const parsed = id === null ? null : parseIncidentId(id);
    const found = parsed === null ? null : await this.stores.incidents.get(parsed);
    if (found === null || 'unreadable' in found) throw new Error(`no incident ${String(id)}`);
    return found;
  }

  async timeline(id: string | null): Promise<readonly string[]> {
    const incident = await this.incident(id);
    const filed = await this.stores.incidents.filedEvents(incident, 0, 10_000);
    const seen = new Map([...filed, ...incident.unfiled].map((event) => [event.seq, event.type]));
    return [...seen].sort(([a], [b]) => a - b).map(([, type]) => type);
  }

  /** What a phone or mailbox received, oldest first. */
  received(address: string): readonly string[] {
    return this.messages.filter((message) => message.to === address).map((message) => message.text);
  }

  /** Who was paged and when, in minutes since the start of the night: `15 ben`. */
  paged(): readonly string[] {
    return this.messages.filter(({ kind }) => kind === 'page').map(({ at, person }) => `${String((at - night) / minute)} ${person}`);
  }

  /** Pages in minutes since the start of the night, by address. */
  pages(): readonly string[] {
    return this.messages
      .filter((message) => message.kind === 'page')
      .map((message) => `${String((message.at - night) / minute)} ${message.to}`);
  }

  /** The code in the newest SMS to a number. */
  code(number: string): string {
    const code = this.messages.findLast((message) => message.to === number && message.code !== null)?.code;
    if (code === undefined || code === null) throw new Error(`no code was sent to ${number}`);
    return code;
  }
}

/** What links are signed with. */
export const signingKey = { id: 1, key: new Uint8Array(32).fill(7) };
